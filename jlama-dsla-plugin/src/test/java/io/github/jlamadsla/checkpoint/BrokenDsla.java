package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.testing.TestModels;

import static io.github.jlamadsla.testing.TestFiles.copy;
import static io.github.jlamadsla.testing.TestFiles.delete;
import static io.github.jlamadsla.testing.TestFiles.editHeader;
import static io.github.jlamadsla.testing.TestFiles.editHeaderText;
import static io.github.jlamadsla.testing.TestFiles.editJson;
import static io.github.jlamadsla.testing.TestFiles.editTensor;

/** DSLA folders, and models of the authors' style, whose configuration or tensors are refused. */
final class BrokenDsla {
    private static final String WEIGHTS = "model.safetensors";
    private static final String DSLA_CONFIG = "dsla/dsla_config.json";
    private static final String DSLA = "dsla/dsla.safetensors";
    private static final String MIX = "model.layers.1.self_attn.mix_proj.weight";
    private static final String MIX_BIAS = "model.layers.1.self_attn.mix_proj.bias";
    private static final String GATE = "model.layers.1.self_attn.gk_proj.weight";

    private final List<BrokenDirectory> cases = new ArrayList<>();

    private BrokenDsla() {}

    static List<BrokenDirectory> all() {
        BrokenDsla broken = new BrokenDsla();
        broken.dslaConfiguration();
        broken.quality();
        broken.dslaTensors();
        broken.mixTensors();
        return List.copyOf(broken.cases);
    }

    private void dslaConfiguration() {
        dsla("format", json -> json.put("format", "gla"), "format is \"gla\"", "allowed: dsla");
        dsla("version", json -> json.put("version", 2), "version is 2", "allowed: 1");
        dsla("form", json -> json.put("form", "fused"), "form is \"fused\"", "released, folding");
        dsla("unknown key", json -> json.put("ordre", 1), "ordre is an unknown key", "order_source");
        dsla("order missing", json -> json.remove("order"), "order is missing", "1 to 3 elements");
        dsla("order empty", json -> json.putArray("order"), "order is []");
        dsla("order too long", json -> ones(json.putArray("order"), 4), "order is [1, 1, 1, 1]", "1 to 3 elements");
        dsla("order with a repeated layer", json -> ones(json.putArray("order"), 2), "order is [1, 1]",
                "distinct layers (1 is repeated)");
        dsla("order out of range", json -> json.putArray("order").add(1).add(3), "order is 3",
                "a whole number from 0 to 2");
        dsla("order of words", json -> json.putArray("order").add("one"), "order is \"one\"");
        dsla("order source", json -> json.put("order_source", "guess"), "order_source is \"guess\"",
                "kl, entropy, needle, manual");
        dsla("window too wide", json -> json.put("window", 4_097), "window is 4097", "0 to 4096");
        dsla("window in the released form", BrokenDirectory.RELEASED, json -> json.put("window", 8),
                "window is 8", "0 in the released form");
        dsla("negative window", BrokenDirectory.WINDOW, json -> json.put("window", -1), "window is -1", "0 to 4096");
        dsla("window in words", BrokenDirectory.WINDOW, json -> json.put("window", "wide"), "window is \"wide\"",
                "0 to 4096");
        dsla("window in halves", BrokenDirectory.WINDOW, json -> json.put("window", 64.5), "window is 64.5");
        dsla("sinks without a window", json -> json.put("sinks", 4), "sinks is 4", "0 without a window");
        dsla("sinks whose window was removed", BrokenDirectory.WINDOW, json -> json.put("window", 0), "sinks is 3",
                "0 without a window");
        dsla("too many sinks", json -> json.put("window", 8).put("sinks", 65), "sinks is 65", "0 to 64");
        dsla("negative sinks", BrokenDirectory.WINDOW, json -> json.put("sinks", -2), "sinks is -2", "0 to 64");
        dsla("sinks in words", BrokenDirectory.WINDOW, json -> json.put("sinks", true), "sinks is true");
        dsla("normalizer of zero", json -> json.put("gate_logit_normalizer", 0), "gate_logit_normalizer is 0",
                "number above 0");
        dsla("normalizer missing", json -> json.remove("gate_logit_normalizer"), "gate_logit_normalizer is missing");
        dsla("normalizer that overflows", json -> json.put("gate_logit_normalizer", 1e300),
                "gate_logit_normalizer is 1.0E300");
        dsla("gate bound of zero", json -> json.put("log_gate_min", 0.0), "log_gate_min is 0", "number below 0");
        dsla("fingerprint of another model",
                json -> json.put("base_fingerprint", "sha256:" + "0123456789abcdef".repeat(4)),
                "base_fingerprint is sha256:0123456789abcdef", "that of the base model");
        dsla("fingerprint too short", json -> json.put("base_fingerprint", "sha256:1234"),
                "base_fingerprint is \"sha256:1234\"", "64 hexadecimal digits");
        dsla("fingerprint missing", json -> json.remove("base_fingerprint"), "base_fingerprint is missing");
        dsla("no fingerprint at all", json -> json.putArray("base_fingerprint"), "base_fingerprint is []",
                "1 to 16 elements");
        dsla("sensitivity of two layers",
                json -> json.putObject("sensitivity").putArray("kl").add(0.1).add(0.2), "sensitivity.kl is [0.1, 0.2]",
                "an array of 3 elements");
        dsla("sensitivity in words",
                json -> json.putObject("sensitivity").putArray("kl").add(0.1).add(0.2).add("low"),
                "sensitivity.kl is \"low\"", "a number");
    }

