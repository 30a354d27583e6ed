package io.github.jlamadsla.bridge;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

import io.github.jlamadsla.safetensors.InvalidModelException;

/** Reads config.json of a Llama-family model, and the end tokens of generation_config.json if there is one. */
final class ModelConfigReader {
    private static final String CONFIG = "config.json";
    private static final String GENERATION_CONFIG = "generation_config.json";
    private static final String ARCHITECTURES = "architectures";
    private static final String BOS = "bos_token_id";
    private static final String EOS = "eos_token_id";
    /** Longest context, and longest original context of a scaled one. */
    static final int MAX_POSITIONS = 1 << 22;
    private static final int MAX_EOS_TOKENS = 64;
    private static final double DEFAULT_ROPE_THETA = 10_000;

    private ModelConfigReader() {}

    static ModelConfig read(Path directory) {
        JsonSection json = JsonSection.read(directory.resolve(CONFIG));
        String family = family(json);
        UnsupportedFeatures.check(json);
        int hidden = json.integer("hidden_size", 16, 65_536);
        int heads = json.integer("num_attention_heads", 1, 1_024);
        int vocabulary = json.integer("vocab_size", 1, 1 << 22);
        // A prompt token and one to answer with.
        int context = json.integer("max_position_embeddings", 2, MAX_POSITIONS);
        return new ModelConfig(json.file(), name(directory), family, json.integer("num_hidden_layers", 1, 512),
                hidden, heads, kvHeads(json, heads), headSize(json, hidden, heads),
                json.integer("intermediate_size", 1, 1 << 20), vocabulary, context,
                (float) json.number("rms_norm_eps", 1e-12, 0.1), ropeTheta(json), RopeScalingReader.read(json),
                json.flag("tie_word_embeddings", false), json.integer(BOS, 0, vocabulary - 1, -1),
                eosTokens(json, directory.resolve(GENERATION_CONFIG), vocabulary));
    }

    private static String name(Path directory) {
        Path name = directory.toAbsolutePath().normalize().getFileName();
        return name == null ? directory.toString() : name.toString();
    }

    private static String family(JsonSection json) {
        String name = json.oneOf("model_type", BaseTensors.families().stream().map(BaseTensors::family).toList());
        String architecture = BaseTensors.of(name).architecture();
        if (json.has(ARCHITECTURES)) {
            for (JsonNode given : json.array(ARCHITECTURES, 1, 16)) {
                if (!architecture.equals(given.textValue())) {
                    throw json.refuse(ARCHITECTURES, architecture);
                }
            }
        }
        return name;
    }

    private static int kvHeads(JsonSection json, int heads) {
        int kvHeads = json.integer("num_key_value_heads", 1, heads, heads);
        if (heads % kvHeads != 0) {
            throw json.refuse("num_key_value_heads", "a divisor of num_attention_heads, " + heads);
        }
        return kvHeads;
    }

    private static int headSize(JsonSection json, int hidden, int heads) {
        boolean given = json.has("head_dim");
        if (!given && hidden % heads != 0) {
            throw json.refuse("hidden_size",
                    "without head_dim a multiple of num_attention_heads, " + heads);
        }
        int size = given ? json.integer("head_dim", 16, 512) : hidden / heads;
        if (size % 16 != 0 || size > 512) {
            throw new InvalidModelException(json.file(), given ? "head_dim" : "hidden_size / num_attention_heads", size,
                    "a multiple of 16 from 16 to 512");
        }
        return size;
    }

    private static double ropeTheta(JsonSection json) {
        return json.has("rope_theta") ? json.number("rope_theta", 1, 1e12) : DEFAULT_ROPE_THETA;
    }

    private static List<Integer> eosTokens(JsonSection config, Path generationConfig, int vocabulary) {
        Collection<Integer> tokens = new TreeSet<>();
        addEosTokens(config, vocabulary, tokens);
        if (Files.exists(generationConfig)) {
            addEosTokens(JsonSection.read(generationConfig), vocabulary, tokens);
        }
        return List.copyOf(tokens);
    }

    private static void addEosTokens(JsonSection json, int vocabulary, Collection<Integer> tokens) {
        JsonNode eos = json.value(EOS);
        if (eos.isArray()) {
            for (JsonNode token : json.array(EOS, 0, MAX_EOS_TOKENS)) {
                tokens.add(json.integer(EOS, token, 0, vocabulary - 1));
            }
        } else if (!eos.isMissingNode()) {
            tokens.add(json.integer(EOS, 0, vocabulary - 1));
        }
    }
}
