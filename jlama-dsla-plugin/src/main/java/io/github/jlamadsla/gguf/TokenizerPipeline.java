package io.github.jlamadsla.gguf;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a tokenizer does beside its vocabulary, in the terms of tokenizer.json.
 *
 * @param normalizer JSON, or JSON null
 * @param preTokenizer JSON, or JSON null
 * @param postProcessor JSON, or JSON null
 * @param decoder JSON
 * @param model the settings of the byte-pair encoding
 * @param merges first ones first
 */
record TokenizerPipeline(JsonNode normalizer, JsonNode preTokenizer, JsonNode postProcessor, JsonNode decoder,
        Model model, List<TokenizerMerge> merges) {

    /**
     * @param unknown spelling of the token for what cannot be spelled, or null
     * @param byteFallback whether a character that is no token becomes byte tokens
     * @param ignoreMerges whether a word that is a token becomes it without merging
     */
    record Model(String unknown, boolean byteFallback, boolean ignoreMerges) {}
}
