package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.testing.TestModels;

import static io.github.jlamadsla.testing.TestFiles.delete;
import static io.github.jlamadsla.testing.TestFiles.editHeader;
import static io.github.jlamadsla.testing.TestFiles.editHeaderText;
import static io.github.jlamadsla.testing.TestFiles.editJson;
import static io.github.jlamadsla.testing.TestFiles.link;
import static io.github.jlamadsla.testing.TestFiles.replaceByDirectory;
import static io.github.jlamadsla.testing.TestFiles.setHeaderLength;
import static io.github.jlamadsla.testing.TestFiles.sparse;
import static io.github.jlamadsla.testing.TestFiles.truncate;
import static io.github.jlamadsla.testing.TestFiles.writeBytes;
import static io.github.jlamadsla.testing.TestFiles.writeText;

/** Files that are missing, of the wrong kind, or not what their name says; headers that lie. */
final class BrokenFiles {
    private static final String CONFIG = "config.json";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String SECOND_SHARD = "model-00002-of-00003.safetensors";
    private static final String DSLA_CONFIG = "dsla/dsla_config.json";
    private static final String DSLA = "dsla/dsla.safetensors";
    private static final String NORM = "model.norm.weight";

    private final List<BrokenDirectory> cases = new ArrayList<>();

    private BrokenFiles() {}

    static List<BrokenDirectory> all() {
        BrokenFiles broken = new BrokenFiles();
        broken.files();
        broken.headers();
        return List.copyOf(broken.cases);
    }

    private void files() {
        add("directory missing", directory -> delete(directory), "", "model directory is missing");
        add("file in the directory's place", directory -> {
            delete(directory);
            writeText(directory, "x");
        }, "", "model directory is a file");
        add("no config.json", directory -> delete(directory.resolve(CONFIG)), CONFIG, "file is missing");
        add("config.json is a directory", directory -> replaceByDirectory(directory.resolve(CONFIG)), CONFIG,
                "file is a directory");
        add("config.json is empty", directory -> writeText(directory.resolve(CONFIG), ""), CONFIG, "file is empty");
        add("config.json is an array", directory -> writeText(directory.resolve(CONFIG), "[1]"), CONFIG,
                "file is not an object");
        add("config.json is cut", directory -> truncate(directory.resolve(CONFIG), 100), CONFIG, "not readable");
        add("config.json repeats a key",
                directory -> writeText(directory.resolve(CONFIG), "{\"vocab_size\":1,\"vocab_size\":2}"), CONFIG,
                "not readable", "vocab_size", "without repeated keys");
        add("config.json is deep", directory -> writeText(directory.resolve(CONFIG), "{\"a\":" + "[".repeat(100_000)),
                CONFIG, "not readable", "nesting depth");
        add("config.json has too many tokens",
                directory -> writeText(directory.resolve(CONFIG), "{\"a\":[" + "{},".repeat(200_000)), CONFIG,
                "not readable", "Token count");
        add("config.json is too long", directory -> writeText(directory.resolve(CONFIG), " ".repeat(2_000_000)),
                CONFIG, "file size is 2000000 bytes", "at most 1048576");
        add("config.json is followed by more", directory -> writeText(directory.resolve(CONFIG), "{} {}"), CONFIG,
                "not readable: Trailing token");
        add("config.json has a long string",
                directory -> writeText(directory.resolve(CONFIG), "{\"a\":\"" + "x".repeat(1_000_000) + "\"}"), CONFIG,
                "not readable: String value length");
        add("config.json is not UTF-8",
                directory -> writeBytes(directory.resolve(CONFIG), new byte[]{'{', (byte) 0xff}),
                CONFIG, "malformed UTF-8");
        add("no tokenizer", directory -> delete(directory.resolve("tokenizer.json")), "tokenizer.json",
                "file is missing");
        add("tokenizer too long", directory -> sparse(directory.resolve("tokenizer.json"), 65L << 20),
                "tokenizer.json", "file size is 68157440 bytes", "at most 67108864");
        add("template of another type",
                directory -> editJson(directory.resolve("tokenizer_config.json"), json -> json.put("chat_template", 7)),
                "tokenizer_config.json", "chat_template is 7", "a string");
        add("no weights", directory -> delete(directory.resolve(WEIGHTS)), "", "weights is missing",
                "model.safetensors or model.safetensors.index.json");
        add("DSLA folder is a file", directory -> {
            delete(directory.resolve("dsla"));
            writeText(directory.resolve("dsla"), "x");
        }, "dsla", "DSLA folder is a file");
        add("DSLA folder is a dangling link", directory -> {
            delete(directory.resolve("dsla"));
            link(directory.resolve("dsla"), Path.of("nowhere"));
        }, "dsla", "DSLA folder is a link that leads nowhere");
        add("required DSLA folder missing", directory -> delete(directory.resolve("dsla")), "dsla",
                "DSLA folder is missing", "a directory with dsla_config.json and dsla.safetensors");
        add("no dsla_config.json", directory -> delete(directory.resolve(DSLA_CONFIG)), DSLA_CONFIG,
                "file is missing");
        add("no dsla.safetensors", directory -> delete(directory.resolve(DSLA)), DSLA, "file is missing",
                "a safetensors file");
    }

