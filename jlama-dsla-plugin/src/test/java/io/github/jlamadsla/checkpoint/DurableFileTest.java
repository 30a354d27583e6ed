package io.github.jlamadsla.checkpoint;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DurableFileTest {
    @TempDir
    Path folder;

    @Test
    void allOfItIsWritten() throws IOException {
        byte[] content = new byte[3 << 20];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 >> 8);
        }
        DurableFile.write(folder.resolve("large"), content);
        DurableFile.write(folder.resolve("empty"), new byte[0]);
        assertThat(folder.resolve("large")).hasBinaryContent(content);
        assertThat(folder.resolve("empty")).isEmptyFile();
    }

    @Test
    void aFileThatIsThereIsLeftAlone() throws IOException {
        Path file = folder.resolve("file");
        DurableFile.write(file, new byte[]{'a', 'b'});
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> DurableFile.write(file, new byte[]{'c'}));
        assertThat(file).hasContent("ab");
    }
}
