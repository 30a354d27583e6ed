package io.github.jlamadsla.model;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.engine.Engine;
import io.github.jlamadsla.engine.EngineOptions;
import io.github.jlamadsla.engine.FirstCome;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.QueueLimits;
import io.github.jlamadsla.engine.StepRunner;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.LayerMemory;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.NativeBlock;
import io.github.jlamadsla.memory.PagedKeyValues;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/** A kind of attention that the project does not know runs in its engine, and takes a running sequence over. */
class AnotherKindOfLayerTest {

    /** The mean of all inputs so far, as an attention with one state. */
    private static final class RunningMean implements AttentionLayer {
        private final int width;

        RunningMean(int width) {
            this.width = width;
        }

        private final class Sum implements LayerMemory {
            private final NativeBlock block;

            Sum(MemoryBudget budget) {
                block = new NativeBlock(budget, 4L * width, "a running sum");
            }

            @Override
            public long bytes() {
                return block.bytes();
            }

            @Override
            public void reserve(int tokens) {}

            @Override
            public void close() {
                block.close();
            }
        }

        @Override
        public LayerMemory newMemory(MemoryBudget budget) {
            return new Sum(budget);
        }

        @Override
        public long memoryBytes(int tokens) {
            return 4L * width;
        }

        @Override
        public void attend(Rows x, int rows, List<LayerStep> steps, Workspace workspace, Rows out) {
            for (LayerStep step : steps) {
                Sum sum = (Sum) step.memory();
                for (int r = 0; r < step.rows(); r++) {
                    for (int i = 0; i < width; i++) {
                        float value = sum.block.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i)
                                + x.data()[x.at(step.firstRow() + r) + i];
                        sum.block.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
                        out.data()[out.at(step.firstRow() + r) + i] = value / (step.firstPosition() + r + 1);
                    }
                }
            }
        }

        @Override
        public boolean canTakeOver(AttentionLayer from) {
            return true;
        }

        @Override
        public LayerMemory takeOver(LayerMemory memory, int tokens, MemoryBudget budget, Workspace workspace) {
            assertThat(memory).isInstanceOf(PagedKeyValues.class);
            return newMemory(budget);
        }
    }

    @Test
    void servesAndTakesOver(@TempDir Path directory) {
        Path path = TestModels.llama().folding(1, 0).config(c -> c.remove("eos_token_id")).write(directory);
        try (TestRig rig = new TestRig(path, "dsla", KvPrecision.F16, TestKernels.vector(), 2);
                TextCodec codec = TextCodec.open(path.resolve("tokenizer.json"))) {
            HybridModel.Parts parts = rig.model.parts();
            List<Block> blocks = new ArrayList<>(parts.blocks());
            Block old = blocks.get(1);
            RunningMean mean = new RunningMean(rig.model.config().hiddenSize());
            blocks.set(1, new Block(old.attentionNorm(), old.mlpNorm(), old.gateUp(), old.down(),
                    level -> level >= 1 ? mean : old.attention().apply(0)));
            HybridModel model = new HybridModel(rig.model.config(), rig.model.order(),
                    new HybridModel.Parts(parts.embedding(), blocks, parts.finalNorm(), parts.output()));
            FirstCome firstCome = FirstCome.of(new QueueLimits(4, 1 << 20)).rule(length -> length < 20 ? 0 : 2)
                    .tokenBudget(8);
            EngineOptions options = firstCome.options(model, rig.budget, firstCome.scheduler(),
                    new PrefixCache(rig.budget, 0.5, "another kind"));
            try (Engine engine = new Engine(model, new StepRunner(model, rig.workspace), rig.budget, codec::decoder,
                    options)) {
                GenerationRequest.Builder request = GenerationRequest.builder()
                        .promptTokens(new int[]{1, 2, 3, 4, 5, 6, 7}).maxOutputTokens(30);
                GenerationResult raised = engine.submit(request.build(), GenerationListener.NONE).await();
                assertThat(raised.tokens()).hasSize(30);
                assertThat(raised.finalLevel()).isEqualTo(2);
                GenerationResult pinned = engine.submit(request.level(2).build(), GenerationListener.NONE).await();
                assertThat(pinned.peakMemoryBytes()).isEqualTo(model.sequenceBytes(36, 2))
                        .isLessThan(rig.model.sequenceBytes(36, 2));
                // What cannot be kept is read again.
                GenerationResult again = engine.submit(request.level(2).build(), GenerationListener.NONE).await();
                assertThat(again.cachedTokens()).isZero();
                assertThat(again.tokens()).isEqualTo(pinned.tokens());
            }
            assertThat(rig.budget.used()).isZero();
        }
    }
}
