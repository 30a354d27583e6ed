package io.github.jlamadsla.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.checkpoint.Fingerprint;
import io.github.jlamadsla.checkpoint.TensorSample;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.InvalidModelException;

/** A Llama in a GGUF file: its header wholly checked, its tensors read row by row. For one thread. */
final class LlamaGguf implements AutoCloseable {
    private final GgufFile file;
    private final ModelConfig config;
    private final List<ModelTensor> tensors;

    private LlamaGguf(GgufFile file) {
        this.file = file;
        this.config = GgufConfig.read(file);
        this.tensors = new LlamaLayout(file, config).tensors();
    }

    /**
     * Maps a file and checks all but the values of its tensors.
     *
     * @throws InvalidModelException if something in it is refused
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    static LlamaGguf open(Path path) {
        GgufFile file = GgufFile.open(path);
        try {
            return new LlamaGguf(file);
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    GgufMetadata metadata() {
        return file.metadata();
    }

    /** The model's shape; its file is the GGUF file. */
    ModelConfig config() {
        return config;
    }

    /** The tensors of the model directory, in the order of the layers. */
    List<ModelTensor> tensors() {
        return tensors;
    }

    /**
     * Rows of a tensor as F32, in the order of the model directory.
     *
     * @param type what they are going to be written as
     * @param out {@code [rows][columns]}, may be longer
     * @throws InvalidModelException if a number is NaN or infinite, or becomes so in that type
     */
    void read(ModelTensor tensor, long firstRow, int rows, DType type, float[] out) {
        GgufTensor source = tensor.source();
        Dequantizer dequantizer = Dequantizer.of(source.type());
        int columns = source.columns();
        byte[] raw = new byte[source.rowBytes()];
        for (int row = 0; row < rows; row++) {
            file.copyRow(source, tensor.sourceRow(firstRow + row), raw);
            dequantizer.row(raw, columns, out, row * columns);
        }
        int bad = WeightEncoder.firstNotFinite(out, rows * columns, type);
        if (bad >= 0) {
            long element = tensor.sourceRow(firstRow + bad / columns) * columns + bad % columns;
            throw new InvalidModelException(file.path(), source.name() + " at element " + element, out[bad],
                    "numbers that are finite as " + type);
        }
    }

    /** The fingerprint of the model directory with all weights in that type. */
    String fingerprint(DType type) {
        Map<String, ModelTensor> byName = new HashMap<>();
        tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
        return Fingerprint.of(byName.keySet(), name -> sample(byName.get(name), type));
    }

    private TensorSample sample(ModelTensor tensor, DType type) {
        int columns = tensor.source().columns();
        long rows = tensor.source().rows();
        long elements = Math.min(Fingerprint.SAMPLE_BYTES * Byte.SIZE / type.bits(), rows * columns);
        int sampled = (int) ((elements + columns - 1) / columns); // rows
        long bytes = elements * type.bits() / Byte.SIZE;
        MemorySegment first = encoded(tensor, 0, sampled, type);
        MemorySegment last = encoded(tensor, rows - sampled, sampled, type);
        return new TensorSample(type, tensor.shape(), first.asSlice(0, bytes),
                last.asSlice(last.byteSize() - bytes));
    }

    private MemorySegment encoded(ModelTensor tensor, long firstRow, int rows, DType type) {
        float[] values = new float[rows * tensor.source().columns()];
        read(tensor, firstRow, rows, type, values);
        byte[] bytes = new byte[values.length * type.bits() / Byte.SIZE];
        WeightEncoder.encode(values, values.length, type, bytes);
        return MemorySegment.ofArray(bytes);
    }

    /** Unmaps the file. */
    @Override
    public void close() {
        file.close();
    }
}
