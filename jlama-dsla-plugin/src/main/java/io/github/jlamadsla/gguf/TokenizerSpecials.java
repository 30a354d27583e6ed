package io.github.jlamadsla.gguf;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tokens that have a part to play.
 *
 * @param bos id of the token that begins a text, or -1
 * @param eos id of the token that ends one, or -1
 * @param unknown id of the token for what cannot be spelled, or -1
 * @param padding id, or -1
 * @param addBos whether a text is begun with {@code bos}, which is then there
 * @param addEos whether a text is ended with {@code eos}, which is then there
 * @param named all ids that have a part, also those that end a turn
 */
record TokenizerSpecials(int bos, int eos, int unknown, int padding, boolean addBos, boolean addEos,
        Set<Integer> named) {

    static final String BOS = "tokenizer.ggml.bos_token_id";
    static final String EOS = "tokenizer.ggml.eos_token_id";
    static final String UNKNOWN = "tokenizer.ggml.unknown_token_id";
    static final String PADDING = "tokenizer.ggml.padding_token_id";
    static final String ADD_BOS = "tokenizer.ggml.add_bos_token";
    static final String ADD_EOS = "tokenizer.ggml.add_eos_token";
    private static final String ADD_SEPARATOR = "tokenizer.ggml.add_sep_token";
    private static final List<String> TURN_ENDS = List.of("tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id");

    /** @param addsBos whether a text is begun with the token when the file does not say */
    static TokenizerSpecials read(GgufMetadata metadata, TokenizerVocabulary vocabulary, boolean addsBos) {
        int bos = vocabulary.named(BOS);
        int eos = vocabulary.named(EOS);
        int unknown = vocabulary.named(UNKNOWN);
        int padding = vocabulary.named(PADDING);
        Set<Integer> named = new HashSet<>(List.of(bos, eos, unknown, padding));
        TURN_ENDS.forEach(key -> named.add(vocabulary.named(key)));
        boolean addBos = flag(metadata, ADD_BOS, addsBos);
        boolean addEos = flag(metadata, ADD_EOS, false);
        require(metadata, addBos, ADD_BOS, bos, BOS);
        require(metadata, addEos, ADD_EOS, eos, EOS);
        refuseTrue(metadata, ADD_SEPARATOR);
        return new TokenizerSpecials(bos, eos, unknown, padding, addBos, addEos, Set.copyOf(named));
    }

    private static void require(GgufMetadata metadata, boolean added, String flag, int id, String key) {
        if (added && id < 0) {
            throw metadata.refuse(key, "missing", "the id of the token that " + flag + " puts to texts");
        }
    }

    /** A flag, or what holds without it. */
    static boolean flag(GgufMetadata metadata, String key, boolean missing) {
        return metadata.has(key) ? metadata.flag(key) : missing;
    }

    /** Refuses a file that asks for what cannot be written. */
    static void refuseTrue(GgufMetadata metadata, String key) {
        if (flag(metadata, key, false)) {
            throw metadata.refuse(key, true, "false, or no such key");
        }
    }
}
