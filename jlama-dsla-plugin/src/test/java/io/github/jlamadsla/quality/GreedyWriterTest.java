package io.github.jlamadsla.quality;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.testing.NaiveModel;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Greedy answers side by side against one token at a time. */
class GreedyWriterTest {
    private static final List<Integer> LEVELS = List.of(0, 1, 2);

    @TempDir
    static Path folder;
    private static Path directory;
    private static MeasuredModel measured;
    private static List<int[]> prompts;

    @BeforeAll
    static void open() {
        directory = TestModels.llama().folding(2, 0).write(folder.resolve("tiny"));
        measured = Measured.open(directory);
        Random random = new Random(4);
        prompts = new ArrayList<>();
        // More than one group, lengths below, at and above a chunk.
        for (int i = 0; i < 30; i++) {
            int length = i == 3 ? 128 : i == 4 ? 131 : 1 + random.nextInt(40);
            prompts.add(random.ints(length, 0, 260).toArray());
        }
    }

    @AfterAll
    static void close() {
        measured.close();
    }

    private static GreedyAnswer naive(int[] prompt, int level, Set<Integer> stop, int most) {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", true)) {
            NaiveModel model = new NaiveModel(checkpoint);
            float[] logits = null;
            for (int token : prompt) {
                logits = model.step(token, level);
            }
            List<Integer> written = new ArrayList<>();
            while (written.size() < most) {
                int best = 0;
                for (int i = 1; i < logits.length; i++) {
                    best = logits[i] > logits[best] ? i : best;
                }
                if (stop.contains(best)) {
                    return answer(written, true);
                }
                written.add(best);
                logits = model.step(best, level);
            }
            return answer(written, false);
        }
    }

    private static GreedyAnswer answer(List<Integer> tokens, boolean ended) {
        return new GreedyAnswer(tokens.stream().mapToInt(Integer::intValue).toArray(), ended);
    }

    private static void assertSame(GreedyAnswer actual, GreedyAnswer expected) {
        assertThat(actual.tokens()).isEqualTo(expected.tokens());
        assertThat(actual.ended()).isEqualTo(expected.ended());
    }

    @Test
    void eachAnswerIsTheNaiveOne() {
        Set<Integer> stop = Set.of(2, 9, 77, 130, 200);
        List<List<GreedyAnswer>> answers = new GreedyWriter(measured, LEVELS, stop, 20).answer(prompts, _ -> {
        });
        assertThat(answers).hasSize(prompts.size());
        for (int prompt : new int[]{3, 4, 20, 29}) {
            for (int level : LEVELS) {
                assertSame(answers.get(prompt).get(level), naive(prompts.get(prompt), level, stop, 20));
            }
        }
        assertThat(measured.budget().used()).isZero();
    }

    @Test
    void whatIsWrittenDoesNotDependOnTheOthers() {
        int most = 15;
        List<List<GreedyAnswer>> together = new GreedyWriter(measured, LEVELS, Set.of(), most).answer(prompts,
                _ -> {
                });
        // One prompt after the other: the memory holds no two.
        long bytes = measured.bytes(128 + most + 4, LEVELS);
        try (MeasuredModel small = Measured.open(directory, 1, bytes, TestKernels.vector())) {
            List<List<GreedyAnswer>> apart = new GreedyWriter(small, LEVELS, Set.of(), most).answer(prompts, _ -> {
            });
            for (int prompt = 0; prompt < prompts.size(); prompt++) {
                for (int level : LEVELS) {
                    assertSame(apart.get(prompt).get(level), together.get(prompt).get(level));
                }
            }
        }
    }

    @Test
    void progressCountsEveryAnswerAsOfGreatestLength() {
        long[] done = new long[1];
        GreedyWriter writer = new GreedyWriter(measured, List.of(0, 2), Set.copyOf(allTokens()), 7);
        List<List<GreedyAnswer>> answers = writer.answer(prompts, more -> done[0] += more);
        assertThat(answers).allSatisfy(ofPrompt -> assertThat(ofPrompt).allSatisfy(answer -> {
            assertThat(answer.ended()).isTrue();
            assertThat(answer.tokens()).isEmpty();
        }));
        long read = prompts.stream().mapToLong(prompt -> prompt.length).sum();
        assertThat(done[0]).isEqualTo(2 * (read + 7L * prompts.size()));
    }

    private static List<Integer> allTokens() {
        return Arrays.stream(new Random(0).ints(10_000, 0, 260).distinct().toArray()).boxed().toList();
    }

    @Test
    void promptsThatDoNotFitAreRefused() {
        GreedyWriter writer = new GreedyWriter(measured, LEVELS, Set.of(), 10);
        assertThatThrownBy(() -> writer.answer(List.of(new int[2_040]), _ -> {
        }))
                .hasMessage("2050 tokens at once; allowed: at most 2048, the model's context");
        assertThatThrownBy(() -> writer.answer(List.of(new int[0]), _ -> {
        }))
                .hasMessage("a prompt is empty; allowed: at least one token");
    }
}
