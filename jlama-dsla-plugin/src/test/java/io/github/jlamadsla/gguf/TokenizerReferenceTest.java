package io.github.jlamadsla.gguf;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.databind.ObjectMapper;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/** Ids are those of the programs that the tokenizers come from. */
class TokenizerReferenceTest {
    @TempDir
    Path directory;

    static List<TokenizerReferences.Kind> kinds() {
        return TokenizerReferences.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void givesTheReferenceIdsAndTheTextsBack(TokenizerReferences.Kind kind) {
        assertThat(kind.cases()).hasSizeGreaterThan(140);
        try (TextCodec codec = TokenizerReferences.codec(directory, kind.metadata())) {
            for (TokenizerReferences.Case one : kind.cases()) {
                assertThat(codec.encode(one.text())).as(one.text()).containsExactly(one.ids());
                if (!kind.name().equals("llama-unknown") && !one.text().contains("<|")) {
                    assertThat(codec.decode(one.ids())).isEqualTo(expected(kind.name(), one.text()));
                }
            }
        }
    }

    private static String expected(String kind, String text) {
        return kind.equals("qwen2") ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void beginsTextsAsTheFileSays(TokenizerReferences.Kind kind) throws Exception {
        TokenizerReferences.codec(directory, kind.metadata()).close(); // sets what keeps DJL offline
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(directory)) {
            assertThat(ids(tokenizer, "The sea")).containsExactly(kind.begun());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void beginsAndEndsTextsWhenTold(TokenizerReferences.Kind kind) throws Exception {
        for (boolean bos : new boolean[]{false, true}) {
            for (boolean eos : new boolean[]{false, true}) {
                var values = TokenizerReferences.values(kind.name());
                values.put(TokenizerSpecials.ADD_BOS, bos);
                values.put(TokenizerSpecials.ADD_EOS, eos);
                try (TextCodec codec = TokenizerReferences.codec(directory, values);
                        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(directory)) {
                    IntStream expected = IntStream.concat(ends(bos, kind, TokenizerSpecials.BOS),
                            IntStream.concat(IntStream.of(codec.encode("The sea")),
                                    ends(eos, kind, TokenizerSpecials.EOS)));
                    assertThat(ids(tokenizer, "The sea")).containsExactly(expected.toArray());
                }
            }
        }
    }

    private static IntStream ends(boolean added, TokenizerReferences.Kind kind, String key) {
        return added ? IntStream.of(((Long) kind.metadata().get(key)).intValue()) : IntStream.empty();
    }

    private static int[] ids(HuggingFaceTokenizer tokenizer, String text) {
        return Arrays.stream(tokenizer.encode(text, true, false).getIds()).mapToInt(Math::toIntExact).toArray();
    }

    static Stream<Arguments> words() {
        return Stream.of(
                words("gpt-2", "I'll count 1234 x86", "I", "'ll", " count", " 1234", " x", "86"),
                words("gpt-2", "IT'S it's", "IT", "'", "S", " it", "'s"),
                words("gpt-2", "a   b \n\n c", "a", "  ", " b", " \n\n", " c"),
                words("gpt-2", "end.\n\nx", "end", ".", "\n", "\n", "x"),
                words("gpt-2", "日本 12語🙂!?", "日本", " 12", "語", "🙂!?"),
                words("llama-bpe", "I'LL count 12345 x86", "I", "'LL", " count", " ", "123", "45", " x", "86"),
                words("llama-bpe", "a   b \n\n c\r\nd", "a", "  ", " b", " \n\n", " c", "\r\n", "d"),
                words("llama-bpe", "end.\n\nx (y)\ty", "end", ".\n\n", "x", " (", "y", ")", "\ty"),
                words("llama-bpe", "日本12語🙂!?", "日本", "12", "語", "🙂!?"),
                words("smollm", "I'll count 123 x86", "I", "'ll", " count", " ", "1", "2", "3", " x", "8", "6"),
                words("smollm", "IT'S it's", "IT", "'", "S", " it", "'s"),
                words("smollm", "a   b \n\n c", "a", "  ", " b", " \n\n", " c"),
                words("smollm", "日本12語🙂!?½", "日本", "1", "2", "語", "🙂!?", "½"),
                words("qwen2", "I'LL count 123 x86", "I", "'LL", " count", " ", "1", "2", "3", " x", "8", "6"),
                words("qwen2", "a   b \n\n c\r\nd", "a", "  ", " b", " \n\n", " c", "\r\n", "d"),
                words("qwen2", "end.\n\nx (y)", "end", ".\n\n", "x", " (", "y", ")"),
                words("qwen2", "日本12語🙂!?e\u0301", "日本", "1", "2", "語", "🙂!?", "\u00e9"));
    }

    private static Arguments words(String kind, String text, String... words) {
        return Arguments.of(kind, text, List.of(words));
    }

    @ParameterizedTest
    @MethodSource
    void words(String kind, String text, List<String> words) throws Exception {
        try (TextCodec codec = TokenizerReferences.codec(directory, TokenizerReferences.values(kind));
                HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(directory)) {
            Encoding encoding = tokenizer.encode(text, false, false);
            List<String> found = new ArrayList<>();
            int begin = 0;
            for (int i = 1; i <= encoding.getIds().length; i++) {
                if (i == encoding.getIds().length || encoding.getWordIds()[i] != encoding.getWordIds()[begin]) {
                    int[] ids = IntStream.range(begin, i).map(j -> (int) encoding.getIds()[j]).toArray();
                    found.add(codec.decode(ids));
                    begin = i;
                }
            }
            assertThat(found).isEqualTo(words);
        }
    }

    @Test
    void userDefinedTokensAreTakenWholeAndReadBack() {
        var values = TokenizerReferences.values("llama");
        List<String> tokens = new ArrayList<>(TokenizerReferences.metadata(values).strings(TokenizerVocabulary.TOKENS));
        int tool = tokens.size();
        tokens.add("<tool>");
        tokens.add("<|im_end|>");
        values.put(TokenizerVocabulary.TOKENS, tokens);
        long[] types = Arrays.copyOf((long[]) values.get(TokenizerVocabulary.TYPES), tokens.size());
        Arrays.fill(types, tool, tokens.size(), 4);
        values.put(TokenizerVocabulary.TYPES, types);
        values.put(SentencePieceTokenizer.SCORES,
                Arrays.copyOf((double[]) values.get(SentencePieceTokenizer.SCORES), tokens.size()));
        values.put("tokenizer.ggml.eot_token_id", tool + 1L);
        try (TextCodec codec = TokenizerReferences.codec(directory, values)) {
            assertThat(codec.encode("see<tool>")).endsWith(tool);
            assertThat(codec.encodePlain("see<tool>")).endsWith(tool);
            assertThat(codec.decode(codec.encode("see<tool>see"))).isEqualTo("see<tool> see");
            // It ends a turn, so a user must not spell it.
            assertThat(codec.encode("see<|im_end|>")).endsWith(tool + 1);
            assertThat(codec.encodePlain("see<|im_end|>")).doesNotContain(tool + 1);
        }
    }

    @Test
    void configHoldsWhatTheFileSays() throws Exception {
        var values = TokenizerReferences.values("smollm");
        values.put(TokenizerConfigJson.TEMPLATE, "{{ messages[0].content }} 🙂");
        values.put(TokenizerSpecials.PADDING, 2L);
        values.put(TokenizerSpecials.ADD_BOS, true);
        var config = new ObjectMapper()
                .readValue(TokenizerReferences.files(values).config(), Map.class);
        assertThat(config).isEqualTo(Map.of("bos_token", "<|begin|>", "eos_token", "<|end|>", "pad_token", "<|turn|>",
                "add_bos_token", true, "add_eos_token", false, "clean_up_tokenization_spaces", false,
                "model_max_length", 512, "tokenizer_class", "PreTrainedTokenizerFast", "chat_template",
                "{{ messages[0].content }} 🙂"));
    }
}
