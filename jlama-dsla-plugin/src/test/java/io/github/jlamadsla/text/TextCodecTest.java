package io.github.jlamadsla.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.safetensors.InvalidModelException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TextCodecTest {
    private static TextCodec tiny;
    private static TextCodec demo;

    @BeforeAll
    static void open(@TempDir Path directory) {
        System.clearProperty(NativeTokenizers.OFFLINE);
        System.clearProperty(NativeTokenizers.FLAVOR);
        tiny = TextCodec.open(TestTokenizers.byteLevel(directory));
        demo = TextCodec.open(TestTokenizers.demoTokenizer());
    }

    @AfterAll
    static void close() {
        tiny.close();
        demo.close();
    }

    @Test
    void keepsTheNativeLibraryOffline() {
        assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
        assertThat(System.getProperty("RUST_FLAVOR")).isEqualTo("cpu");
    }

    @Test
    void encodesWithoutTruncationPaddingOrAdditions() {
        assertThat(tiny.encode("hello hello")).containsExactly(tiny.tokenId("hello"),
                TestTokenizers.byteToken(' '), tiny.tokenId("hello"));
        assertThat(tiny.encode("abcdefghij")).hasSize(10);
        assertThat(tiny.encode("")).isEmpty();
        assertThat(tiny.encodePlain("")).isEmpty();
    }

    @Test
    void recognisesSpecialTokensOnlyWhenAsked() {
        assertThat(tiny.encode("<|user|>hello<|end|>")).containsExactly(2, tiny.tokenId("hello"), 1);
        int[] plain = tiny.encodePlain("<|user|>hello<|end|>");
        assertThat(plain).doesNotContain(0, 1, 2, 3, 4);
        assertThat(tiny.decode(plain)).isEqualTo("<|user|>hello<|end|>");
        assertThat(tiny.encodePlain("hello\n\nhello <| |>")).containsExactly(tiny.encode("hello\n\nhello <| |>"));
    }

    @Test
    void cutsOverlappingSpellingsToo() {
        SpecialTokenSpellings spellings = new SpecialTokenSpellings(List.of("aba", "ba", "🙂!"));
        assertThat(spellings.parts("xabay🙂!")).containsExactly("xa", "b", "ay🙂", "!");
        assertThat(spellings.parts("nothing")).containsExactly("nothing");
    }

    @Test
    void knowsItsVocabulary() {
        assertThat(tiny.vocabularySize()).isEqualTo(5 + 256 + 9);
        assertThat(tiny.tokenId("<|assistant|>")).isEqualTo(3);
        assertThat(tiny.tokenId("nosuch")).isEqualTo(-1);
        assertThat(tiny.specialTokens()).containsExactlyElementsOf(TestTokenizers.SPECIAL);
        assertThat(demo.vocabularySize()).isEqualTo(8192);
        assertThat(demo.tokenId("<|end|>")).isEqualTo(2);
    }

    static List<String> texts() {
        return List.of("plain", " leading and trailing ", "\n\n\tx\r\n", "a\0b\0", "naïve café",
                "e\u0301 \u0915\u094d\u0937",
                "日本語テキスト", "🙂👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿", "\uFFFD", "\uFEFF\u200B\uE000", "mixed 🙂日e\u0301\0<|x|>",
                "0123456789 1,000.5");
    }

    @ParameterizedTest
    @MethodSource("texts")
    void bringsTextsBack(String text) {
        for (TextCodec codec : List.of(tiny, demo)) {
            assertThat(codec.decode(codec.encode(text))).isEqualTo(text);
            assertThat(codec.decode(codec.encodePlain(text))).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\uD800", "\uDC00b", "\uD800\uD800\uDC00x", "x\uDFFF\uD83Dy"})
    void replacesLoneSurrogates(String broken) {
        String whole = WellFormed.of(broken);
        assertThat(whole).contains("\uFFFD").hasSameSizeAs(broken);
        assertThat(tiny.decode(tiny.encode(broken))).isEqualTo(whole);
        assertThat(WellFormed.of("pair \uD83D\uDE42")).isEqualTo("pair \uD83D\uDE42");
    }

    @Test
    void skipsSpecialAndUnknownIdsWhenDecoding() {
        assertThat(tiny.decode(List.of(0, tiny.tokenId("hello"), 1, 1_000_000))).isEqualTo("hello");
        assertThat(tiny.decode(new int[]{0, 1})).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> tiny.decode(new int[]{-1})).withMessageContaining("-1");
    }

    @Test
    void encodesTheStoryAndTextsOfManyMegabytes() throws Exception {
        String story = Files.readString(TestTokenizers.demoModel().resolve("story.txt"));
        assertThat(demo.decode(demo.encode(story))).isEqualTo(story);
        String large = story.repeat(40); // 3.7 MB
        int[] ids = demo.encode(large);
        assertThat(ids.length).isGreaterThan(500_000);
        assertThat(demo.decode(ids)).isEqualTo(large);
        assertThat(demo.encode("a".repeat(1 << 20))).isNotEmpty();
    }

    @Test
    void servesManyThreads() throws Exception {
        String text = "The quick 🙂 fox <|user|> says hello";
        int[] expected = demo.encode(text);
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<Boolean> task = () -> {
                for (int i = 0; i < 200; i++) {
                    if (!Arrays.equals(demo.encode(text), expected)) {
                        return false;
                    }
                }
                return true;
            };
            List<Future<Boolean>> results = threads.invokeAll(List.of(task, task, task, task));
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        }
    }

    @Test
    void failsClearlyOnceClosed(@TempDir Path directory) {
        TextCodec codec = TextCodec.open(TestTokenizers.byteLevel(directory));
        IncrementalDecoder decoder = codec.decoder();
        codec.close();
        codec.close();
        assertThatThrownBy(() -> codec.encode("a")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> codec.decode(new int[]{9})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> decoder.add(9)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesMissingAndBrokenFiles(@TempDir Path directory) {
        List<String> broken = new ArrayList<>(List.of("", "{", "[]", "{}", "null", "{\"model\":{}}",
                "{\"model\":{\"vocab\":{}}}", "{\"model\":{\"vocab\":{\"a\":-1}}}",
                "{\"model\":{\"vocab\":{\"a\":1.5}}}",
                "{\"model\":{\"vocab\":{\"a\":0}}}", "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[[\"a\",\"b\"]]}}",
                "{\"model\":{\"type\":\"Nosuch\",\"vocab\":{\"a\":0},\"merges\":[]}}", "[".repeat(100_000)));
        broken.add("\0".repeat(100));
        for (String content : broken) {
            Path file = TestTokenizers.write(directory.resolve("broken.json"), content);
            assertThatThrownBy(() -> TextCodec.open(file)).as(content).isInstanceOf(InvalidModelException.class)
                    .hasMessageContaining("broken.json");
        }
        assertThatThrownBy(() -> TextCodec.open(directory.resolve("no.json"))).isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("no.json").hasMessageContaining("missing");
        assertThatThrownBy(() -> TextCodec.open(directory)).isInstanceOf(InvalidModelException.class);
    }

    @Test
    void refusesSpecialTokensThatCannotBeTakenApart(@TempDir Path directory) {
        Map<String, Object> oneCharacter = TestTokenizers.byteLevel();
        token(oneCharacter, 0).put("content", "x");
        assertThatThrownBy(() -> TextCodec.open(TestTokenizers.write(directory.resolve("a.json"), oneCharacter)))
                .isInstanceOf(InvalidModelException.class).hasMessageContaining("'x'");
        Map<String, Object> normalized = TestTokenizers.byteLevel();
        token(normalized, 1).put("normalized", true);
        normalized.put("normalizer", Map.of("type", "Lowercase"));
        assertThatThrownBy(() -> TextCodec.open(TestTokenizers.write(directory.resolve("b.json"), normalized)))
                .isInstanceOf(InvalidModelException.class).hasMessageContaining("Lowercase");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> token(Map<String, Object> tokenizer, int index) {
        return ((List<Map<String, Object>>) tokenizer.get("added_tokens")).get(index);
    }
}
