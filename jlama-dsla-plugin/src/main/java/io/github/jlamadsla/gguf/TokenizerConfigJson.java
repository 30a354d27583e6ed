package io.github.jlamadsla.gguf;

import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes tokenizer_config.json. */
final class TokenizerConfigJson {
    static final String TEMPLATE = "tokenizer.chat_template";
    static final String CONTEXT = "llama.context_length";

    /** What the text package accepts; all else about a template is checked when it is loaded. */
    static final int MAX_TEMPLATE_CHARACTERS = 128 << 10;

    private TokenizerConfigJson() {}

    static byte[] write(GgufMetadata metadata, TokenizerVocabulary vocabulary, TokenizerSpecials specials) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        putToken(config, "bos_token", vocabulary, specials.bos());
        putToken(config, "eos_token", vocabulary, specials.eos());
        putToken(config, "unk_token", vocabulary, specials.unknown());
        putToken(config, "pad_token", vocabulary, specials.padding());
        config.put("add_bos_token", specials.addBos());
        config.put("add_eos_token", specials.addEos());
        config.put("clean_up_tokenization_spaces", false);
        config.put("model_max_length", metadata.integer(CONTEXT, 1, Integer.MAX_VALUE));
        // The class without rules of its own: all of them stand in tokenizer.json.
        config.put("tokenizer_class", "PreTrainedTokenizerFast");
        if (metadata.has(TEMPLATE)) {
            config.put("chat_template", template(metadata));
        }
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(config);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e); // not from a tree of plain values
        }
    }

    private static void putToken(ObjectNode config, String name, TokenizerVocabulary vocabulary, int id) {
        if (id >= 0) {
            config.put(name, vocabulary.token(id));
        }
    }

    private static String template(GgufMetadata metadata) {
        String template = metadata.string(TEMPLATE);
        if (template.isEmpty() || template.length() > MAX_TEMPLATE_CHARACTERS) {
            throw metadata.refuse(TEMPLATE, "a text of " + template.length() + " characters",
                    "1 to " + MAX_TEMPLATE_CHARACTERS + " characters, or no such key");
        }
        if (!TokenizerVocabulary.wellFormed(template)) {
            throw metadata.refuse(TEMPLATE, TokenizerVocabulary.quoted(template), "a text without lone surrogates");
        }
        return template;
    }
}
