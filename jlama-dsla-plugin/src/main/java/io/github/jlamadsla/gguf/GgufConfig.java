package io.github.jlamadsla.gguf;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.bridge.RopeScaling;
import io.github.jlamadsla.safetensors.InvalidModelException;

/** Reads the shape of a Llama out of a GGUF file's keys, within the bounds that this engine reads config.json with. */
final class GgufConfig {
    static final String EMBEDDING = "token_embd.weight";
    static final String OUTPUT = "output.weight";
    static final String ROPE_FREQUENCIES = "rope_freqs.weight";

    private static final String FAMILY = "llama";
    private static final String PREFIX = FAMILY + ".";
    private static final String HEADS = PREFIX + "attention.head_count";
    private static final String KV_HEADS = PREFIX + "attention.head_count_kv";
    private static final String HIDDEN = PREFIX + "embedding_length";
    private static final String KEY_LENGTH = PREFIX + "attention.key_length";
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String EOS = "tokenizer.ggml.eos_token_id";
    /** Further tokens that end an answer: of a turn, of a message. */
    private static final List<String> MORE_EOS = List.of("tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id");
    private static final String BOS = "tokenizer.ggml.bos_token_id";
    private static final int MAX_POSITIONS = 1 << 22;
    private static final double DEFAULT_ROPE_THETA = 10_000;

    private final GgufFile file;
    private final GgufMetadata keys;

    private GgufConfig(GgufFile file) {
        this.file = file;
        this.keys = file.metadata();
    }

    /** @throws InvalidModelException if it is no Llama, or one that cannot be computed */
    static ModelConfig read(GgufFile file) {
        return new GgufConfig(file).config();
    }

    private ModelConfig config() {
        if (!keys.string("general.architecture").equals(FAMILY)) {
            throw keys.refuse("general.architecture", GgufLimits.shown(keys.string("general.architecture")), FAMILY);
        }
        GgufLimits.check(keys);
        int hidden = integer(HIDDEN, 16, 65_536);
        int heads = integer(HEADS, 1, 1_024);
        int headSize = headSize(hidden, heads);
        int vocabulary = vocabulary();
        double theta = keys.has(PREFIX + "rope.freq_base")
                ? number(PREFIX + "rope.freq_base", 1, 1e12)
                : DEFAULT_ROPE_THETA;
        RopeScaling scaling = new GgufRopeScaling(file, headSize, theta).read();
        GgufLimits.checkAttentionScale(keys, headSize);
        return new ModelConfig(keys.file(), name(keys.file()), FAMILY, integer(PREFIX + "block_count", 1, 512), hidden,
                heads, kvHeads(heads), headSize, integer(PREFIX + "feed_forward_length", 1, 1 << 20), vocabulary,
                integer(PREFIX + "context_length", 2, MAX_POSITIONS),
                (float) number(PREFIX + "attention.layer_norm_rms_epsilon", 1e-12, 0.1), theta, scaling,
                !file.tensors().containsKey(OUTPUT), keys.has(BOS) ? integer(BOS, 0, vocabulary - 1) : -1,
                eosTokens(vocabulary));
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private int kvHeads(int heads) {
        int kvHeads = keys.has(KV_HEADS) ? integer(KV_HEADS, 1, heads) : heads;
        if (heads % kvHeads != 0) {
            throw keys.refuse(KV_HEADS, kvHeads, "a divisor of " + HEADS + ", " + heads);
        }
        return kvHeads;
    }

    private int headSize(int hidden, int heads) {
        boolean given = keys.has(KEY_LENGTH);
        if (!given && hidden % heads != 0) {
            throw keys.refuse(HIDDEN, hidden, "without " + KEY_LENGTH + " a multiple of " + HEADS + ", " + heads);
        }
        int size = given ? integer(KEY_LENGTH, 16, 512) : hidden / heads;
        if (size % 16 != 0 || size > 512) {
            throw keys.refuse(given ? KEY_LENGTH : HIDDEN + " / " + HEADS, size, "a multiple of 16 from 16 to 512");
        }
        for (String key : List.of(PREFIX + "attention.value_length", PREFIX + "rope.dimension_count")) {
            if (keys.has(key) && integer(key, 0, Integer.MAX_VALUE) != size) {
                throw keys.refuse(key, integer(key, 0, Integer.MAX_VALUE), size + ", the size of a head");
            }
        }
        return size;
    }

    /** Rows of the embedding; the tokenizer must have as many tokens. */
    private int vocabulary() {
        GgufTensor embedding = file.tensors().get(EMBEDDING);
        if (embedding == null) {
            throw keys.refuse(EMBEDDING, "missing", "a tensor of the vocabulary's rows");
        }
        long rows = embedding.rows();
        if (rows > 1 << 22) {
            throw keys.refuse(EMBEDDING, "of " + rows + " rows", "at most " + (1 << 22));
        }
        if (keys.has(TOKENS) && keys.strings(TOKENS).size() != rows) {
            throw keys.refuse(TOKENS, "an array of " + keys.strings(TOKENS).size(),
                    rows + ", the rows of " + EMBEDDING);
        }
        return (int) rows;
    }

    private List<Integer> eosTokens(int vocabulary) {
        TreeSet<Integer> tokens = new TreeSet<>();
        tokens.add(integer(EOS, 0, vocabulary - 1));
        for (String key : MORE_EOS) {
            if (keys.has(key)) {
                tokens.add(integer(key, 0, vocabulary - 1));
            }
        }
        return List.copyOf(tokens);
    }

    private int integer(String key, int least, int most) {
        return (int) keys.integer(key, least, most);
    }

    private double number(String key, double least, double most) {
        double value = shortest(keys.number(key));
        if (!(value >= least && value <= most)) {
            throw keys.refuse(key, value, least + " to " + most);
        }
        return value;
    }

    /** What was an F32 in the file, as the shortest decimal number that names it: 1e-5, not 9.999999747378752e-6. */
    static double shortest(double value) {
        return (float) value == value ? Double.parseDouble(Float.toString((float) value)) : value;
    }
}
