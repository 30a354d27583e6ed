package io.github.jlamadsla.it.raise;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.KernelChooser;
import io.github.jlamadsla.kernel.Kernels;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.SpinningWorkers;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.NativeArena;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.model.ModelLoader;
import io.github.jlamadsla.model.SequenceStep;
import io.github.jlamadsla.model.Workspace;

/** Reads a prompt at level 0 in the engine's chunks, then raises it layer by layer, on the engine's own model. */
final class RaiseTimes implements AutoCloseable {
    /** The default of {@code prefillChunk}. */
    static final int CHUNK = 256;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final MemoryBudget budget = MemoryBudget.unlimited();
    private final LongSupplier nanoClock;
    private final HybridModel model;
    private final Workspace workspace;

    /**
     * @param prefill seconds to read the whole prompt
     * @param chunk seconds of the last whole chunk of it, the longest
     * @param raises seconds of each raise by one level, in order
     */
    record Round(double prefill, double chunk, List<Double> raises) {
        Round {
            raises = List.copyOf(raises);
        }

        double slowestRaise() {
            return raises.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        }

        double medianRaise() {
            double[] sorted = raises.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        }
    }

    /** @param nanoClock steady nanoseconds */
    RaiseTimes(Path directory, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        HybridCheckpoint checkpoint = opened(HybridCheckpoint.open(directory, "dsla", true));
        Kernels kernels = KernelChooser.choose(false);
        workspace = opened(new Workspace(kernels, opened(SpinningWorkers.onPhysicalCores())));
        model = ModelLoader.load(checkpoint, kernels.matMul(), KvPrecision.F16,
                opened(new NativeArena(MemoryBudget.unlimited(), "weights")));
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    /** @param tokens of the prompt, random ones, at least a chunk */
    Round round(int tokens, long seed) {
        int[] prompt = new Random(seed).ints(tokens, 0, model.config().vocabularySize()).toArray();
        try (SequenceMemory memory = model.newSequence(0, budget)) {
            long begin = nanoClock.getAsLong();
            double chunk = 0;
            while (memory.position() < tokens) {
                long from = nanoClock.getAsLong();
                int count = Math.min(CHUNK, tokens - memory.position());
                model.forward(List.of(new SequenceStep(memory, prompt, memory.position(), count)), workspace);
                chunk = count == CHUNK ? seconds(from) : chunk;
            }
            double prefill = seconds(begin);
            List<Double> raises = new ArrayList<>();
            while (memory.level() < model.order().top()) {
                long from = nanoClock.getAsLong();
                model.raise(memory, memory.level() + 1, budget, workspace);
                raises.add(seconds(from));
            }
            return new Round(prefill, chunk, raises);
        }
    }

    private double seconds(long from) {
        return (nanoClock.getAsLong() - from) / 1e9;
    }

    @Override
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