    private void quality() {
        quality("level above the order", entry -> entry.put("level", 3), "quality[0].level is 3", "0 to 2");
        quality("nats missing", entry -> entry.remove("nll_8k"), "quality[0].nll_8k is missing", "a number");
        quality("negative nats", entry -> entry.put("nll_2k", -1), "quality[0].nll_2k is -1");
        quality("unknown key of an entry", entry -> entry.put("nll_4k", 1), "quality[0].nll_4k is an unknown key");
        quality("share above one", entry -> entry.putObject("hidden_fact").put("2048", 1.5),
                "quality[0].hidden_fact.2048 is 1.5", "0 to 1");
        quality("length in words", entry -> entry.putObject("hidden_fact").put("long", 1),
                "quality[0].hidden_fact is \"long\"",
                "context length");
        quality("no hidden facts", entry -> entry.remove("hidden_fact"), "quality[0].hidden_fact is missing");
        dsla("a level twice", json -> {
            ArrayNode quality = json.putArray("quality");
            validEntry(quality.addObject());
            validEntry(quality.addObject());
        }, "quality[1].level is 1", "each level once");
    }

    private void mixTensors() {
        add("bias of mix_proj missing", BrokenDirectory.WINDOW,
                directory -> removeTensor(directory.resolve(DSLA), MIX_BIAS), DSLA, MIX_BIAS + " is missing");
        add("a window that the tensors were not made for",
                directory -> editJson(directory.resolve(DSLA_CONFIG), json -> json.put("window", 8)), DSLA,
                MIX + " is missing", "a tensor for every layer of order");
        add("mix_proj without a window", BrokenDirectory.WINDOW, directory -> editJson(directory.resolve(DSLA_CONFIG),
                json -> json.put("window", 0).put("sinks", 0)), DSLA,
                "model.layers.0.self_attn.mix_proj.weight is an extra tensor");
        add("mix_proj of another shape", BrokenDirectory.WINDOW, directory -> editHeader(directory.resolve(DSLA),
                json -> ((ObjectNode) json.get(MIX)).putArray("shape").add(32).add(4)), DSLA,
                MIX + ".shape is [32, 4]", "[4, 32]");
        add("bias of mix_proj of another shape", BrokenDirectory.WINDOW, directory -> editHeader(
                directory.resolve(DSLA), json -> ((ObjectNode) json.get(MIX_BIAS)).putArray("shape").add(1).add(4)),
                DSLA, MIX_BIAS + ".shape is [1, 4]", "[4]");
        add("mix_proj in I32", BrokenDirectory.WINDOW,
                directory -> editHeader(directory.resolve(DSLA),
                        json -> ((ObjectNode) json.get(MIX)).put("dtype", "I32")),
                DSLA, MIX + ".dtype is I32", "BF16, F16, F32");
        add("bias of mix_proj in BF16", BrokenDirectory.WINDOW, directory -> editHeader(directory.resolve(DSLA),
                json -> {
                    ObjectNode entry = (ObjectNode) json.get(MIX_BIAS);
                    entry.put("dtype", "BF16");
                    long begin = entry.get("data_offsets").get(0).longValue();
                    offsets(entry, begin, begin + 8);
                }), DSLA, MIX_BIAS + ".dtype is BF16", "allowed: F32");
        add("NaN in mix_proj", BrokenDirectory.WINDOW,
                directory -> editTensor(directory.resolve(DSLA), MIX, data -> data.putFloat(4 * 100, Float.NaN)), DSLA,
                MIX + " at element 100 is NaN", "finite numbers");
        add("infinity in the bias of mix_proj", BrokenDirectory.WINDOW,
                directory -> editTensor(directory.resolve(DSLA), MIX_BIAS,
                        data -> data.putFloat(4 * 3, Float.POSITIVE_INFINITY)),
                DSLA, MIX_BIAS + " at element 3 is Infinity");
    }

