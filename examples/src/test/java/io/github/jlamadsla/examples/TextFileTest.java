package io.github.jlamadsla.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TextFileTest {
    @TempDir
    Path folder;

    @Test
    void readsUtf8WithOrWithoutByteOrderMark() throws IOException {
        assertThat(TextFile.read(file("Gr\u00fc\u00dfe."))).isEqualTo("Gr\u00fc\u00dfe.");
        assertThat(TextFile.read(file("\uFEFFGr\u00fc\u00dfe."))).isEqualTo("Gr\u00fc\u00dfe.");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        assertRefused(folder.resolve("none.txt"), " does not exist");
        assertRefused(folder, " is a directory; allowed: a text file");
        assertRefused(file(" \n\n"), " is empty; allowed: a file with text in it");
        assertRefused(file(""), " is empty; allowed: a file with text in it");
        Path latin = Files.write(folder.resolve("latin"), "Gr\u00fc\u00dfe".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(latin, " is not UTF-8 text");
        Path huge = Files.write(folder.resolve("huge"), new byte[TextFile.MAX_BYTES + 1]);
        assertRefused(huge, " is too long; allowed: at most 16777216 bytes");
        assertRefused(file("text").resolve("below"), " cannot be read: ");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("text"), text);
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> TextFile.read(file)).isInstanceOf(UsageException.class)
                .hasMessageStartingWith(file + message);
    }
}
