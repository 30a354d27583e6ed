package io.github.jlamadsla.examples.chat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PipedLinesTest {

    @Test
    void linesEndAsInFilesOfAnySystem() throws IOException {
        try (Lines lines = new PipedLines(bytes("Hi\nWie heißt du?\r\n\nlast"))) {
            assertThat(lines.next()).isEqualTo("Hi");
            assertThat(lines.next()).isEqualTo("Wie heißt du?");
            assertThat(lines.next()).isEmpty();
            assertThat(lines.next()).isEqualTo("last");
            assertThat(lines.next()).isNull();
            assertThat(lines.next()).isNull();
        }
    }

    @Test
    void aLineWithoutEndIsRefused() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'a';
            }

            @Override
            public int read(byte[] to, int from, int length) {
                java.util.Arrays.fill(to, from, from + length, (byte) 'a');
                return length;
            }
        };
        try (Lines lines = new PipedLines(endless)) {
            assertThatThrownBy(lines::next).isInstanceOf(IOException.class)
                    .hasMessage("a line is too long; allowed: at most 16777216 characters");
        }
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
