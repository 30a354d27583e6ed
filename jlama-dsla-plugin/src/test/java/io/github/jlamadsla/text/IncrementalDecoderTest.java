package io.github.jlamadsla.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class IncrementalDecoderTest {
    private static TextCodec tiny;

    @BeforeAll
    static void open(@TempDir Path directory) {
        tiny = TextCodec.open(TestTokenizers.byteLevel(directory));
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    static List<String> texts() {
        return TextCodecTest.texts();
    }

    @ParameterizedTest
    @MethodSource("texts")
    void givesWholeCodePoints(String text) {
        int[] bytes = bytes(text.getBytes(StandardCharsets.UTF_8));
        List<String> pieces = pieces(bytes);
        assertThat(String.join("", pieces)).isEqualTo(text);
        for (String piece : pieces) {
            assertThat(WellFormed.of(piece)).isEqualTo(piece);
            assertThat(text.contains("\uFFFD") || !piece.contains("\uFFFD")).isTrue();
        }
    }

    @Test
    void givesEachCharacterAsSoonAsItIsComplete() {
        IncrementalDecoder decoder = tiny.decoder();
        int[] smile = bytes("🙂".getBytes(StandardCharsets.UTF_8));
        assertThat(decoder.add(tiny.tokenId("hello"))).isEqualTo("hello");
        assertThat(decoder.add(smile[0]) + decoder.add(smile[1]) + decoder.add(smile[2])).isEmpty();
        assertThat(decoder.add(smile[3])).isEqualTo("🙂");
        assertThat(decoder.add(smile[0])).isEmpty();
        assertThat(decoder.flush()).isEqualTo("\uFFFD");
        assertThat(decoder.flush()).isEmpty();
    }

    @Test
    void skipsSpecialTokensAlsoInsideACharacter() {
        int[] smile = bytes("🙂".getBytes(StandardCharsets.UTF_8));
        int[] torn = {0, smile[0], 1, smile[1], smile[2], 1_000_000, smile[3], 1};
        assertThat(String.join("", pieces(torn))).isEqualTo("🙂").isEqualTo(tiny.decode(torn));
        assertThatIllegalArgumentException().isThrownBy(() -> tiny.decoder().add(-5));
    }

    @Test
    void goesOnThroughEndlessBrokenBytes() {
        IncrementalDecoder decoder = tiny.decoder();
        int given = 0;
        for (int i = 1; i <= 500; i++) {
            given += decoder.add(TestTokenizers.byteToken(0x80)).length();
            assertThat(given).isGreaterThanOrEqualTo(i - 1);
        }
        int open = TestTokenizers.byteToken(0xE4); // a text that always ends in half a character
        int[] endless = IntStream.range(0, 500).flatMap(i -> IntStream.of(TestTokenizers.byteToken(0xBD),
                TestTokenizers.byteToken(0xA0), open)).toArray();
        assertThat(String.join("", pieces(endless))).isEqualTo(tiny.decode(endless));
    }

    @Test
    void equalsTheWholeTextForRandomBytes() {
        Random random = new Random(7);
        for (int run = 0; run < 60; run++) {
            int length = random.nextInt(200);
            boolean mostlyHigh = run % 2 == 0;
            int[] tokens = random.ints(length, 0, tiny.vocabularySize())
                    .map(id -> mostlyHigh ? TestTokenizers.byteToken(0x80 | id & 0x7F) : id).toArray();
            assertThat(String.join("", pieces(tokens))).isEqualTo(tiny.decode(tokens));
        }
    }

    @Test
    void equalsTheWholeTextOfTheDemoModel() {
        String text = "Ann said: 日本語 🙂 e\u0301, then left.\n\n".repeat(20);
        try (TextCodec demo = TextCodec.open(TestTokenizers.demoTokenizer())) {
            IncrementalDecoder decoder = demo.decoder();
            StringBuilder all = new StringBuilder();
            for (int token : demo.encode(text)) {
                all.append(decoder.add(token));
            }
            assertThat(all.append(decoder.flush())).hasToString(text);
        }
    }

    @Test
    void givesBackTheSpacesThatSentencePieceDropsAtTheStart() {
        String[] words = {"▁a", "▁b", "c"};
        IncrementalDecoder decoder = new IncrementalDecoder(ids -> {
            StringBuilder text = new StringBuilder();
            for (int id : ids) {
                text.append(words[id].replace('▁', ' '));
            }
            return text.toString().replaceFirst("^ ", "");
        }, id -> false, true);
        StringBuilder all = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            all.append(decoder.add(i % 3));
            expected.append(words[i % 3].replace('▁', ' '));
        }
        assertThat(all).hasToString(expected.substring(1));
    }

    @Test
    void readsLongRunsOfBytesThatFallBack() {
        // As the real decoder: a run of single bytes is text if all of it is, else one replacement character per byte.
        IncrementalDecoder decoder = new IncrementalDecoder(ids -> {
            byte[] bytes = new byte[ids.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ids[i];
            }
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.contains("\uFFFD") ? "\uFFFD".repeat(bytes.length) : text;
        }, id -> false, true);
        String text = "🙂é日🙂🙂x".repeat(50);
        StringBuilder all = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            all.append(decoder.add(b & 0xFF));
        }
        assertThat(all).hasToString(text);
    }

    @Test
    void holdsBackOnlyAWindowOfBytesThatFallBack() {
        // As the real decoder: a run of single bytes that is not whole is one replacement character per byte.
        IncrementalDecoder decoder = new IncrementalDecoder(ids -> "\uFFFD".repeat(ids.length), id -> false, true);
        int given = 0;
        for (int i = 1; i <= 1000; i++) {
            given += decoder.add(1).length();
            assertThat(i - given).isLessThanOrEqualTo(32);
        }
    }

    private static int[] bytes(byte[] values) {
        return IntStream.range(0, values.length).map(i -> TestTokenizers.byteToken(values[i] & 0xFF)).toArray();
    }

    private static List<String> pieces(int[] tokens) {
        IncrementalDecoder decoder = tiny.decoder();
        List<String> pieces = new ArrayList<>();
        for (int token : tokens) {
            pieces.add(decoder.add(token));
        }
        pieces.add(decoder.flush());
        return pieces;
    }
}
