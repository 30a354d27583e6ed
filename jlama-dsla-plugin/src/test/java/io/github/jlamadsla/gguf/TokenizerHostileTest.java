package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Broken metadata gets a message of its own that names the key, or gives files that load. */
class TokenizerHostileTest {
    private static final String TOKENS = TokenizerVocabulary.TOKENS;
    private static final String TYPES = TokenizerVocabulary.TYPES;
    private static final String SCORES = SentencePieceTokenizer.SCORES;
    private static final String MERGES = ByteLevelTokenizer.MERGES;

    static Stream<Arguments> refused() {
        return Stream.of(
                refused("smollm", missing(TokenizerFiles.MODEL), TokenizerFiles.MODEL, "missing"),
                refused("smollm", put(TokenizerFiles.MODEL, "bert"), TokenizerFiles.MODEL, "'bert'", "gpt2, llama"),
                refused("smollm", put(TokenizerFiles.MODEL, "rwkv"), TokenizerFiles.MODEL, "'rwkv'", "gpt2, llama"),
                refused("smollm", put(TokenizerFiles.MODEL, "t5"), TokenizerFiles.MODEL, "'t5'", "gpt2, llama"),
                refused("smollm", missing(TokenizerSplit.KEY), TokenizerSplit.KEY, "missing"),
                refused("smollm", put(TokenizerSplit.KEY, "default"), TokenizerSplit.KEY, "'default'",
                        "gpt-2, llama-bpe, smollm, qwen2"),
                refused("smollm", put(TokenizerSplit.KEY, "x\n" + "y".repeat(1000)), TokenizerSplit.KEY, "\\u000a"),
                refused("smollm", missing(TOKENS), TOKENS, "missing"),
                refused("smollm", put(TOKENS, List.of()), TOKENS, "array of 0"),
                refused("smollm", put(TOKENS, Collections.nCopies(TokenizerVocabulary.MAX_TOKENS + 1, "x")), TOKENS,
                        "1 to 1048576"),
                refused("smollm", put(TOKENS, Collections.nCopies(5000, "x".repeat(4096))), TOKENS + "[1]",
                        "like token 0"),
                refused("smollm", put(TOKENS, longTokens()), TOKENS, "together", "16777216"),
                refused("smollm", token(7, "a"), TOKENS, "'a'"),
                refused("smollm", token(7, ""), TOKENS + "[7]", "1 to 4096"),
                refused("smollm", token(7, "z".repeat(4097)), TOKENS + "[7]", "4097", "1 to 4096"),
                refused("smollm", token(7, "z\ud800"), TOKENS + "[7]", "surrogate"),
                refused("smollm", missing(TYPES), TYPES, "missing"),
                refused("smollm", put(TYPES, new long[]{1, 1}), TYPES, "array of 2", TOKENS),
                refused("smollm", number(TYPES, 7, 0), TYPES + "[7]", "1 to 6"),
                refused("smollm", number(TYPES, 7, 7), TYPES + "[7]", "1 to 6"),
                refused("smollm", number(TYPES, 7, Long.MIN_VALUE), TYPES + "[7]", "1 to 6"),
                refused("smollm", number(TYPES, 7, 6), TYPES + "[7]", "1 to 5"),
                refused("smollm", number(TYPES, 7, 3), TYPES + "[7]", "two characters"),
                refused("smollm", missing(MERGES), MERGES, "missing"),
                refused("smollm", put(MERGES, Collections.nCopies(ByteLevelTokenizer.MAX_MERGES + 1, "a b")), MERGES,
                        "1048576"),
                refused("smollm", merge("ab"), MERGES + "[3]", "'ab'"),
                refused("smollm", merge(""), MERGES + "[3]", "''"),
                refused("smollm", merge(" "), MERGES + "[3]", "' '"),
                refused("smollm", merge("a "), MERGES + "[3]", "'a '"),
                refused("smollm", merge("a nosuch"), MERGES + "[3]", "'a nosuch'"),
                refused("smollm", merge("q q"), MERGES + "[3]", "together one of them"),
                refused("smollm", merge("t h e"), MERGES + "[3]", "'t h e'"),
                refused("smollm", merge("a " + "b".repeat(1 << 20)), MERGES + "[3]", "1048578 characters"),
                refused("smollm", same(), MERGES + "[3]", "each merge once"),
                refused("smollm", put(TokenizerSpecials.BOS, 424L), TokenizerSpecials.BOS, "424", "0 to 423"),
                refused("smollm", put(TokenizerSpecials.EOS, -1L), TokenizerSpecials.EOS, "-1", "0 to 423"),
                refused("smollm", put(TokenizerSpecials.EOS, "1"), TokenizerSpecials.EOS, "an integer"),
                refused("smollm", put(TokenizerSpecials.PADDING, 4294967295L), TokenizerSpecials.PADDING, "0 to 423"),
                refused("smollm", put(TokenizerSpecials.UNKNOWN, 500L), TokenizerSpecials.UNKNOWN, "0 to 423"),
                refused("smollm", put("tokenizer.ggml.eot_token_id", 500L), "tokenizer.ggml.eot_token_id", "0 to 423"),
                refused("llama-bpe", missing(TokenizerSpecials.BOS), TokenizerSpecials.BOS, TokenizerSpecials.ADD_BOS),
                refused("smollm", values -> {
                    values.put(TokenizerSpecials.ADD_EOS, true);
                    values.remove(TokenizerSpecials.EOS);
                }, TokenizerSpecials.EOS, TokenizerSpecials.ADD_EOS),
                refused("smollm", put(TokenizerSpecials.ADD_BOS, 1L), TokenizerSpecials.ADD_BOS, "true or false"),
                refused("smollm", put("tokenizer.ggml.add_sep_token", true), "tokenizer.ggml.add_sep_token", "false"),
                refused("smollm", put(SentencePieceTokenizer.SPACE_PREFIX, true), SentencePieceTokenizer.SPACE_PREFIX,
                        "false"),
                refused("smollm", put(TokenizerConfigJson.TEMPLATE, ""), TokenizerConfigJson.TEMPLATE, "1 to 131072"),
                refused("smollm", put(TokenizerConfigJson.TEMPLATE, "x".repeat(131073)), TokenizerConfigJson.TEMPLATE,
                        "131073", "1 to 131072"),
                refused("smollm", put(TokenizerConfigJson.TEMPLATE, "\udc00"), TokenizerConfigJson.TEMPLATE,
                        "surrogate"),
                refused("smollm", missing(TokenizerConfigJson.CONTEXT), TokenizerConfigJson.CONTEXT, "missing"),
                refused("smollm", put(TokenizerConfigJson.CONTEXT, 0L), TokenizerConfigJson.CONTEXT, "1 to"),
                refused("llama", missing(SCORES), SCORES, "missing"),
                refused("llama", put(SCORES, new double[3]), SCORES, "array of 3", TOKENS),
                refused("llama", put(SCORES, new long[560]), SCORES, "an array of floats"),
                refused("llama", values -> ((double[]) values.get(SCORES))[300] = Double.NaN, SCORES + "[300]", "NaN",
                        "finite"),
                refused("llama", put(SCORES, new double[560]), SCORES, "0.0 for all"),
                refused("llama", put("tokenizer.ggml.remove_extra_whitespaces", true),
                        "tokenizer.ggml.remove_extra_whitespaces", "false"),
                refused("llama", put("tokenizer.ggml.precompiled_charsmap", new long[]{1}),
                        "tokenizer.ggml.precompiled_charsmap", "no such key"),
                refused("llama", number(TYPES, 5, 1), TYPES, "255 bytes without <0x02>"),
                refused("llama", number(TYPES, 300, 6), TYPES, "257 bytes"),
                refused("llama", number(TYPES, 300, 5), TYPES + "[300]", "no text becomes"),
                refused("llama-unknown", missing(TokenizerSpecials.UNKNOWN), TokenizerSpecials.UNKNOWN, "missing"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource
    void refused(String kind, Consumer<Map<String, Object>> harm, String key, List<String> parts) {
        Map<String, Object> values = TokenizerReferences.values(kind);
        harm.accept(values);
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> TokenizerReferences.files(values))
                .satisfies(e -> {
                    assertThat(e.getMessage()).contains(parts).contains("allowed: ").hasSizeLessThan(400);
                    assertThat(e.key()).startsWith(key);
                    assertThat(e.file()).isEqualTo(TokenizerReferences.FILE);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-2", "llama-bpe", "qwen2", "llama", "llama-unknown"})
    void mutationsAreRefusedOrLoad(String kind, @TempDir Path directory) throws IOException {
        Random random = new Random(kind.hashCode());
        int loaded = 0;
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            Map<String, Object> values = TokenizerReferences.values(kind);
            for (int harm = random.nextInt(1, 4); harm > 0; harm--) {
                mutate(random, values);
            }
            try {
                TokenizerFiles files = TokenizerReferences.files(values);
                Path file = Files.write(directory.resolve("tokenizer.json"), files.tokenizer());
                try (TextCodec codec = TextCodec.open(file)) {
                    codec.decode(codec.encodePlain("The keeper's 12 \u6ce2\n"));
                }
                loaded++;
            } catch (InvalidModelException e) {
                assertThat(e.file()).as(e.getMessage()).isEqualTo(TokenizerReferences.FILE);
                refused++;
            }
        }
        assertThat(loaded).isPositive();
        assertThat(refused).isPositive();
    }

    @SuppressWarnings("unchecked")
    private static void mutate(Random random, Map<String, Object> values) {
        List<String> keys = values.keySet().stream().sorted().toList();
        String key = keys.get(random.nextInt(keys.size()));
        switch (values.get(key)) {
            case List<?> list when !list.isEmpty() -> values.put(key, mutated(random, (List<String>) list));
            case long[] numbers when numbers.length > 0 -> {
                long[] changed = Arrays.copyOf(numbers, numbers.length - random.nextInt(8) / 7);
                changed[random.nextInt(changed.length)] = random.nextInt(-1, 8);
                values.put(key, changed);
            }
            case double[] numbers when numbers.length > 0 -> {
                double[] changed = Arrays.copyOf(numbers, numbers.length - random.nextInt(8) / 7);
                changed[random.nextInt(changed.length)] = Float.intBitsToFloat(random.nextInt());
                values.put(key, changed);
            }
            case Long number -> values.put(key, random.nextBoolean() ? random.nextLong(-2, 700) : number);
            case Boolean flag -> values.put(key, !flag);
            default -> values.remove(key);
        }
    }

    private static List<String> mutated(Random random, List<String> list) {
        List<String> changed = new ArrayList<>(list);
        int at = random.nextInt(list.size());
        String old = list.get(at);
        switch (random.nextInt(6)) {
            case 0 -> changed.remove(at);
            case 1 -> changed.set(at, list.get(random.nextInt(list.size())));
            case 2 -> changed.set(at, old + (char) random.nextInt(Character.MAX_VALUE + 1));
            case 3 -> changed.set(at, old.substring(random.nextInt(old.length() + 1)));
            case 4 -> Collections.swap(changed, at, random.nextInt(list.size()));
            default ->
                changed.add(at, new String(new char[random.nextInt(4)]).replace('\0', (char) random.nextInt(300)));
        }
        return changed;
    }

    private static Arguments refused(String kind, Consumer<Map<String, Object>> harm, String key, String... parts) {
        return Arguments.of(kind, harm, key, List.of(parts));
    }

    private static Consumer<Map<String, Object>> missing(String key) {
        return values -> values.remove(key);
    }

    private static Consumer<Map<String, Object>> put(String key, Object value) {
        return values -> values.put(key, value);
    }

    private static Consumer<Map<String, Object>> number(String key, int at, long number) {
        return values -> ((long[]) values.get(key))[at] = number;
    }

    private static Consumer<Map<String, Object>> token(int at, String token) {
        return element(TOKENS, at, old -> token);
    }

    private static Consumer<Map<String, Object>> merge(String merge) {
        return element(MERGES, 3, old -> merge);
    }

    private static Consumer<Map<String, Object>> same() {
        return values -> merge(((List<?>) values.get(MERGES)).getFirst().toString()).accept(values);
    }

    private static Consumer<Map<String, Object>> element(String key, int at, UnaryOperator<String> change) {
        return values -> {
            List<String> changed = new ArrayList<>();
            ((List<?>) values.get(key)).forEach(one -> changed.add(one.toString()));
            changed.set(at, change.apply(changed.get(at)));
            values.put(key, changed);
        };
    }

    private static List<String> longTokens() {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i <= TokenizerVocabulary.MAX_CHARACTERS / 4096; i++) {
            tokens.add(String.format("%04096d", i));
        }
        return tokens;
    }
}
