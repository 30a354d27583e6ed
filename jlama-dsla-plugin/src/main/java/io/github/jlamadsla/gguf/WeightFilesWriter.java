package io.github.jlamadsla.gguf;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.SafetensorsWriter;

/** Writes the tensors of a GGUF file as safetensors, piece by piece: the heap holds one piece at a time. */
final class WeightFilesWriter {
    private static final int PIECE_ELEMENTS = 1 << 18;

    private final LlamaGguf model;
    private final DType type;
    private final ImportProgress progress;
    private final long total; // bytes of all sources
    private long done;
    private float[] values = new float[PIECE_ELEMENTS];
    private byte[] bytes = new byte[0];

    WeightFilesWriter(LlamaGguf model, DType type, ImportProgress progress) {
        this.model = model;
        this.type = type;
        this.progress = progress;
        this.total = model.tensors().stream().mapToLong(tensor -> tensor.source().bytes()).sum();
    }

    /** @throws UncheckedIOException also if the thread is interrupted */
    void write(Path directory, ShardPlan plan) {
        plan.files().forEach((name, tensors) -> writeFile(directory.resolve(name), tensors));
    }

    private void writeFile(Path file, List<ModelTensor> tensors) {
        try (SafetensorsWriter writer = SafetensorsWriter.create(file,
                tensors.stream().map(tensor -> tensor.spec(type)).toList(), Map.of("format", "pt"))) {
            for (ModelTensor tensor : tensors) {
                writeTensor(writer, tensor);
            }
            writer.finish();
        }
    }

    private void writeTensor(SafetensorsWriter writer, ModelTensor tensor) {
        int columns = tensor.source().columns();
        long rows = tensor.source().rows();
        int most = Math.max(1, PIECE_ELEMENTS / columns);
        for (long row = 0; row < rows; row += most) {
            int count = (int) Math.min(most, rows - row);
            append(writer, tensor, row, count);
            done += (long) count * tensor.source().rowBytes();
            progress.read(tensor.source().name(), done, total);
            if (Thread.currentThread().isInterrupted()) {
                throw new UncheckedIOException(model.config().file() + ": the import was interrupted",
                        new InterruptedIOException());
            }
        }
    }

    private void append(SafetensorsWriter writer, ModelTensor tensor, long row, int count) {
        int elements = count * tensor.source().columns();
        if (values.length < elements) {
            values = new float[elements];
        }
        int size = elements * type.bits() / Byte.SIZE;
        if (bytes.length < size) {
            bytes = new byte[size];
        }
        model.read(tensor, row, count, type, values);
        WeightEncoder.encode(values, elements, type, bytes);
        writer.append(MemorySegment.ofArray(bytes).asSlice(0, size));
    }
}
