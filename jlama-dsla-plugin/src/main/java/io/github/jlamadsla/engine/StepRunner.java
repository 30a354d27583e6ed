package io.github.jlamadsla.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.model.SequenceStep;
import io.github.jlamadsla.model.Workspace;

/** Runs what a plan says on the model, all rows of all sequences together. Used by one thread. */
public final class StepRunner {
    /** Rows of logits at a time: a row has as many elements as the vocabulary. */
    private static final int LOGIT_ROWS = 32;

    private final HybridModel model;
    private final Workspace workspace;
    private float[] ends = new float[0]; // [rows][hiddenSize], last rows of sequences
    private float[] logits = new float[0]; // [rows][vocabularySize]

    /** The next tokens of one sequence. Room for them is reserved. */
    record Part(Sequence sequence, int tokens) {

        /** What it does, said before it runs. */
        StepReport.Part report() {
            int from = sequence.memory().position();
            return new StepReport.Part(sequence.id, sequence.level(), from, tokens, from >= sequence.promptTokens());
        }
    }

    public StepRunner(HybridModel model, Workspace workspace) {
        this.model = model;
        this.workspace = workspace;
    }

    void raise(Sequence s, int level, MemoryBudget budget) {
        model.raise(s.memory(), level, budget, workspace);
    }

    /**
     * Runs a step. What goes wrong when a token is chosen is that sequence's own failure; any other exception leaves
     * the memories of all of them undefined.
     */
    StepResult run(List<Part> parts) {
        List<SequenceStep> steps = parts.stream().map(p -> new SequenceStep(p.sequence().memory(),
                p.sequence().tokens(), p.sequence().memory().position(), p.tokens())).toList();
        int[] endRows = new int[parts.size()]; // [part], its last row if that ends the sequence's tokens, else -1
        int row = 0;
        int ending = 0;
        for (int i = 0; i < endRows.length; i++) {
            SequenceStep step = steps.get(i);
            row += step.count();
            boolean last = step.first() + step.count() == parts.get(i).sequence().length();
            endRows[i] = last ? row - 1 : -1;
            ending += last ? 1 : 0;
        }
        Rows hidden = model.forward(steps, workspace);
        gather(hidden, endRows, ending);
        return choose(parts, endRows, ending);
    }

    private void gather(Rows hidden, int[] rows, int count) {
        int width = model.config().hiddenSize();
        if (ends.length < count * width) {
            ends = new float[count * width];
        }
        int to = 0;
        for (int row : rows) {
            if (row >= 0) {
                System.arraycopy(hidden.data(), hidden.at(row), ends, to, width);
                to += width;
            }
        }
    }

    private StepResult choose(List<Part> parts, int[] endRows, int ending) {
        int vocabulary = model.config().vocabularySize();
        int[] tokens = new int[ending]; // [ending]
        Throwable[] failures = new Throwable[ending];
        List<Sequence> chosen = new ArrayList<>(ending);
        for (int i = 0; i < endRows.length; i++) {
            if (endRows[i] >= 0) {
                chosen.add(parts.get(i).sequence());
            }
        }
        Rows hidden = Rows.of(ends, model.config().hiddenSize());
        for (int done = 0; done < ending; done += LOGIT_ROWS) {
            int first = done;
            int count = Math.min(LOGIT_ROWS, ending - first);
            if (logits.length < count * vocabulary) {
                logits = new float[Math.multiplyExact(count, vocabulary)];
            }
            model.logits(hidden.from(first), count, workspace, Rows.of(logits, vocabulary));
            workspace.workers().run(count, (i, _) -> {
                try {
                    tokens[first + i] = chosen.get(first + i).sample(logits, i * vocabulary, vocabulary);
                } catch (Throwable e) {
                    failures[first + i] = e;
                }
            });
        }
        return result(parts, endRows, tokens, failures);
    }

    private static StepResult result(List<Part> parts, int[] endRows, int[] tokens, Throwable[] failures) {
        StepResult.Part[] results = new StepResult.Part[endRows.length];
        int next = 0;
        for (int i = 0; i < endRows.length; i++) {
            boolean ends = endRows[i] >= 0;
            results[i] = new StepResult.Part(parts.get(i).sequence(), ends ? tokens[next] : StepResult.NO_TOKEN,
                    ends ? failures[next] : null);
            next += ends ? 1 : 0;
        }
        return new StepResult(Arrays.asList(results));
    }
}
