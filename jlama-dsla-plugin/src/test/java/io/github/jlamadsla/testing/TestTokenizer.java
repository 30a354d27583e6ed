package io.github.jlamadsla.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A byte-level BPE tokenizer without merges: one token per UTF-8 byte, four special tokens, and unused tokens up to the
 * vocabulary's size. Its chat template is ChatML.
 */
public final class TestTokenizer {
    /** Special tokens, by id. */
    public static final List<String> SPECIAL = List.of("<|pad|>", "<|im_start|>", "<|im_end|>", "<|endoftext|>");
    /** Id of {@code <|endoftext|>}, the token a text begins with. */
    public static final int BOS = 3;
    /** Id of {@code <|im_end|>}, the token that ends an answer. */
    public static final int EOS = 2;
    /** Special tokens and bytes; byte b has id {@code 4 + place of b in the byte-level alphabet}. */
    public static final int TOKENS = 4 + 256;
    /** ChatML, with a generation prompt. */
    public static final String TEMPLATE = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + "
            + "message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private TestTokenizer() {}

    /** Writes tokenizer.json and tokenizer_config.json. */
    static void write(Path directory, int vocabulary, int context) throws IOException {
        ObjectMapper json = new ObjectMapper();
        json.writeValue(directory.resolve("tokenizer.json").toFile(), tokenizer(json, vocabulary));
        json.writeValue(directory.resolve("tokenizer_config.json").toFile(),
                json.createObjectNode().put("bos_token", SPECIAL.get(BOS)).put("eos_token", SPECIAL.get(EOS))
                        .put("pad_token", SPECIAL.get(0)).put("clean_up_tokenization_spaces", false)
                        .put("model_max_length", context).put("tokenizer_class", "PreTrainedTokenizerFast")
                        .put("chat_template", TEMPLATE));
    }

    private static ObjectNode tokenizer(ObjectMapper json, int vocabulary) {
        ObjectNode root = json.createObjectNode().put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int id = 0; id < SPECIAL.size(); id++) {
            added.addObject().put("id", id).put("content", SPECIAL.get(id)).put("single_word", false)
                    .put("lstrip", false).put("rstrip", false).put("normalized", false).put("special", true);
        }
        root.putNull("normalizer");
        root.putObject("pre_tokenizer").put("type", "ByteLevel").put("add_prefix_space", false)
                .put("trim_offsets", true).put("use_regex", true);
        root.putNull("post_processor");
        root.putObject("decoder").put("type", "ByteLevel").put("add_prefix_space", true).put("trim_offsets", true)
                .put("use_regex", true);
        ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout").putNull("unk_token")
                .putNull("continuing_subword_prefix").putNull("end_of_word_suffix").put("fuse_unk", false)
                .put("byte_fallback", false).put("ignore_merges", false);
        ObjectNode tokens = model.putObject("vocab");
        SPECIAL.forEach(token -> tokens.put(token, tokens.size()));
        for (int place = 0; place < 256; place++) {
            tokens.put(String.valueOf(alphabet(place)), tokens.size());
        }
        while (tokens.size() < vocabulary) {
            tokens.put("<unused" + (tokens.size() - TOKENS) + ">", tokens.size());
        }
        model.putArray("merges");
        return root;
    }

    /** GPT-2's alphabet of bytes: 188 printable ones as themselves, then the other 68 from U+0100 on. */
    private static char alphabet(int place) {
        if (place < 94) {
            return (char) ('!' + place);
        }
        if (place < 106) {
            return (char) (0xa1 + place - 94);
        }
        return place < 188 ? (char) (0xae + place - 106) : (char) (0x100 + place - 188);
    }
}
