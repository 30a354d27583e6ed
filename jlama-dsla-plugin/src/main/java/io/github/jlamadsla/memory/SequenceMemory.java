package io.github.jlamadsla.memory;

import java.util.List;

/**
 * What a sequence remembers: one {@link LayerMemory} per layer and one position, that of the next token, for all of
 * them. Used by one thread at a time.
 */
public final class SequenceMemory implements AutoCloseable {
    private final LayerMemory[] layers;
    private int position;
    private int level;
    private long peakBytes;
    private boolean closed;

    /** @param layers one per layer of the model, owned from here on */
    public SequenceMemory(List<LayerMemory> layers, int level) {
        this(layers, level, 0);
    }

    /** @param position tokens that the layers remember already */
    SequenceMemory(List<LayerMemory> layers, int level, int position) {
        this.layers = layers.toArray(LayerMemory[]::new);
        this.level = level;
        this.position = position;
        this.peakBytes = bytes();
    }

    /** Tokens remembered; the position of the next one. */
    public int position() {
        return position;
    }

    /** DSLA layers now. */
    public int level() {
        return level;
    }

    /** Layers of the model. */
    int layers() {
        return layers.length;
    }

    public LayerMemory layer(int index) {
        if (closed) {
            throw new IllegalStateException("the sequence has ended; its memory is freed");
        }
        return layers[index];
    }

    /**
     * Makes room for {@code tokens} more.
     *
     * @throws MemoryBudgetException if they do not fit; then nothing is computed
     */
    public void reserve(int tokens) {
        for (LayerMemory layer : layers) {
            layer.reserve(position + tokens);
        }
        peakBytes = Math.max(peakBytes, bytes());
    }

    /** Says that {@code tokens} more are remembered by every layer. */
    public void advance(int tokens) {
        position += tokens;
    }

    /** Puts another memory in a layer's place and frees the old one. */
    public void replace(int index, LayerMemory memory) {
        LayerMemory old = layer(index);
        peakBytes = Math.max(peakBytes, bytes() + memory.bytes());
        layers[index] = memory;
        old.close();
    }

    /** Says that the layers now stand at this level. */
    public void raised(int newLevel) {
        level = newLevel;
    }

    /** Most off-heap bytes held at once so far, those of a layer that was being raised included. */
    public long peakBytes() {
        return peakBytes;
    }

    /** Off-heap bytes held now. */
    public long bytes() {
        long sum = 0;
        for (LayerMemory layer : layers) {
            sum += closed ? 0 : layer.bytes();
        }
        return sum;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            for (LayerMemory layer : layers) {
                layer.close();
            }
        }
    }
}
