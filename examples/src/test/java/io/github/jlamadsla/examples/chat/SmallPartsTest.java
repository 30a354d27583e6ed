package io.github.jlamadsla.examples.chat;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.examples.UsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is too small for a test class of its own. */
class SmallPartsTest {
    private static final Path HOME = Path.of("/home/me");

    @ParameterizedTest
    @CsvSource({"1, 1", "4096, 4096", "3K, 3072", "512M, 536870912", "2G, 2147483648",
        "999999999G, 1073741822926258176"})
    void memoryIsANumberWithAUnit(String text, long bytes) {
        assertThat(MemorySize.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0G", "-1", "1.5G", "1g", "G", "1T", "9999999999"})
    void otherAmountsOfMemoryAreRefused(String text) {
        assertThatThrownBy(() -> MemorySize.bytes(text)).isInstanceOf(UsageException.class)
                .hasMessage("--memory is " + text
                        + "; allowed: bytes, or a number with K, M or G, as 512M");
    }

    @Test
    void filesGoWhereTheEnvironmentSaysElseIntoTheHome() {
        UserFolders named = new UserFolders(Map.of("XDG_CACHE_HOME", "/c", "XDG_STATE_HOME", "/s"), HOME);
        assertThat(named.cache()).isEqualTo(Path.of("/c/jlama-dsla"));
        assertThat(named.state()).isEqualTo(Path.of("/s/jlama-dsla"));
        UserFolders moved = new UserFolders(Map.of("HOME", "/moved", "XDG_STATE_HOME", "/s"), HOME);
        assertThat(moved.cache()).isEqualTo(Path.of("/moved/.cache/jlama-dsla"));
        assertThat(moved.state()).isEqualTo(Path.of("/s/jlama-dsla"));
        UserFolders unnamed = new UserFolders(Map.of("XDG_CACHE_HOME", "", "XDG_STATE_HOME", "relative", "HOME", ""),
                HOME);
        assertThat(unnamed.cache()).isEqualTo(Path.of("/home/me/.cache/jlama-dsla"));
        assertThat(unnamed.state()).isEqualTo(Path.of("/home/me/.local/state/jlama-dsla"));
    }

    @Test
    void aModelCannotDriveTheTerminal() {
        assertThat(Printable.of("a\tb\nc")).isEqualTo("a\tb\nc");
        assertThat(Printable.of("\u001B[2Jx\r\u0007\u009B\u007Fé😀"))
                .isEqualTo("\uFFFD[2Jx\uFFFD\uFFFD\uFFFD\uFFFDé😀");
    }

    @Test
    void onlyATerminalThatKnowsItIsDimmed() {
        assertThat(ChatHost.mayDim(Map.of("TERM", "xterm"))).isTrue();
        assertThat(ChatHost.mayDim(Map.of("TERM", "xterm", "NO_COLOR", ""))).isTrue();
        assertThat(ChatHost.mayDim(Map.of("TERM", "xterm", "NO_COLOR", "1"))).isFalse();
        assertThat(ChatHost.mayDim(Map.of("TERM", "dumb"))).isFalse();
        assertThat(ChatHost.mayDim(Map.of())).isFalse();
    }
}
