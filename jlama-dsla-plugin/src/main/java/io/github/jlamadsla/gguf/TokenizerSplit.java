package io.github.jlamadsla.gguf;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** How the byte-level tokenizers that are known cut a text into words before they merge, by their names in GGUF files. */
enum TokenizerSplit {
    GPT2("gpt-2", false, false) {
        @Override
        List<ObjectNode> parts() {
            // The same as byteLevel(true) alone; spelled out because Jlama does not know that one's words.
            return List.of(words("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
                    byteLevel(false));
        }
    },
    LLAMA_BPE("llama-bpe", true, true) {
        @Override
        List<ObjectNode> parts() {
            return List.of(words("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"), byteLevel(false));
        }
    },
    SMOLLM("smollm", false, false) {
        @Override
        List<ObjectNode> parts() {
            return List.of(TokenizerJson.part("Digits").put("individual_digits", true), byteLevel(true));
        }
    },
    QWEN2("qwen2", false, false) {
        @Override
        List<ObjectNode> parts() {
            return List.of(words("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"), byteLevel(false));
        }

        @Override
        ObjectNode normalizer() {
            return TokenizerJson.sequence("normalizers", List.of(TokenizerJson.part("NFC")));
        }
    };

    static final String KEY = "tokenizer.ggml.pre";

    private final String name;
    private final boolean addsBos;
    private final boolean ignoresMerges;

    TokenizerSplit(String name, boolean addsBos, boolean ignoresMerges) {
        this.name = name;
        this.addsBos = addsBos;
        this.ignoresMerges = ignoresMerges;
    }

    /** @throws io.github.jlamadsla.safetensors.InvalidModelException if the file names none or one that is not known */
    static TokenizerSplit read(GgufMetadata metadata) {
        String given = metadata.string(KEY);
        List<String> names = new ArrayList<>();
        for (TokenizerSplit split : values()) {
            if (split.name.equals(given)) {
                return split;
            }
            names.add(split.name);
        }
        throw metadata.refuse(KEY, TokenizerVocabulary.quoted(given), String.join(", ", names));
    }

    /** What is done to the text first, or null. */
    ObjectNode normalizer() {
        return null;
    }

    abstract List<ObjectNode> parts();

    ObjectNode preTokenizer() {
        return TokenizerJson.sequence("pretokenizers", parts());
    }

    /** Whether a text is begun with the token for it when the file does not say. */
    boolean addsBos() {
        return addsBos;
    }

    /** Whether a word that is a token becomes it without merging. */
    boolean ignoresMerges() {
        return ignoresMerges;
    }

    private static ObjectNode words(String regex) {
        ObjectNode split = TokenizerJson.part("Split");
        split.putObject("pattern").put("Regex", regex);
        return split.put("behavior", "Isolated").put("invert", false);
    }

    private static ObjectNode byteLevel(boolean splits) {
        return ByteLevelTokenizer.byteLevel(false).put("use_regex", splits);
    }
}
