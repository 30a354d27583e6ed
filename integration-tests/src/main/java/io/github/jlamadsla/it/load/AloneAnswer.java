package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.kernel.KernelChooser;
import io.github.jlamadsla.kernel.Kernels;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.SpinningWorkers;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.NativeArena;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.model.ModelLoader;
import io.github.jlamadsla.model.SequenceStep;
import io.github.jlamadsla.model.Workspace;

/**
 * Greedy answers without an engine, a server or a cache: one sequence on one thread, raised where a level history says.
 * What a server says at the same history must be the same. Used by one thread at a time.
 */
final class AloneAnswer implements AutoCloseable {
    private static final int CHUNK = 64;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final MemoryBudget budget = MemoryBudget.unlimited();
    private final HybridModel model;
    private final Workspace workspace;
    private final float[] logits; // [vocabulary]

    AloneAnswer(Path directory) {
        HybridCheckpoint checkpoint = opened(HybridCheckpoint.open(directory, "dsla", true));
        Kernels kernels = KernelChooser.choose(false);
        workspace = opened(new Workspace(kernels, opened(new SpinningWorkers(1))));
        model = ModelLoader.load(checkpoint, kernels.matMul(), KvPrecision.F16,
                opened(new NativeArena(MemoryBudget.unlimited(), "weights")));
        logits = new float[model.config().vocabularySize()];
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    /**
     * @param levels level history, positions in tokens; the first is at 0
     * @param count most output tokens; fewer if the end token comes, which is not among them
     */
    List<Integer> answer(List<Integer> prompt, List<LevelChange> levels, int count, GreedyChoice choice) {
        int[] tokens = Arrays.copyOf(prompt.stream().mapToInt(Integer::intValue).toArray(), prompt.size() + count);
        List<Integer> answer = new ArrayList<>();
        try (SequenceMemory memory = model.newSequence(levels.getFirst().level(), budget)) {
            int next = 1;
            int length = prompt.size();
            boolean ended = false;
            while (!ended && answer.size() < count) {
                while (next < levels.size() && levels.get(next).position() == memory.position()) {
                    model.raise(memory, levels.get(next++).level(), budget, workspace);
                }
                int until = next < levels.size() ? Math.min(length, levels.get(next).position()) : length;
                int step = Math.min(CHUNK, until - memory.position());
                Rows hidden = model.forward(List.of(new SequenceStep(memory, tokens, memory.position(), step)),
                        workspace);
                if (memory.position() == length) {
                    tokens[length] = choice.of(logits(hidden, step - 1), answer);
                    ended = tokens[length] == choice.end();
                    if (!ended) {
                        answer.add(tokens[length++]);
                    }
                }
            }
        }
        return answer;
    }

    private float[] logits(Rows hidden, int row) {
        int width = model.config().hiddenSize();
        float[] last = Arrays.copyOfRange(hidden.data(), hidden.at(row), hidden.at(row) + width);
        model.logits(Rows.of(last, width), 1, workspace, Rows.of(logits, logits.length));
        return logits;
    }

    @Override
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
