package io.github.jlamadsla;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.jlamadsla.kernel.KernelWarmup;
import io.github.jlamadsla.kernel.KernelWarmup.Workload;
import io.github.jlamadsla.kernel.MachineCeilings;
import io.github.jlamadsla.kernel.ProductWorkloads;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.WeightType;
import io.github.jlamadsla.kernel.Workers;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.model.SequenceStep;
import io.github.jlamadsla.model.Workspace;

/** Runs a model's shapes until they are compiled: the products by themselves, then whole steps, low level and high. */
final class ModelWarmup {
    private static final Logger LOG = LoggerFactory.getLogger(ModelWarmup.class);
    private static final Duration PEAK = Duration.ofMillis(100);
    /** Enough to take every branch; a whole chunk of a large model would take far longer than the warm-up may. */
    private static final int MOST_ROWS = 64;

    /** Widest window and sinks that are warmed: what lies before the steps then takes pages in other layers. */
    private static final int MOST_EXACT = 1_024;

    private ModelWarmup() {}

    /**
     * The products get half of the time to themselves, since uncompiled steps are so slow that one would take it all.
     *
     * @param exact positions that converted layers keep exact, 0 for none: up to there no key enters their states
     * @param types formats of the model's weights
     * @param chunk prompt tokens of a step
     * @param budget time for all; each workload runs at least once
     */
    static void run(HybridModel model, Workspace workspace, int exact, Set<WeightType> types, int chunk,
            Duration budget) {
        // The scalar form gains little, and what measures the peak needs the Vector API.
        if (budget.isZero() || !workspace.kernels().vectorized()) {
            return;
        }
        double peak = new MachineCeilings(Workers.callerOnly(), System::nanoTime).fmaGflops(PEAK);
        KernelWarmup half = new KernelWarmup(System::nanoTime, budget.dividedBy(2), LOG);
        half.run(ProductWorkloads.of(workspace.kernels().matMul(), types), peak);
        List<Workload> steps = new ArrayList<>();
        float[] logits = new float[model.config().vocabularySize()];
        int length = Math.max(1, Math.min(Math.min(chunk, MOST_ROWS), model.config().contextLength() - 1));
        int start = start(exact, length, model.config().contextLength());
        for (int level : new int[]{model.order().bottom(), model.order().top()}) {
            steps.add(new Workload("steps at level " + level, 0,
                    () -> steps(model, workspace, start, length, level, logits)));
        }
        half.run(steps, peak);
    }

    /** Where the chunk begins: half of its rows still see all keys exactly, at the others one enters the states. */
    static int start(int exact, int length, int contextLength) {
        int start = Math.max(0, exact - length / 2);
        return exact <= MOST_EXACT && start + length < contextLength ? start : 0;
    }

    /** A chunk of a prompt and a decode step, then raised as far as the model allows. */
    private static void steps(HybridModel model, Workspace workspace, int start, int length, int level,
            float[] logits) {
        MemoryBudget uncounted = MemoryBudget.unlimited();
        int[] tokens = new int[length + 1];
        try (SequenceMemory memory = model.newSequence(level, uncounted)) {
            // Fresh memory is zero, and so are keys that nobody computed.
            memory.advance(start);
            model.forward(List.of(new SequenceStep(memory, tokens, 0, length)), workspace);
            Rows hidden = model.forward(List.of(new SequenceStep(memory, tokens, length, 1)), workspace);
            model.logits(hidden, 1, workspace, Rows.of(logits, logits.length));
            if (model.canRaise()) {
                model.raise(memory, model.order().top(), uncounted, workspace);
            }
        }
    }
}
