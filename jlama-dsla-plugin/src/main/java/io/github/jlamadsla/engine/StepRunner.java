package io.github.jlamadsla.engine;

import java.util.List;

import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.model.SequenceStep;
import io.github.jlamadsla.model.Workspace;

/** Runs what a plan says on the model. Used by one thread. */
public final class StepRunner {
    private final HybridModel model;
    private final Workspace workspace;
    private final float[] logits; // [vocabularySize]

    public StepRunner(HybridModel model, Workspace workspace) {
        this.model = model;
        this.workspace = workspace;
        this.logits = new float[model.config().vocabularySize()];
    }

    /**
     * Runs the next tokens of a sequence.
     *
     * @return whether all its tokens are in memory, so that {@link #logits()} are those of the next token
     */
    boolean run(Sequence s, int tokens) {
        int position = s.memory().position();
        Rows hidden = model.forward(List.of(new SequenceStep(s.memory(), s.tokens(), position, tokens)), workspace);
        boolean last = position + tokens == s.length();
        if (last) {
            model.logits(hidden.from(tokens - 1), 1, workspace, Rows.of(logits, logits.length));
        }
        return last;
    }

    void raise(Sequence s, int level, MemoryBudget budget) {
        model.raise(s.memory(), level, budget, workspace);
    }

    /** Logits {@code [vocabularySize]} of the last row that ended a sequence's tokens. */
    float[] logits() {
        return logits;
    }
}
