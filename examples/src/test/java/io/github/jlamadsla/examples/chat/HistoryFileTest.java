package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class HistoryFileTest {
    @TempDir
    Path folder;

    @Test
    void isMadeForItsOwnerAlone() throws IOException {
        Path file = HistoryFile.in(folder.resolve("state/jlama-dsla")).orElseThrow();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void keepsWhatIsThere() throws IOException {
        Files.writeString(HistoryFile.in(folder).orElseThrow(), "0:earlier\n");
        assertThat(HistoryFile.in(folder).orElseThrow()).hasContent("0:earlier\n");
    }

    @Test
    void whereItCannotBeWrittenThereIsNone() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(HistoryFile.in(file)).isEmpty();
        assertThat(HistoryFile.in(file.resolve("below"))).isEmpty();
        Files.createDirectories(folder.resolve("taken/chat_history"));
        assertThat(HistoryFile.in(folder.resolve("taken"))).isEmpty();
    }
}