    private void headers() {
        add("weights of no bytes", directory -> writeText(directory.resolve(WEIGHTS), ""), WEIGHTS,
                "file size is 0 bytes");
        add("header longer than the file", directory -> setHeaderLength(directory.resolve(WEIGHTS), 1L << 23), WEIGHTS,
                "header length is 8388608 bytes");
        add("header above 16 MiB", directory -> {
            sparse(directory.resolve(WEIGHTS), 200L << 20);
            setHeaderLength(directory.resolve(WEIGHTS), 100_000_000);
        }, WEIGHTS, "header length is 100000000 bytes", "2 to 16777216");
        add("header of negative length", directory -> setHeaderLength(directory.resolve(DSLA), -8), DSLA,
                "header length is 18446744073709551608 bytes");
        add("header is no JSON", directory -> editHeaderText(directory.resolve(WEIGHTS), text -> "x" + text), WEIGHTS,
                "header is not readable", "Unrecognized token");
        add("header is cut", directory -> editHeaderText(directory.resolve(WEIGHTS), text -> text.substring(0, 200)),
                WEIGHTS, "header is not readable", "end-of-input");
        add("header repeats a tensor",
                directory -> editHeaderText(directory.resolve(WEIGHTS),
                        text -> text.trim().replaceAll("}$", ",\"" + NORM
                                + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}")),
                WEIGHTS, NORM + " is repeated");
        add("header repeats a field",
                directory -> editHeaderText(directory.resolve(WEIGHTS),
                        text -> text.replaceFirst("\\{\"dtype\":\"F32\"", "{\"dtype\":\"F32\",\"dtype\":\"F32\"")),
                WEIGHTS, "model.embed_tokens.weight.dtype is repeated");
        add("unknown dtype", directory -> editTensorEntry(directory, NORM, entry -> entry.put("dtype", "F31")), WEIGHTS,
                NORM + ".dtype is F31", "BF16");
        add("offsets outside the file",
                directory -> editTensorEntry(directory, NORM, entry -> offsets(entry, 1L << 40, (1L << 40) + 128)),
                WEIGHTS, NORM + ".data_offsets is [1099511627776, 1099511627904]");
        add("offsets backwards", directory -> editTensorEntry(directory, NORM, entry -> offsets(entry, 128, 0)),
                WEIGHTS, NORM + ".data_offsets is [128, 0]", "begin <= end");
        add("negative offset", directory -> editTensorEntry(directory, NORM, entry -> offsets(entry, -128, 0)),
                WEIGHTS, NORM + ".data_offsets is -128");
        add("overlapping offsets", directory -> editTensorEntry(directory, NORM, entry -> offsets(entry, 64, 192)),
                WEIGHTS, NORM + ".data_offsets is overlapping model.embed_tokens.weight");
        add("offsets that do not fit the shape",
                directory -> editTensorEntry(directory, NORM, entry -> entry.putArray("shape").add(31)), WEIGHTS,
                NORM + ".data_offsets is 128 bytes", "124 bytes for F32 [31]");
        add("shape that overflows",
                directory -> editTensorEntry(directory, NORM,
                        entry -> entry.putArray("shape").add(1L << 62).add(1L << 62)),
                WEIGHTS, NORM + ".data_offsets is 128 bytes", "below 2^63");
        add("shape of nine dimensions",
                directory -> editTensorEntry(directory, NORM, entry -> ones(entry.putArray("shape"), 9)), WEIGHTS,
                NORM + ".shape is more than 8 numbers");
        add("tensor without offsets",
                directory -> editTensorEntry(directory, NORM, entry -> entry.remove("data_offsets")),
                WEIGHTS, NORM + " is incomplete");
        add("tensor with an unknown field",
                directory -> editTensorEntry(directory, NORM, entry -> entry.put("stride", 1)), WEIGHTS,
                NORM + ".stride is present");
        add("name of a thousand characters",
                directory -> editHeader(directory.resolve(WEIGHTS), json -> json.putObject("n".repeat(1_000))), WEIGHTS,
                "Name", "1000", "512");
        add("ten thousand tensors", directory -> editHeader(directory.resolve(WEIGHTS), json -> {
            ObjectNode empty = json.objectNode().put("dtype", "F32");
            empty.putArray("shape").add(0);
            offsets(empty, 0, 0);
            for (int i = 0; i < 10_000; i++) {
                json.set("model.layers." + i + ".self_attn.some_tensor.weight", empty);
            }
        }), WEIGHTS, "tensors in the header is more than 8192");
        add("metadata of a megabyte", directory -> editHeader(directory.resolve(WEIGHTS), json -> {
            ObjectNode metadata = json.putObject("__metadata__");
            for (int i = 0; i < 20; i++) {
                metadata.put("key" + i, "x".repeat(50_000));
            }
        }), WEIGHTS, "__metadata__ is too long", "262144 characters");
        add("weights are cut", directory -> truncate(directory.resolve(WEIGHTS), -1), WEIGHTS, NORM + ".data_offsets",
                "the bytes of data in this file");
        add("dsla.safetensors is cut", directory -> truncate(directory.resolve(DSLA), -1_000), DSLA, ".data_offsets",
                "the bytes of data in this file");
        addSharded("index without a map", directory -> writeText(directory.resolve(INDEX), "{}"), INDEX,
                "weight_map is missing", "an object");
        addSharded("shard outside of the directory", directory -> mapTo(directory, "../other.safetensors"), INDEX,
                "weight_map." + NORM + " is \"../other.safetensors\"", "in the same directory");
        addSharded("absolute shard", directory -> mapTo(directory, "/etc/passwd"), INDEX,
                "weight_map." + NORM + " is \"/etc/passwd\"");
        addSharded("missing shard", directory -> delete(directory.resolve(SECOND_SHARD)), SECOND_SHARD,
                "file is missing");
        addSharded("tensor not in its shard", directory -> mapTo(directory, SECOND_SHARD), SECOND_SHARD,
                NORM + " is missing", "as model.safetensors.index.json says");
        addSharded("tensor not in the index",
                directory -> editJson(directory.resolve(INDEX),
                        json -> ((ObjectNode) json.get("weight_map")).remove(NORM)),
                "model-00003-of-00003.safetensors", NORM + " is present", "model.safetensors.index.json places");
    }

    private void add(String name, Consumer<Path> damage, String file, String... said) {
        add(name, BrokenDirectory.FOLDING, damage, file, said);
    }

    private void add(String name, TestModels model, Consumer<Path> damage, String file, String... said) {
        cases.add(new BrokenDirectory(name, model, damage, file, said));
    }

    private void addSharded(String name, Consumer<Path> damage, String file, String... said) {
        add(name, BrokenDirectory.SHARDED, damage, file, said);
    }

    private static void editTensorEntry(Path directory, String tensor, Consumer<ObjectNode> edit) {
        editHeader(directory.resolve(WEIGHTS), json -> edit.accept((ObjectNode) json.get(tensor)));
    }

    private static void removeTensor(Path file, String tensor) {
        editHeader(file, json -> json.remove(tensor));
    }

    private static void offsets(ObjectNode entry, long begin, long end) {
        entry.putArray("data_offsets").add(begin).add(end);
    }

    private static void ones(ArrayNode array, int count) {
        for (int i = 0; i < count; i++) {
            array.add(1);
        }
    }

    private static void mapTo(Path directory, String shard) {
        editJson(directory.resolve(INDEX), json -> ((ObjectNode) json.get("weight_map")).put(NORM, shard));
    }
}
