package io.github.jlamadsla.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.jlamadsla.bridge.JlamaModelDirectory;
import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.kernel.RawMatrix;
import io.github.jlamadsla.kernel.WeightType;
import io.github.jlamadsla.safetensors.Excerpt;
import io.github.jlamadsla.safetensors.FileKind;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.safetensors.TensorInfo;

/**
 * A base model with its DSLA layers, as they are on disk, wholly checked: configuration and headers first, then every
 * value of the DSLA tensors. The DSLA tensors come from a folder in the model directory, or stand among the base
 * model's own in a checkpoint of the authors' style (DESIGN section 3), or there are none.
 * <p>
 * Immutable and for any number of threads. Matrices are views of mapped files, invalid after {@link #close()}.
 */
public final class HybridCheckpoint implements AutoCloseable {
    private static final String CONFIG = "dsla_config.json";
    private static final String TENSORS = "dsla.safetensors";
    private static final Pattern FOLDER_NAME = Pattern.compile("[^/\\\\\\x00]{1,255}");
    private static final float AUTHORS_NORMALIZER = 16;
    private static final float AUTHORS_LOG_GATE_MIN = -50;

    private final JlamaModelDirectory directory;
    private final DslaConfig dsla;
    private final DslaTensors dslaTensors;
    private final String fingerprint;

    private HybridCheckpoint(JlamaModelDirectory directory, DslaConfig dsla, DslaTensors dslaTensors,
            String fingerprint) {
        this.directory = directory;
        this.dsla = dsla;
        this.dslaTensors = dslaTensors;
        this.fingerprint = fingerprint;
    }

