package io.github.jlamadsla.it.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Tokenizer files for a vocabulary of any size: byte-level BPE without merges, so text becomes one token per byte; the
 * other ids are tokens {@code [tN]} that no text gives. Jlama and DJL read it.
 */
final class SyntheticTokenizer {
    /** Special tokens, by id. */
    static final List<String> SPECIAL = List.of("<|pad|>", "<|bos|>", "<|end|>");
    /** Id of the token that ends an answer. */
    static final int END = 2;
    /** The special tokens, and one for each byte. */
    static final int MIN_VOCABULARY = SPECIAL.size() + 256;

    private static final String TEMPLATE = "{{ bos_token }}{% for message in messages %}{{ message['role'] }}: "
            + "{{ message['content'] }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}";

    private SyntheticTokenizer() {}

    /** Writes tokenizer.json and tokenizer_config.json. */
    static void write(Path directory, int vocabulary, int context) throws IOException {
        ObjectMapper json = new ObjectMapper();
        json.writeValue(directory.resolve("tokenizer.json").toFile(), tokenizer(json, vocabulary));
        ObjectNode config = json.createObjectNode();
        config.put("bos_token", SPECIAL.get(1));
        config.put("eos_token", SPECIAL.get(END));
        config.put("pad_token", SPECIAL.getFirst());
        config.put("model_max_length", context);
        config.put("tokenizer_class", "PreTrainedTokenizerFast");
        config.put("chat_template", TEMPLATE);
        json.writeValue(directory.resolve("tokenizer_config.json").toFile(), config);
    }

    private static ObjectNode tokenizer(ObjectMapper json, int vocabulary) {
        ObjectNode root = json.createObjectNode();
        root.put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int id = 0; id < SPECIAL.size(); id++) {
            added.addObject().put("id", id).put("content", SPECIAL.get(id)).put("single_word", false)
                    .put("lstrip", false).put("rstrip", false).put("normalized", false).put("special", true);
        }
        root.putNull("normalizer");
        ObjectNode bytes = root.putObject("pre_tokenizer");
        bytes.put("type", "ByteLevel").put("add_prefix_space", false).put("trim_offsets", true).put("use_regex", true);
        root.putNull("post_processor");
        root.set("decoder", bytes.deepCopy());
        ObjectNode model = root.putObject("model");
        model.put("type", "BPE").putNull("dropout").putNull("unk_token").putNull("continuing_subword_prefix")
                .putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false);
        ObjectNode ids = model.putObject("vocab");
        int[] letters = byteLetters();
        for (int id = 0; id < vocabulary; id++) {
            ids.put(id < SPECIAL.size()
                    ? SPECIAL.get(id)
                    : id < MIN_VOCABULARY ? Character.toString(letters[id - SPECIAL.size()]) : "[t" + id + "]", id);
        }
        model.putArray("merges");
        return root;
    }

    /** The printable characters that byte-level BPE writes for the 256 bytes (GPT-2's table). */
    private static int[] byteLetters() {
        int[] letters = new int[256];
        int next = 256;
        for (int b = 0; b < letters.length; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            letters[b] = printable ? b : next++;
        }
        return letters;
    }
}
