package io.github.jlamadsla.it.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;

/**
 * Jlama as its users get it: its native products, working types as its command line chooses them (F32, and I8 which it
 * replaces by what the weights allow), and the calls of its own generation loop without that loop's text handling.
 * <p>
 * A trial is one pass: after each context length it decodes, then reads on from there. Its loop computes prompts in
 * batches of 256 anyway, and the positions that decoding wrote are written again, so the work is that of separate
 * prompts.
 */
final class JlamaBaseline implements MeasuredEngine {
    private final AbstractModel model;
    private final KvBufferCache cache;

    JlamaBaseline(Path directory) {
        model = ModelSupport.loadModel(directory.toFile(), DType.F32, DType.I8);
        cache = new KvBufferCache(model);
    }

    @Override
    public List<Sample> measure(Trial trial) {
        int[] tokens = trial.tokens();
        List<Sample> samples = new ArrayList<>();
        long batches = 0;
        int read = 0;
        try (KvBuffer memory = cache.getKvBuffer(UUID.randomUUID());
                AbstractTensor logits = model.makeDenseTensor(trial.vocabulary())) {
            for (int context : trial.contexts()) {
                long start = System.nanoTime();
                AbstractTensor rows = model.batchForward(Arrays.copyOfRange(tokens, read, context), read, memory,
                        Optional.empty());
                long computed = System.nanoTime();
                int next = greedy(rows.slice(rows.shape().first() - 1), logits);
                rows.close();
                long chosen = System.nanoTime();
                batches += computed - start;
                read = context;
                for (int step = 0; step < trial.decodeSteps(); step++) {
                    try (AbstractTensor row = model.forward(next, context + step, memory, Optional.empty())) {
                        next = greedy(row, logits);
                    }
                }
                long decode = System.nanoTime() - chosen;
                samples.add(new Sample(context, 1e-9 * (batches + chosen - computed),
                        1e-9 * decode / trial.decodeSteps(), memoryBytes(context + trial.decodeSteps())));
            }
        }
        return samples;
    }

    private int greedy(AbstractTensor row, AbstractTensor logits) {
        return model.sample(row, 0, 0, logits);
    }

    /** Keys and values of all layers, F32; what its pages are rounded up to is not counted. */
    private long memoryBytes(int tokens) {
        return 2L * Float.BYTES * model.getConfig().kvLength * model.getConfig().numberOfLayers * tokens;
    }

    @Override
    public void close() {
        cache.close();
        model.close();
    }
}
