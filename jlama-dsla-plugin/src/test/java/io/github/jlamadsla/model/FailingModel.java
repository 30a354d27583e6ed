package io.github.jlamadsla.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.LayerMemory;
import io.github.jlamadsla.memory.MemoryBudget;

/** A model whose last layer fails when told, in the middle of a step. */
public final class FailingModel {

    private FailingModel() {}

    /** The model at level 0, but for steps in which {@code fails} says so. */
    public static HybridModel of(HybridModel model, BooleanSupplier fails) {
        HybridModel.Parts parts = model.parts();
        List<Block> blocks = new ArrayList<>(parts.blocks());
        Block old = blocks.getLast();
        AttentionLayer failing = new Failing(old.attention().apply(0), fails);
        blocks.set(blocks.size() - 1,
                new Block(old.attentionNorm(), old.mlpNorm(), old.gateUp(), old.down(), level -> failing));
        return new HybridModel(model.config(), model.order(),
                new HybridModel.Parts(parts.embedding(), blocks, parts.finalNorm(), parts.output()));
    }

    private record Failing(AttentionLayer layer, BooleanSupplier fails) implements AttentionLayer {
        @Override
        public LayerMemory newMemory(MemoryBudget budget) {
            return layer.newMemory(budget);
        }

        @Override
        public long memoryBytes(int tokens) {
            return layer.memoryBytes(tokens);
        }

        @Override
        public void attend(Rows x, int rows, List<LayerStep> steps, Workspace workspace, Rows out) {
            if (fails.getAsBoolean()) {
                throw new IllegalStateException("a fault in a layer");
            }
            layer.attend(x, rows, steps, workspace, out);
        }
    }
}
