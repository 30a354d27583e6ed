package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.Excerpt;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.safetensors.TensorInfo;

/** Which tensors converted layers have (DESIGN section 3), and whether a file has exactly those. */
final class DslaTensors {
    private static final String HISTORY_GATE = "gk_proj.weight";
    private static final Pattern GATE_OF_LAYER = Pattern
            .compile("model\\.layers\\.([0-9]{1,4})\\.self_attn\\.gk_proj\\.weight");
    private static final Set<String> VECTORS = Set.of("alpha_list", "gk_proj.bias", "gk_proj2.bias", "mix_proj.bias");

    private final WeightFiles files;
    private final Map<String, List<Long>> expected;
    private final int stateHeads;

    private DslaTensors(WeightFiles files, Map<String, List<Long>> expected, int stateHeads) {
        this.files = files;
        this.expected = expected;
        this.stateHeads = stateHeads;
    }

    /** Full name of a layer's tensor. */
    static String name(int layer, String tensor) {
        return "model.layers." + layer + ".self_attn." + tensor;
    }

    /** Layers with gates among some tensors, ascending: those a checkpoint of the authors' style has converted. */
    static List<Integer> gatedLayers(Set<String> names) {
        return names.stream().map(GATE_OF_LAYER::matcher).filter(Matcher::matches)
                .map(match -> Integer.valueOf(match.group(1))).distinct().sorted().toList();
    }

    /**
     * The tensors of a configuration's layers, checked to be there with their shapes and types.
     *
     * @param files where they are
     * @throws InvalidModelException if one is missing or of wrong shape or type
     */
    static DslaTensors of(WeightFiles files, DslaConfig dsla, ModelConfig base) {
        int stateHeads = stateHeads(files, dsla, base);
        Map<String, List<Long>> expected = new LinkedHashMap<>();
        for (int layer : new TreeSet<>(dsla.order().layers())) {
            shapes(dsla, base, stateHeads).forEach((tensor, shape) -> expected.put(name(layer, tensor), shape));
        }
        DslaTensors tensors = new DslaTensors(files, expected, stateHeads);
        expected.keySet().forEach(tensors::check);
        return tensors;
    }

    /** The released form has states per query head or per key/value head: the first gate's rows tell. */
    private static int stateHeads(WeightFiles files, DslaConfig dsla, ModelConfig base) {
        if (dsla.form() == DslaForm.FOLDING) {
            return base.kvHeads();
        }
        String gate = name(dsla.order().layers().getFirst(), HISTORY_GATE);
        if (!files.has(gate)) {
            throw missing(files.path(), gate);
        }
        List<Long> shape = files.info(gate).shape();
        long narrow = (long) base.kvHeads() * base.headSize();
        long wide = (long) base.heads() * base.headSize();
        if (shape.equals(List.of(narrow, (long) base.hiddenSize()))) {
            return base.kvHeads();
        }
        if (shape.equals(List.of(wide, (long) base.hiddenSize()))) {
            return base.heads();
        }
        throw new InvalidModelException(files.file(gate), gate + ".shape", shape,
                "[" + narrow + ", " + base.hiddenSize() + "] (a state per key/value head) or [" + wide + ", "
                        + base.hiddenSize() + "] (per query head)");
    }

    private static Map<String, List<Long>> shapes(DslaConfig dsla, ModelConfig base, int stateHeads) {
        long hidden = base.hiddenSize();
        long headSize = base.headSize();
        long queries = base.heads() * headSize;
        long keys = base.kvHeads() * headSize;
        long gates = stateHeads * headSize;
        boolean released = dsla.form() == DslaForm.RELEASED;
        List<Long> gate = released ? List.of(gates, hidden) : List.of((long) base.kvHeads(), headSize, 2 * headSize);
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("q_proj.weight", List.of(queries, hidden));
        shapes.put("o_proj.weight", List.of(hidden, queries));
        shapes.put(HISTORY_GATE, gate);
        shapes.put("gk_proj.bias", List.of(gates));
        shapes.put("gk_proj2.weight", gate);
        shapes.put("gk_proj2.bias", List.of(gates));
        shapes.put("alpha_list", List.of(2L));
        if (released) {
            shapes.put("k_proj.weight", List.of(keys, hidden));
            shapes.put("v_proj.weight", List.of(keys, hidden));
        }
        if (dsla.window() > 0) {
            shapes.put("mix_proj.weight", List.of((long) base.heads(), hidden));
            shapes.put("mix_proj.bias", List.of((long) base.heads()));
        }
        return shapes;
    }

    private void check(String name) {
        if (!files.has(name)) {
            throw missing(files.path(), name);
        }
        TensorInfo info = files.info(name);
        if (!info.shape().equals(expected.get(name))) {
            throw new InvalidModelException(files.file(name), name + ".shape", info.shape(),
                    expected.get(name).toString());
        }
        boolean vector = VECTORS.stream().anyMatch(name::endsWith);
        if (vector ? info.dtype() != DType.F32 : !FloatScan.readable(info.dtype())) {
            throw new InvalidModelException(files.file(name), name + ".dtype", info.dtype(),
                    vector ? "F32" : "BF16, F16, F32");
        }
    }

    private static InvalidModelException missing(Path file, String name) {
        return new InvalidModelException(file, name, "missing", "a tensor for every layer of order");
    }

    /**
     * Refuses tensors that belong to no converted layer.
     *
     * @throws InvalidModelException naming the first of them
     */
    void checkNoOthers() {
        for (String name : files.names()) {
            if (!expected.containsKey(name)) {
                throw new InvalidModelException(files.file(name), Excerpt.of(name), "an extra tensor",
                        "the tensors of the layers in order: " + suffixes());
            }
        }
    }

    private String suffixes() {
        return expected.keySet().stream().map(name -> name.replaceFirst("model\\.layers\\.[0-9]+\\.self_attn\\.", ""))
                .distinct().collect(Collectors.joining(", "));
    }

    /**
     * Looks at every value, block by block.
     *
     * @throws InvalidModelException if one is NaN or infinite
     */
    void checkValues() {
        for (String name : expected.keySet()) {
            DType type = files.info(name).dtype();
            long at = FloatScan.firstNotFinite(files.data(name), type);
            if (at >= 0) {
                throw new InvalidModelException(files.file(name), name + " at element " + at,
                        FloatScan.value(files.data(name), type, at), "finite numbers");
            }
        }
    }

    /** Full names of all tensors. */
    Set<String> names() {
        return expected.keySet();
    }

    /** The files they are in. */
    WeightFiles files() {
        return files;
    }

    /** States per layer: key/value heads, or query heads in the wide released form. */
    int stateHeads() {
        return stateHeads;
    }
}
