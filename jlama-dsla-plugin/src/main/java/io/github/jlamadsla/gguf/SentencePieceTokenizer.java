package io.github.jlamadsla.gguf;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Tokenizers of model {@code llama}: SentencePiece's byte-pair encoding. The pair that makes the piece with the highest
 * score is merged first; characters that are no piece become byte tokens. In tokenizer.json that is a BPE whose merges
 * stand in the order of the scores.
 */
final class SentencePieceTokenizer {
    static final String SPACE_PREFIX = "tokenizer.ggml.add_space_prefix";
    static final String SCORES = "tokenizer.ggml.scores";
    private static final String EXTRA_SPACES = "tokenizer.ggml.remove_extra_whitespaces";
    private static final String CHARACTER_MAP = "tokenizer.ggml.precompiled_charsmap";
    private static final String SPACE = "\u2581";
    private static final int BYTES = 256;

    private SentencePieceTokenizer() {}

    static TokenizerFiles of(GgufMetadata metadata) {
        TokenizerSpecials.refuseTrue(metadata, EXTRA_SPACES);
        if (metadata.has(CHARACTER_MAP)) {
            throw metadata.refuse(CHARACTER_MAP, "there", "no such key: texts are taken as they are");
        }
        boolean prefix = TokenizerSpecials.flag(metadata, SPACE_PREFIX, true);
        TokenizerVocabulary vocabulary = TokenizerVocabulary.read(metadata);
        boolean bytes = hasBytes(metadata, vocabulary);
        TokenizerSpecials specials = TokenizerSpecials.read(metadata, vocabulary, true);
        TokenizerJson json = new TokenizerJson(vocabulary, specials);
        TokenizerPipeline pipeline = new TokenizerPipeline(normalizer(prefix), TokenizerJson.orNull(null),
                TokenizerJson.orNull(json.template()), decoder(prefix, bytes),
                new TokenizerPipeline.Model(unknown(metadata, vocabulary, specials, bytes), bytes, false),
                TokenizerPieceMerges.derive(metadata, vocabulary));
        return new TokenizerFiles(json.write(metadata, pipeline),
                TokenizerConfigJson.write(metadata, vocabulary, specials));
    }

    private static ObjectNode normalizer(boolean prefix) {
        List<ObjectNode> parts = new ArrayList<>();
        if (prefix) {
            parts.add(TokenizerJson.part("Prepend").put("prepend", SPACE));
        }
        parts.add(TokenizerJson.replace(" ", SPACE));
        return TokenizerJson.sequence("normalizers", parts);
    }

    private static ObjectNode decoder(boolean prefix, boolean bytes) {
        List<ObjectNode> parts = new ArrayList<>();
        parts.add(TokenizerJson.replace(SPACE, " "));
        if (bytes) {
            parts.add(TokenizerJson.part("ByteFallback"));
        }
        parts.add(TokenizerJson.part("Fuse"));
        if (prefix) {
            parts.add(TokenizerJson.part("Strip").put("content", " ").put("start", 1).put("stop", 0));
        }
        return TokenizerJson.sequence("decoders", parts);
    }

    /** Whether the vocabulary spells all bytes; refused if only some, or by other names. */
    private static boolean hasBytes(GgufMetadata metadata, TokenizerVocabulary vocabulary) {
        int given = vocabulary.count(TokenizerTokenType.BYTE);
        if (given == 0) {
            return false;
        }
        for (int b = 0; b < BYTES; b++) {
            String spelling = String.format("<0x%02X>", b);
            int id = vocabulary.id(spelling);
            if (id < 0 || vocabulary.type(id) != TokenizerTokenType.BYTE) {
                throw metadata.refuse(TokenizerVocabulary.TYPES, given + " bytes without " + spelling,
                        "no byte tokens, or the 256 from <0x00> to <0xFF>");
            }
        }
        if (given != BYTES) {
            throw metadata.refuse(TokenizerVocabulary.TYPES, given + " bytes",
                    "no byte tokens, or the 256 from <0x00> to <0xFF>");
        }
        return true;
    }

    private static String unknown(GgufMetadata metadata, TokenizerVocabulary vocabulary, TokenizerSpecials specials,
            boolean bytes) {
        if (specials.unknown() >= 0) {
            return vocabulary.token(specials.unknown());
        }
        if (!bytes) {
            throw metadata.refuse(TokenizerSpecials.UNKNOWN, "missing", "an id, or a vocabulary with byte tokens");
        }
        return null;
    }
}
