package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.sampling.SamplingParameters;
import io.github.jlamadsla.testing.Allocation;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the engine's thread allocates on the heap in a decode step, everything from one plan to the next: with one
 * worker that is the forward pass, the choice of tokens, the events. Small values only, some for each sequence and
 * layer: nothing of the model's, the vocabulary's or the context's size.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StepAllocationTest {
    private static final int SEQUENCES = 8;
    /** Steps before it counts, and those that count. */
    private static final int WARM_UP = 200;
    private static final int STEPS = 50;
    /** Kernels that are not compiled yet allocate too, and a busy machine compiles late: then once more. */
    private static final int MOST_RUNS = 10;
    /** Bytes per sequence and layer: a few dozen small objects. */
    private static final long MOST_BYTES = 3 << 10;
    /** Of eight sequences; an array of the size in question would be many times as large. */
    private static final long NOISE = 4 << 10;

    @TempDir
    Path directory;

    @Test
    void aStepOfTheDemoModelAllocatesLittleAndNoMoreWithALongContext() {
        try (TestRig rig = rig(TestRig.demoModel())) {
            long brief = perStep(rig, TestRig.demoModel(), 64, SamplingParameters.GREEDY, most(rig));
            // 15,872 keys more in each of the layers.
            long after2k = perStep(rig, TestRig.demoModel(), 2_048, SamplingParameters.GREEDY, brief + NOISE);

            assertThat(brief).isLessThan(most(rig));
            assertThat(after2k).isLessThan(brief + NOISE);
        }
    }

    @Test
    void neitherWidthsNorVocabularyMatter() {
        long small = perStep(models().widths(64, 128).vocabulary(512), "small", SamplingParameters.GREEDY);
        long wide = perStep(models().widths(512, 1_024).vocabulary(512), "wide", SamplingParameters.GREEDY);
        long many = perStep(models().widths(64, 128).vocabulary(32_768), "many", SamplingParameters.GREEDY);

        // Eight rows would be 14 KB more in each place of each layer, and 1 MB of logits.
        assertThat(wide).isLessThan(small + 2 * NOISE);
        assertThat(many).isLessThan(small + 2 * NOISE);
    }

    @Test
    void norDoesASamplerThatLooksAtTheWholeVocabulary() {
        SamplingParameters sampling = SamplingParameters.builder().temperature(0.8).topK(40).topP(0.9)
                .repetitionPenalty(1.1).seed(1).build();
        long few = perStep(models().vocabulary(512), "few", sampling);
        long many = perStep(models().vocabulary(32_768), "many", sampling);

        assertThat(many).isLessThan(few + 2 * NOISE);
    }

    private static TestModels models() {
        return TestModels.llama().layers(4).folding(2, 0, 3);
    }

    private static TestRig rig(Path model) {
        return new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
    }

    private static long most(TestRig rig) {
        return MOST_BYTES * SEQUENCES * rig.model.config().layers();
    }

    private long perStep(TestModels models, String name, SamplingParameters sampling) {
        Path model = models.write(directory.resolve(name));
        try (TestRig rig = rig(model)) {
            long bytes = perStep(rig, model, 64, sampling, most(rig));
            assertThat(bytes).isLessThan(most(rig));
            return bytes;
        }
    }

    /** Bytes of the run that allocates least, as soon as one stays below a bound. */
    private static long perStep(TestRig rig, Path model, int prompt, SamplingParameters sampling, long bound) {
        long least = Long.MAX_VALUE;
        for (int run = 0; run < MOST_RUNS && least >= bound; run++) {
            least = Math.min(least, medianStep(rig, model, prompt, sampling));
        }
        System.out.printf("%d sequences after %d tokens, width %d, vocabulary %d: a step allocates %d bytes%n",
                SEQUENCES, prompt, rig.model.config().hiddenSize(), rig.model.config().vocabularySize(), least);
        return least;
    }

    /** Bytes of the median step in which all sequences, at several levels, decode. */
    private static long medianStep(TestRig rig, Path model, int prompt, SamplingParameters sampling) {
        List<Long> marks = new ArrayList<>(WARM_UP + 2 * STEPS);
        EngineOptions options = FirstCome.of(new QueueLimits(SEQUENCES, 1 << 20)).tokenBudget(512)
                .optionsAround(rig.model, rig.budget, inner -> view -> {
                    if (view.sequences().size() == SEQUENCES
                            && view.sequences().stream().allMatch(s -> s.promptLeft() == 0)) {
                        marks.add(Allocation.ofThisThread());
                    }
                    return inner.schedule(view);
                });
        Random random = new Random(1);
        try (TextCodec codec = TextCodec.open(model.resolve("tokenizer.json"));
                Engine engine = new Engine(rig.model, new StepRunner(rig.model, rig.workspace), rig.budget,
                        codec::decoder, options)) {
            List<GenerationHandle> handles = new ArrayList<>();
            for (int i = 0; i < SEQUENCES; i++) {
                int[] tokens = random.ints(prompt, 3, rig.model.config().vocabularySize()).toArray();
                handles.add(engine.submit(GenerationRequest.builder().promptTokens(tokens).sampling(sampling)
                        .maxOutputTokens(WARM_UP + STEPS + 1).level(i % 4).build(), GenerationListener.NONE));
            }
            handles.forEach(GenerationHandle::await);
        }
        assertThat(marks).hasSizeGreaterThan(STEPS);
        List<Long> steps = new ArrayList<>();
        for (int i = marks.size() - STEPS; i < marks.size(); i++) {
            steps.add(marks.get(i) - marks.get(i - 1));
        }
        steps.sort(null);
        return steps.get(STEPS / 2);
    }
}
