package io.github.jlamadsla;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.model.SequenceStep;
import io.github.jlamadsla.model.Workspace;
import io.github.jlamadsla.serve.StepCosts.Sample;

/** Measures how long a few steps take before the first request, so that its time can be predicted. */
final class StartRates {
    /** Enough for the products' full speed; a whole chunk of a large model would take too long. */
    private static final int MOST_TOKENS = 128;
    /** Where the second chunk begins: far enough to see what earlier positions cost. */
    private static final int LATER = 1_024;

    private final HybridModel model;
    private final Workspace workspace;
    private final MemoryBudget budget;
    private final LongSupplier nanoClock;

    /** @param budget the sequences', which measuring may not pass either */
    StartRates(HybridModel model, Workspace workspace, MemoryBudget budget, LongSupplier nanoClock) {
        this.model = model;
        this.workspace = workspace;
        this.budget = budget;
        this.nanoClock = nanoClock;
    }

    /**
     * Chunks and single tokens at the lowest and the highest level, at the beginning and later on. What the budget has
     * no room for is left out.
     *
     * @param chunk prompt tokens of a step
     * @param time no measurement begins after it; none at all if it is zero
     */
    List<Sample> measure(int chunk, Duration time) {
        List<Sample> samples = new ArrayList<>();
        long begin = nanoClock.getAsLong();
        int context = model.config().contextLength();
        int tokens = Math.clamp(context - 1, 1, Math.min(chunk, MOST_TOKENS));
        int later = Math.max(0, Math.min(LATER, context - tokens - 1));
        for (int from : new int[]{0, later}) {
            for (int level : new int[]{model.order().bottom(), model.order().top()}) {
                if (nanoClock.getAsLong() - begin >= time.toNanos()) {
                    return samples;
                }
                samples.addAll(chunkAndToken(level, from, tokens));
            }
        }
        return samples;
    }

    /** The first round is not measured: it touches the memory for the first time. */
    private List<Sample> chunkAndToken(int level, int from, int tokens) {
        List<Sample> samples = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            samples.clear();
            try (SequenceMemory memory = model.newSequence(level, budget)) {
                // Fresh memory is zero, and so are keys that nobody computed.
                memory.advance(from);
                memory.reserve(tokens + 1);
                samples.add(sample(memory, level, tokens));
                samples.add(sample(memory, level, 1));
            } catch (MemoryBudgetException e) {
                return List.of();
            }
        }
        return samples;
    }

    private Sample sample(SequenceMemory memory, int level, int tokens) {
        int from = memory.position();
        long begin = nanoClock.getAsLong();
        model.forward(List.of(new SequenceStep(memory, new int[tokens], 0, tokens)), workspace);
        return new Sample(level, from, tokens, Math.max(1, nanoClock.getAsLong() - begin) / 1e9);
    }
}
