package io.github.jlamadsla.quality;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestTokenizer;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Files of text as tokens: documents, pieces, limits, and files that are none. */
class TokenTextTest {
    private static final int BEGIN = TestTokenizer.BOS;

    @TempDir
    static Path folder;
    private static TextCodec codec; // one token per byte

    @BeforeAll
    static void open() {
        codec = TextCodec.open(TestModels.llama().write(folder.resolve("tiny")).resolve("tokenizer.json"));
    }

    @AfterAll
    static void close() {
        codec.close();
    }

    private static Path file(String name, byte... content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static Path file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private static int[] read(Path file, int begin, int most) {
        return TokenText.read(file, codec, begin, most);
    }

    private static String words(int[] tokens) {
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            text.append(token == BEGIN ? "^" : codec.decode(new int[]{token}));
        }
        return text.toString();
    }

    @Test
    void everyDocumentBeginsWithItsToken() throws IOException {
        Path file = file("documents.txt", "ab\0cd\n\0\0e");
        assertThat(words(read(file, BEGIN, 100))).isEqualTo("^ab^cd\n^e");
        assertThat(words(read(file, TokenText.NO_TOKEN, 100))).isEqualTo("abcd\ne");
    }

    @Test
    void noMoreTokensThanAsked() throws IOException {
        Path file = file("limit.txt", "abc\0def");
        for (int most = 1; most <= 8; most++) {
            assertThat(words(read(file, BEGIN, most))).isEqualTo("^abc^def".substring(0, most));
        }
        assertThat(read(file, BEGIN, 9)).hasSize(8);
        assertThatThrownBy(() -> read(file, BEGIN, 0)).hasMessage("0 tokens; allowed: 1 to 16777216");
    }

    /** A special token spelled over the border of a piece would show: it is text, cut or not. */
    @Test
    void piecesOfAHundredThousandCodePoints() throws IOException {
        // Two chars each: a piece of chars would end after half as many, or inside of a pair.
        String text = "\uD83D\uDE00".repeat(99_999) + "xy<|endoftext|>" + "z".repeat(150_000);
        int[] tokens = read(file("pieces.txt", text), BEGIN, TokenText.MOST_TOKENS);
        assertThat(tokens).hasSize(1 + 4 * 99_999 + 2 + 13 + 150_000);
        assertThat(tokens).startsWith(BEGIN);
        assertThat(java.util.Arrays.stream(tokens).skip(1)).doesNotContain(BEGIN);
    }

    /** The rest of a long file is neither read nor encoded. */
    @Test
    void whatIsBeyondTheLimitIsNotLookedAt() throws IOException {
        byte[] content = new byte[300_000];
        java.util.Arrays.fill(content, (byte) 'a');
        content[299_000] = (byte) 0xff;
        Path file = file("broken-at-the-end.txt", content);
        assertThat(read(file, BEGIN, 1_000)).hasSize(1_000);
        assertThatThrownBy(() -> read(file, BEGIN, 300_000)).hasMessage(file + " is not UTF-8 text");
    }

    @Test
    void gzipIsReadAndAByteOrderMarkIsNone() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write("\uFEFFgrün\0b".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(read(file("text.gz", bytes.toByteArray()), BEGIN, 100)).hasSize(1 + 5 + 1 + 1);
        Path cut = file("cut.gz", java.util.Arrays.copyOf(bytes.toByteArray(), 12));
        assertThatThrownBy(() -> read(cut, BEGIN, 100)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(cut + " cannot be read: ");
    }

    @Test
    void filesThatAreNoTextAreNamed() throws IOException {
        Path missing = folder.resolve("missing.txt");
        assertThatThrownBy(() -> read(missing, BEGIN, 9)).hasMessage(missing + " does not exist");
        assertThatThrownBy(() -> read(folder, BEGIN, 9)).hasMessage(folder + " is a directory; allowed: a text file");
        Path empty = file("empty.txt", "");
        assertThatThrownBy(() -> read(empty, BEGIN, 9))
                .hasMessage(empty + " is empty; allowed: a file with text in it");
        Path zeros = file("zeros.txt", "\0\0");
        assertThatThrownBy(() -> read(zeros, BEGIN, 9)).hasMessageStartingWith(zeros + " is empty");
        Path packed = file("books.txt.xz", (byte) 0xfd, (byte) '7', (byte) 'z', (byte) 'X', (byte) 'Z', (byte) 0,
                (byte) 0);
        assertThatThrownBy(() -> read(packed, BEGIN, 9)).hasMessage(packed
                + " is packed with xz; allowed: plain text or gzip (xz -dk " + packed + " unpacks it)");
    }
}
