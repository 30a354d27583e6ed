package io.github.jlamadsla.testing;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.Kernels;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.kernel.Workers;
import io.github.jlamadsla.memory.DualState;
import io.github.jlamadsla.memory.LayerMemory;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.NativeArena;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.memory.WindowedState;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.model.ModelLoader;
import io.github.jlamadsla.model.SequenceStep;
import io.github.jlamadsla.model.Workspace;

/** A loaded model with all that is needed to run it, for tests. */
public final class TestRig implements AutoCloseable {
    private final HybridCheckpoint checkpoint;
    private final NativeArena weights;
    private final Workers workers;
    public final HybridModel model;
    public final MemoryBudget budget = MemoryBudget.unlimited();
    public final Workspace workspace;

    /** The demo model's directory, as the build says. */
    public static Path demoModel() {
        return Path.of(System.getProperty("jlamadsla.demo.model"));
    }

    /** The demo model with vector kernels on two threads. */
    public static TestRig demo(String dslaFolder, KvPrecision precision) {
        return new TestRig(demoModel(), dslaFolder, precision, TestKernels.vector(), 2);
    }

    public TestRig(Path directory, String dslaFolder, KvPrecision precision, Kernels kernels, int threads) {
        checkpoint = HybridCheckpoint.open(directory, dslaFolder, false);
        weights = new NativeArena(MemoryBudget.unlimited(), "weights");
        workers = TestKernels.workers(threads);
        model = ModelLoader.load(checkpoint, kernels.matMul(), precision, weights);
        workspace = new Workspace(kernels, workers);
    }

    public SequenceMemory newSequence(int level) {
        return model.newSequence(level, budget);
    }

    /**
     * Reads tokens in chunks and returns the logits of all of them.
     *
     * @return {@code [count][vocabularySize]}
     */
    public float[] logits(SequenceMemory memory, int[] tokens, int first, int count, int chunk) {
        int vocabulary = model.config().vocabularySize();
        float[] logits = new float[count * vocabulary];
        for (int done = 0; done < count; done += chunk) {
            int n = Math.min(chunk, count - done);
            Rows hidden = model.forward(List.of(new SequenceStep(memory, tokens, first + done, n)), workspace);
            model.logits(hidden, n, workspace, new Rows(logits, done * vocabulary, vocabulary));
        }
        return logits;
    }

    public void raise(SequenceMemory memory, int level) {
        model.raise(memory, level, budget, workspace);
    }

    /** States of a converted layer, {@code [stateHeads][2][headSize][headSize]}. */
    public static float[] states(SequenceMemory memory, int layer) {
        LayerMemory own = memory.layer(layer);
        DualState states = own instanceof WindowedState windowed ? windowed.states() : (DualState) own;
        return states.segment().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** Index of the largest of {@code [vocabularySize]} logits. */
    public static int argmax(float[] logits, int row, int vocabulary) {
        int best = 0;
        for (int i = 1; i < vocabulary; i++) {
            if (logits[row * vocabulary + i] > logits[row * vocabulary + best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public void close() {
        workspace.close();
        workers.close();
        weights.close();
        checkpoint.close();
    }
}