    private void dslaTensors() {
        add("gate missing", directory -> removeTensor(directory.resolve(DSLA), GATE), DSLA, GATE + " is missing",
                "a tensor for every layer of order");
        add("tensors of a layer that is not in order",
                directory -> editJson(directory.resolve(DSLA_CONFIG), json -> json.putArray("order").add(1)), DSLA,
                "model.layers.2.self_attn.alpha_list is an extra tensor", "gk_proj2.bias");
        add("k_proj in the folding form",
                directory -> editHeaderText(directory.resolve(DSLA),
                        text -> text.replaceFirst("\\}\\s*$",
                                ",\"model.layers.1.self_attn.k_proj.weight\":{\"dtype\":\"F32\",\"shape\":[0],"
                                        + "\"data_offsets\":[0,0]}}")),
                DSLA, "model.layers.1.self_attn.k_proj.weight is an extra tensor");
        add("gate of another shape", directory -> editHeader(directory.resolve(DSLA), json -> {
            ArrayNode shape = ((ObjectNode) json.get(GATE)).putArray("shape");
            shape.add(2 * 16).add(2 * 16);
        }), DSLA, GATE + ".shape is [32, 32]", "[2, 16, 32]");
        add("released gate of another shape", BrokenDirectory.RELEASED, directory -> editHeader(
                directory.resolve(DSLA), json -> ((ObjectNode) json.get(GATE)).putArray("shape").add(16).add(64)), DSLA,
                GATE + ".shape is [16, 64]", "[32, 32] (a state per key/value head) or [64, 32] (per query head)");
        add("gates of different widths", BrokenDirectory.WIDE_RELEASED, directory -> {
            Path narrow = TestModels.llama().released(1, 2).write(directory.resolve("x"));
            copy(narrow.resolve(DSLA), directory.resolve(DSLA));
            delete(directory.resolve("x"));
            editHeader(directory.resolve(DSLA),
                    json -> ((ObjectNode) json.get("model.layers.2.self_attn.gk_proj.weight")).putArray("shape").add(16)
                            .add(64));
        }, DSLA, "model.layers.2.self_attn.gk_proj.weight.shape is [16, 64]", "[32, 32]");
        add("bias in BF16", directory -> editHeader(directory.resolve(DSLA), json -> {
            ObjectNode entry = (ObjectNode) json.get("model.layers.1.self_attn.gk_proj.bias");
            entry.put("dtype", "BF16");
            long begin = entry.get("data_offsets").get(0).longValue();
            offsets(entry, begin, begin + 64);
        }), DSLA, "model.layers.1.self_attn.gk_proj.bias.dtype is BF16", "allowed: F32");
        add("matrix in I32",
                directory -> editHeader(directory.resolve(DSLA),
                        json -> ((ObjectNode) json.get(GATE)).put("dtype", "I32")),
                DSLA, GATE + ".dtype is I32", "BF16, F16, F32");
        add("NaN in a gate",
                directory -> editTensor(directory.resolve(DSLA), GATE, data -> data.putFloat(4 * 700, Float.NaN)),
                DSLA, GATE + " at element 700 is NaN", "finite numbers");
        add("infinity in alpha",
                directory -> editTensor(directory.resolve(DSLA), "model.layers.2.self_attn.alpha_list",
                        data -> data.putFloat(4, Float.NEGATIVE_INFINITY)),
                DSLA, "model.layers.2.self_attn.alpha_list at element 1 is -Infinity");
        add("gate of a layer that the model does not have", BrokenDirectory.AUTHORS,
                directory -> editHeaderText(
                        directory.resolve(WEIGHTS), text -> text.replace("layers.1.self_attn.gk_proj.weight",
                                "layers.7.self_attn.gk_proj.weight")),
                WEIGHTS, "model.layers.7.self_attn.gk_proj.weight is an extra tensor", "0 to 2");
        add("authors' style without its second gate", BrokenDirectory.AUTHORS,
                directory -> removeTensor(directory.resolve(WEIGHTS), "model.layers.1.self_attn.gk_proj2.weight"),
                WEIGHTS, "model.layers.1.self_attn.gk_proj2.weight is missing");
        add("authors' style with NaN", BrokenDirectory.AUTHORS,
                directory -> editTensor(directory.resolve(WEIGHTS), "model.layers.1.self_attn.k_proj.weight",
                        data -> data.putFloat(0, Float.NaN)),
                WEIGHTS, "model.layers.1.self_attn.k_proj.weight at element 0 is NaN");
    }

    private void add(String name, Consumer<Path> damage, String file, String... said) {
        add(name, BrokenDirectory.FOLDING, damage, file, said);
    }

    private void add(String name, TestModels model, Consumer<Path> damage, String file, String... said) {
        cases.add(new BrokenDirectory(name, model, damage, file, said));
    }

    private void dsla(String name, Consumer<ObjectNode> edit, String... said) {
        dsla(name, BrokenDirectory.FOLDING, edit, said);
    }

    private void dsla(String name, TestModels model, Consumer<ObjectNode> edit, String... said) {
        add("dsla_config.json: " + name, model, directory -> editJson(directory.resolve(DSLA_CONFIG), edit),
                DSLA_CONFIG, said);
    }

    private void quality(String name, Consumer<ObjectNode> edit, String... said) {
        dsla(name, json -> {
            ObjectNode entry = json.putArray("quality").addObject();
            validEntry(entry);
            edit.accept(entry);
        }, said);
    }

    private static void validEntry(ObjectNode entry) {
        entry.put("level", 1).put("nll_2k", 3.0).put("nll_8k", 3.0).putObject("hidden_fact").put("2048", 0.5);
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
}
