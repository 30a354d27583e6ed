package io.github.jlamadsla.gguf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.jlamadsla.safetensors.Excerpt;

/** The tokens of a GGUF file: each spelled once, not empty, of well-formed Unicode, with a type. The index is the id. */
final class TokenizerVocabulary {
    static final String TOKENS = "tokenizer.ggml.tokens";
    static final String TYPES = "tokenizer.ggml.token_type";

    // Four times what the largest published vocabularies have.
    static final int MAX_TOKENS = 1 << 20;
    static final int MAX_TOKEN_CHARACTERS = 4096;
    static final int MAX_CHARACTERS = 1 << 24;

    private final GgufMetadata metadata;
    private final List<String> tokens;
    private final TokenizerTokenType[] types; // [tokens]
    private final Map<String, Integer> ids;

    private TokenizerVocabulary(GgufMetadata metadata, List<String> tokens, TokenizerTokenType[] types,
            Map<String, Integer> ids) {
        this.metadata = metadata;
        this.tokens = tokens;
        this.types = types;
        this.ids = ids;
    }

    /** @throws io.github.jlamadsla.safetensors.InvalidModelException naming the array and the index at fault */
    static TokenizerVocabulary read(GgufMetadata metadata) {
        List<String> tokens = metadata.strings(TOKENS);
        if (tokens.isEmpty() || tokens.size() > MAX_TOKENS) {
            throw metadata.refuse(TOKENS, "an array of " + tokens.size(), "1 to " + MAX_TOKENS + " tokens");
        }
        Map<String, Integer> ids = HashMap.newHashMap(tokens.size());
        long characters = 0;
        for (int id = 0; id < tokens.size(); id++) {
            String token = tokens.get(id);
            checkSpelling(metadata, id, token);
            Integer earlier = ids.putIfAbsent(token, id);
            if (earlier != null) {
                throw metadata.refuse(at(TOKENS, id), quoted(token) + " like token " + earlier,
                        "a spelling of its own for each token");
            }
            characters += token.length();
        }
        if (characters > MAX_CHARACTERS) {
            throw metadata.refuse(TOKENS, characters + " characters together", "at most " + MAX_CHARACTERS);
        }
        return new TokenizerVocabulary(metadata, tokens, types(metadata, tokens), ids);
    }

    private static void checkSpelling(GgufMetadata metadata, int id, String token) {
        if (token.isEmpty() || token.length() > MAX_TOKEN_CHARACTERS) {
            throw metadata.refuse(at(TOKENS, id), quoted(token) + " of " + token.length() + " characters",
                    "1 to " + MAX_TOKEN_CHARACTERS + " characters");
        }
        if (!wellFormed(token)) {
            throw metadata.refuse(at(TOKENS, id), quoted(token), "a text without lone surrogates");
        }
    }

    private static TokenizerTokenType[] types(GgufMetadata metadata, List<String> tokens) {
        long[] numbers = metadata.integers(TYPES);
        if (numbers.length != tokens.size()) {
            throw metadata.refuse(TYPES, "an array of " + numbers.length,
                    tokens.size() + " numbers, one for each of " + TOKENS);
        }
        TokenizerTokenType[] types = new TokenizerTokenType[numbers.length];
        for (int id = 0; id < types.length; id++) {
            types[id] = TokenizerTokenType.of(numbers[id]);
            if (types[id] == null) {
                throw metadata.refuse(at(TYPES, id), numbers[id], TokenizerTokenType.ALLOWED);
            }
            if (steers(types[id]) && tokens.get(id).codePointCount(0, tokens.get(id).length()) < 2) {
                // The text package takes texts apart that spell such a token, so that they cannot become it.
                throw metadata.refuse(at(TYPES, id), numbers[id] + " for " + quoted(tokens.get(id)),
                        "control and unknown tokens of two characters or more");
            }
        }
        return types;
    }

    private static boolean steers(TokenizerTokenType type) {
        return type == TokenizerTokenType.CONTROL || type == TokenizerTokenType.UNKNOWN;
    }

    int size() {
        return tokens.size();
    }

    String token(int id) {
        return tokens.get(id);
    }

    TokenizerTokenType type(int id) {
        return types[id];
    }

    /** Id of a spelling, or -1. */
    int id(String token) {
        return ids.getOrDefault(token, -1);
    }

    /** How many tokens are of a type. */
    int count(TokenizerTokenType type) {
        int count = 0;
        for (TokenizerTokenType one : types) {
            count += one == type ? 1 : 0;
        }
        return count;
    }

    /**
     * The id that a key names.
     *
     * @return -1 if the file has no such key
     */
    int named(String key) {
        return metadata.has(key) ? (int) metadata.integer(key, 0, tokens.size() - 1L) : -1;
    }

    /** How an element of an array is called in messages. */
    static String at(String key, int index) {
        return key + "[" + index + "]";
    }

    /** A spelling for messages. */
    static String quoted(String token) {
        return "'" + Excerpt.of(token) + "'";
    }

    static boolean wellFormed(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
