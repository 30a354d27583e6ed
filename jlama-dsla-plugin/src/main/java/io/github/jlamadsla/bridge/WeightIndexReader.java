package io.github.jlamadsla.bridge;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

import io.github.jlamadsla.safetensors.InvalidModelException;

/** Finds a directory's weights: by model.safetensors.index.json if there is one, else in model.safetensors. */
final class WeightIndexReader {
    static final String INDEX = "model.safetensors.index.json";
    static final String SINGLE = "model.safetensors";

    private static final String MAP = "weight_map";
    private static final int MAX_SHARDS = 1_024;
    private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}\\.safetensors");

    private WeightIndexReader() {}

    static WeightFiles open(Path directory) {
        Path index = directory.resolve(INDEX);
        if (Files.exists(index)) {
            return WeightFiles.sharded(index, shards(index));
        }
        if (!Files.exists(directory.resolve(SINGLE))) {
            throw new InvalidModelException(directory, "weights", "missing", SINGLE + " or " + INDEX);
        }
        return WeightFiles.single(directory.resolve(SINGLE));
    }

    private static Map<String, String> shards(Path index) {
        JsonSection map = JsonSection.read(index).section(MAP);
        Map<String, String> shards = new LinkedHashMap<>();
        Set<String> distinct = new HashSet<>();
        for (String tensor : map.keys()) {
            JsonNode shard = map.value(tensor);
            // A plain name: what a checkpoint says never leads out of its directory.
            if (!shard.isTextual() || !SHARD.matcher(shard.textValue()).matches()) {
                throw map.refuse(tensor, "the name of a .safetensors file in the same directory");
            }
            distinct.add(shard.textValue());
            if (distinct.size() > MAX_SHARDS) {
                throw new InvalidModelException(index, MAP, "more than " + MAX_SHARDS + " files",
                        "at most " + MAX_SHARDS);
            }
            shards.put(tensor, shard.textValue());
        }
        return shards;
    }
}
