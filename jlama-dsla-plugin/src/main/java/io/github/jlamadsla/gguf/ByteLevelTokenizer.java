package io.github.jlamadsla.gguf;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Tokenizers of model {@code gpt2}: a text is cut into words, each byte of a word becomes a letter, and letters are
 * merged in the file's order.
 */
final class ByteLevelTokenizer {
    static final String MERGES = "tokenizer.ggml.merges";
    static final int MAX_MERGES = 1 << 20;

    private ByteLevelTokenizer() {}

    static TokenizerFiles of(GgufMetadata metadata) {
        TokenizerSplit split = TokenizerSplit.read(metadata);
        TokenizerSpecials.refuseTrue(metadata, SentencePieceTokenizer.SPACE_PREFIX);
        TokenizerVocabulary vocabulary = TokenizerVocabulary.read(metadata);
        refuseBytes(metadata, vocabulary);
        TokenizerSpecials specials = TokenizerSpecials.read(metadata, vocabulary, split.addsBos());
        TokenizerJson json = new TokenizerJson(vocabulary, specials);
        TokenizerPipeline pipeline = new TokenizerPipeline(TokenizerJson.orNull(split.normalizer()),
                split.preTokenizer(), TokenizerJson.orNull(json.template()), byteLevel(true),
                new TokenizerPipeline.Model(null, false, split.ignoresMerges()), merges(metadata, vocabulary));
        return new TokenizerFiles(json.write(metadata, pipeline),
                TokenizerConfigJson.write(metadata, vocabulary, specials));
    }

    /** Bytes as letters, and back. */
    static ObjectNode byteLevel(boolean prefixSpace) {
        return TokenizerJson.part("ByteLevel").put("add_prefix_space", prefixSpace).put("trim_offsets", true)
                .put("use_regex", true);
    }

    private static void refuseBytes(GgufMetadata metadata, TokenizerVocabulary vocabulary) {
        for (int id = 0; id < vocabulary.size(); id++) {
            if (vocabulary.type(id) == TokenizerTokenType.BYTE) {
                throw metadata.refuse(TokenizerVocabulary.at(TokenizerVocabulary.TYPES, id),
                        "6 for " + TokenizerVocabulary.quoted(vocabulary.token(id)), "1 to 5 with the model gpt2");
            }
        }
    }

    private static List<TokenizerMerge> merges(GgufMetadata metadata, TokenizerVocabulary vocabulary) {
        List<String> texts = metadata.strings(MERGES);
        if (texts.size() > MAX_MERGES) {
            throw metadata.refuse(MERGES, "an array of " + texts.size(), "at most " + MAX_MERGES + " merges");
        }
        List<TokenizerMerge> merges = new ArrayList<>(texts.size());
        Set<TokenizerMerge> known = HashSet.newHashSet(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            TokenizerMerge merge = merge(vocabulary, texts.get(i));
            if (merge == null) {
                throw metadata.refuse(TokenizerVocabulary.at(MERGES, i), TokenizerVocabulary.quoted(texts.get(i)),
                        "two of " + TokenizerVocabulary.TOKENS + " with a space between, together one of them too");
            }
            if (!known.add(merge)) {
                throw metadata.refuse(TokenizerVocabulary.at(MERGES, i), TokenizerVocabulary.quoted(texts.get(i)),
                        "each merge once");
            }
            merges.add(merge);
        }
        return merges;
    }

    /** Null if the text is no merge. */
    private static TokenizerMerge merge(TokenizerVocabulary vocabulary, String text) {
        int space = text.indexOf(' ');
        if (space < 0 || text.length() > 2 * TokenizerVocabulary.MAX_TOKEN_CHARACTERS + 1) {
            return null;
        }
        String first = text.substring(0, space);
        String second = text.substring(space + 1);
        int left = vocabulary.id(first);
        int right = vocabulary.id(second);
        return left < 0 || right < 0 || vocabulary.id(first + second) < 0 ? null : new TokenizerMerge(left, right);
    }
}
