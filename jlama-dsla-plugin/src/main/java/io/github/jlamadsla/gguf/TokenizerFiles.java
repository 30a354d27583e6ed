package io.github.jlamadsla.gguf;

/**
 * The files that a tokenizer of a GGUF file becomes.
 *
 * @param tokenizer content of tokenizer.json, UTF-8
 * @param config content of tokenizer_config.json, UTF-8: special tokens and chat template
 */
record TokenizerFiles(byte[] tokenizer, byte[] config) {
    static final String MODEL = "tokenizer.ggml.model";

    /** @throws io.github.jlamadsla.safetensors.InvalidModelException naming the key at fault */
    static TokenizerFiles of(GgufMetadata metadata) {
        String model = metadata.string(MODEL);
        return switch (model) {
            case "gpt2" -> ByteLevelTokenizer.of(metadata);
            case "llama" -> SentencePieceTokenizer.of(metadata);
            default -> throw metadata.refuse(MODEL, TokenizerVocabulary.quoted(model), "gpt2, llama");
        };
    }
}