    /**
     * Opens and checks a checkpoint.
     *
     * @param modelDirectory directory in Jlama's layout
     * @param dslaFolder name of the folder in it that holds dsla_config.json and dsla.safetensors
     * @param required whether that folder must be there; without it the model's own DSLA tensors count, or it has none
     * @throws InvalidModelException if anything is refused, naming file, key, value and what is allowed
     * @throws java.io.UncheckedIOException if a file cannot be read
     */
    public static HybridCheckpoint open(Path modelDirectory, String dslaFolder, boolean required) {
        JlamaModelDirectory directory = JlamaModelDirectory.open(modelDirectory);
        try {
            Path folder = folder(modelDirectory, dslaFolder, required);
            if (folder != null) {
                return withFolder(directory, folder);
            }
            List<Integer> gated = DslaTensors.gatedLayers(directory.weights().names());
            return gated.isEmpty() ? plain(directory) : authorsStyle(directory, gated);
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    /** The DSLA folder, null if there is none and none is required. */
    private static Path folder(Path modelDirectory, String name, boolean required) {
        // A name, not a path: what is loaded stays within the model directory.
        if (!FOLDER_NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw new InvalidModelException(modelDirectory, "DSLA folder", Excerpt.of(name),
                    "the name of a folder in the model directory");
        }
        Path folder = modelDirectory.resolve(name);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        if (required || Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new InvalidModelException(folder, "DSLA folder", FileKind.of(folder),
                    "a directory with " + CONFIG + " and " + TENSORS);
        }
        return null;
    }

    private static HybridCheckpoint withFolder(JlamaModelDirectory directory, Path folder) {
        DslaConfig dsla = DslaConfigReader.read(folder.resolve(CONFIG), directory.config());
        directory.checkTensors(Set.of());
        WeightFiles files = WeightFiles.single(folder.resolve(TENSORS));
        try {
            DslaTensors tensors = DslaTensors.of(files, dsla, directory.config());
            tensors.checkNoOthers();
            String fingerprint = Fingerprint.of(directory.weights());
            if (!dsla.baseFingerprints().contains(fingerprint)) {
                throw new InvalidModelException(dsla.file(), "base_fingerprint",
                        Excerpt.of(String.join(", ", dsla.baseFingerprints())),
                        fingerprint + ", that of the base model in " + directory.path());
            }
            tensors.checkValues();
            return new HybridCheckpoint(directory, dsla, tensors, fingerprint);
        } catch (RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    private static HybridCheckpoint authorsStyle(JlamaModelDirectory directory, List<Integer> gated) {
        DslaConfig dsla = new DslaConfig(directory.config().file(), DslaForm.RELEASED, new LayerOrder(gated, true),
                "manual", 0, 0, AUTHORS_NORMALIZER, AUTHORS_LOG_GATE_MIN, List.of(), Map.of(), List.of());
        if (gated.getLast() >= directory.config().layers()) {
            String gate = DslaTensors.name(gated.getLast(), "gk_proj.weight");
            throw new InvalidModelException(directory.weights().file(gate), gate, "an extra tensor",
                    "gates of the layers 0 to " + (directory.config().layers() - 1));
        }
        DslaTensors tensors = DslaTensors.of(directory.weights(), dsla, directory.config());
        directory.checkTensors(tensors.names());
        String fingerprint = Fingerprint.of(directory.weights());
        tensors.checkValues();
        return new HybridCheckpoint(directory, dsla, tensors, fingerprint);
    }

    private static HybridCheckpoint plain(JlamaModelDirectory directory) {
        DslaConfig none = new DslaConfig(directory.config().file(), DslaForm.FOLDING, new LayerOrder(List.of(), false),
                "manual", 0, 0, AUTHORS_NORMALIZER, -1, List.of(), Map.of(), List.of());
        directory.checkTensors(Set.of());
        return new HybridCheckpoint(directory, none, null, Fingerprint.of(directory.weights()));
    }

    /** The model directory: tokenizer files, base weights. */
    public JlamaModelDirectory directory() {
        return directory;
    }

    /** The base model's configuration. */
    public ModelConfig config() {
        return directory.config();
    }

    /** The DSLA configuration; of a model without DSLA layers one with an empty order in the folding form. */
    public DslaConfig dsla() {
        return dsla;
    }

    /** Fingerprint of the base weights, {@code sha256:...}. */
    public String fingerprint() {
        return fingerprint;
    }

    /**
     * A matrix of the base model {@code [rows][columns]}. In a checkpoint of the authors' style the attention matrices
     * of a converted layer are its DSLA ones.
     *
     * @param name full name, as {@code model.layers.0.mlp.up_proj.weight}
     */
    public RawMatrix matrix(String name) {
        return matrix(directory.weights(), name);
    }

    /** A one-dimensional tensor of the base model, as F32. */
    public float[] vector(String name) {
        return vector(directory.weights(), name);
    }

    /** Whether a layer has a DSLA tensor, by its short name as {@code gk_proj.weight}. */
    public boolean hasDslaTensor(int layer, String name) {
        return dslaTensors != null && dslaTensors.names().contains(DslaTensors.name(layer, name));
    }

    /**
     * A DSLA matrix {@code [rows][columns]} of a layer. A gate of the folding form,
     * {@code [kvHeads][headSize][2 * headSize]}, comes as {@code kvHeads * headSize} rows.
     *
     * @param name short name, as {@code q_proj.weight}
     */
    public RawMatrix dslaMatrix(int layer, String name) {
        return matrix(dslaFiles(layer, name), DslaTensors.name(layer, name));
    }

    /** A one-dimensional DSLA tensor of a layer, as {@code alpha_list} or {@code gk_proj.bias}. */
    public float[] dslaVector(int layer, String name) {
        return vector(dslaFiles(layer, name), DslaTensors.name(layer, name));
    }

    /** States per converted layer, counted in heads: key/value heads, or query heads in the wide released form. */
    public int stateHeads() {
        return dslaTensors == null ? config().kvHeads() : dslaTensors.stateHeads();
    }

    private WeightFiles dslaFiles(int layer, String name) {
        if (!hasDslaTensor(layer, name)) {
            throw new IllegalArgumentException("layer " + layer + " has no DSLA tensor " + name);
        }
        return dslaTensors.files();
    }

    private static RawMatrix matrix(WeightFiles files, String name) {
        TensorInfo info = files.info(name);
        List<Long> shape = info.shape();
        if (shape.size() < 2) {
            throw new IllegalArgumentException(name + " is not a matrix: " + shape);
        }
        long columns = shape.getLast();
        long rows = shape.subList(0, shape.size() - 1).stream().reduce(1L, Math::multiplyExact);
        return new RawMatrix(files.data(name), WeightType.valueOf(info.dtype().name()), Math.toIntExact(rows),
                Math.toIntExact(columns));
    }

    private static float[] vector(WeightFiles files, String name) {
        TensorInfo info = files.info(name);
        if (info.shape().size() != 1) {
            throw new IllegalArgumentException(name + " is not a vector: " + info.shape());
        }
        MemorySegment data = files.data(name);
        float[] values = new float[Math.toIntExact(info.shape().getFirst())];
        for (int i = 0; i < values.length; i++) {
            values[i] = FloatScan.value(data, info.dtype(), i);
        }
        return values;
    }

    /** Unmaps all files. */
    @Override
    public void close() {
        if (dslaTensors != null) {
            dslaTensors.files().close();
        }
        directory.close();
    }
}
