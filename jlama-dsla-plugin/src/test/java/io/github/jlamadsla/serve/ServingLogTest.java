package io.github.jlamadsla.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.testing.LogLines;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a whole runtime logs while it serves. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServingLogTest {
    @TempDir
    private static Path directory;
    private static Path folding;
    private static Bytes bytes;

    private final LogLines log = LogLines.of(DslaRuntime.class.getPackage());

    /** Of the folding model: states of a layer, a page of a layer, whole sequences. */
    private record Bytes(long states, long page, long at600, long at640Top) {
        static Bytes of(Path model) {
            try (TestRig rig = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1)) {
                return new Bytes(rig.model.sequenceBytes(0, 1), rig.model.sequenceBytes(1, 0) / 4,
                        rig.model.sequenceBytes(600, 0), rig.model.sequenceBytes(640, 3));
            }
        }
    }

    @BeforeAll
    static void write() {
        folding = shape().folding(2, 0, 3).write(directory.resolve("folding"));
        bytes = Bytes.of(folding);
    }

    private static TestModels shape() {
        // No end token: a random model would stop at random.
        return TestModels.llama().layers(4).config(c -> c.remove("eos_token_id"));
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static DslaRuntime.Builder builder(Path model) {
        return DslaRuntime.builder().warmUp(Duration.ZERO).modelDirectory(model).threads(1).kvPrecision(KvPrecision.F16)
                .levelMode(LevelMode.adaptive(FakeSetup.WIDE, FakeSetup.ANY, FakeSetup.STILL));
    }

    private static GenerationRequest.Builder request(int seed, int prompt, int output) {
        return GenerationRequest.builder().promptTokens(new Random(seed).ints(prompt, 0, 256).toArray())
                .maxOutputTokens(output);
    }

    /** Alone a request of 620 tokens fits at the top only, with room for a raise. */
    private static long tight() {
        long limit = bytes.at640Top + 5 * bytes.states + 3 * bytes.page;
        assertThat(bytes.at600).isGreaterThan(limit);
        return limit;
    }

    /** The second's first chunk needs the pages of the first's prefix, its next ones more than that. */
    private static void memoryRunsShort(long limit) {
        try (DslaRuntime runtime = builder(folding).memoryLimit(limit).build()) {
            runtime.generate(request(1, 200, 1).build(), GenerationListener.NONE);
            assertThat(runtime.load().prefixes().bytes()).isPositive();
            GenerationResult result = runtime.generate(request(2, 600, 20).build(), GenerationListener.NONE);
            assertThat(result.levels()).hasSizeGreaterThan(1);
            assertThatThrownBy(() -> runtime.generate(request(3, 600, 20).level(0).build(), GenerationListener.NONE))
                    .isInstanceOf(MemoryBudgetException.class);
        }
    }

    @Test
    void cachedPrefixesGiveWayThenRunningRequestsThenNewWorkEachWithALine() {
        long limit = tight();
        memoryRunsShort(limit);
        List<String> all = log.all();
        int prefixes = first("INFO cached prefixes gave way: ");
        int raise = first("INFO memory is short, ");
        int refusal = first("INFO 1 requests refused since the last such line, the latest: a request of 620 tokens at"
                + " level 0 needs ");
        assertThat(List.of(prefixes, raise, refusal)).isSorted().doesNotHaveDuplicates();
        assertThat(all.get(prefixes))
                .matches("INFO cached prefixes gave way: \\d{4,} bytes in [12] entries, for a page of"
                        + " keys and values and what followed in the step; \\d+ bytes in \\d are left");
        assertThat(all.get(raise)).matches("INFO memory is short, \\d+ of " + limit + " bytes free, 1 requests without"
                + " room: 1 raises since the last such line, now request 1 from level 0");
        assertThat(all.get(refusal)).endsWith("allowed: at most " + limit);
    }

    private int first(String beginning) {
        assertThat(log.starting(beginning)).as("lines that begin with \"%s\" of %s", beginning, log.all()).isNotEmpty();
        return log.all().indexOf(log.starting(beginning).getFirst());
    }

    /** Two that do not go on until one of them was not raised: states are larger than the pages that they would free. */
    private void aRaiseFindsNoRoom(Path model) throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch done = new CountDownLatch(1);
        GenerationListener waits = new GenerationListener() {
            @Override
            public void onToken(int token, String text) {
                begun.countDown();
                try {
                    done.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        long page = 64 * 256 * 2 * Short.BYTES;
        try (DslaRuntime runtime = builder(model).levelMode(LevelMode.fixed(0)).memoryLimit(2 * 2 * 7 * page).build()) {
            GenerationHandle raised = runtime.submit(request(1, 5, 400).build(), waits);
            GenerationHandle other = runtime.submit(request(2, 5, 400).build(), waits);
            begun.await();
            CompletableFuture<?> raise = raised.raise(2);
            for (int i = 0; i < 10_000 && log.starting("WARN request").isEmpty(); i++) {
                Thread.sleep(1);
            }
            done.countDown();
            assertThatThrownBy(raise::join).hasCauseInstanceOf(MemoryBudgetException.class);
            assertThat(raised.await().finalLevel()).isZero();
            assertThat(other.await().tokens()).hasSize(400);
        }
    }

    private static Path largeStates() {
        return shape().layers(2).heads(1, 1, 256).folding(0, 1).write(directory.resolve("large-states"));
    }

    @Test
    void aRaiseWithoutRoomWarnsWithTheNumbersAndTheRequestGoesOn() throws Exception {
        aRaiseFindsNoRoom(largeStates());
        long page = 64 * 256 * 2 * Short.BYTES;
        assertThat(log.starting("WARN request")).containsExactly("WARN request 0 stays at level 0 of 2: request 0 at"
                + " level 2, beside what others were promised, needs " + 16 * page + " bytes, " + 14 * page + " of "
                + 28 * page + " are in use; allowed: at most " + 14 * page);
    }

    @Test
    void aRuntimeOfTheReleasedFormSaysOnceThatItCannotFoldAndThatItHasNoQualityLimit() {
        Path released = shape().released(2, 0, 3).write(directory.resolve("released"));
        try (DslaRuntime runtime = builder(released).memoryLimit(1 << 20).build()) {
            List<GenerationHandle> handles = IntStream.range(0, 6)
                    .mapToObj(i -> runtime.submit(request(i, 300, 20).build(), GenerationListener.NONE)).toList();
            assertThat(handles).allSatisfy(handle -> assertThat(handle.await().levels()).hasSize(1));
        }
        assertThat(log.starting("INFO the checkpoint cannot fold: ")).hasSize(1);
        assertThat(log.starting("WARN ")).singleElement().asString()
                .endsWith("has no quality figures with level 0: levels are not limited by quality");
    }

    /** Of docs/serving.md, "Reading the log": the first column's lines with their level. */
    private static List<String> documented() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("jlamadsla.root"), "jlama-dsla-plugin", "docs",
                "serving.md"));
        String section = page.substring(page.indexOf("## Reading the log"));
        return Pattern.compile("^\\| (WARN )?`([^`]+)` \\|", Pattern.MULTILINE).matcher(section).results()
                .map(row -> (row.group(1) == null ? "INFO " : row.group(1)) + row.group(2)).toList();
    }

    /** A line whose numbers may be others. */
    private static String form(String line) {
        return line.replaceAll("\\d+(,\\d{3})*(\\.\\d+)?", "#");
    }

    @Test
    void everyLineOfTheDocumentationIsOneThatTheServerWrites() throws Exception {
        GlobalLevel level = new GlobalLevel(4, AdaptivePolicy.DEFAULT, _ -> {
        });
        level.follow(Load.at(0, 4).predicted(12.3).queue(31, 18_432, 2_000, 1).snapshot(), 0);
        level.rise("a test", 0);
        level.follow(Load.at(3, 4).predicted(.1 / Math.pow(.9, 3)).queue(1, 60, 60, 0).busy(.04)
                .memory(1_000 * Load.MB, 820 * Load.MB, 0, 0).snapshot(), 0);
        assertThat(log.all()).hasSize(3).contains(documented().get(0), documented().get(1));
        new GlobalLevel(4, _ -> {
            throw new IllegalStateException("no figures");
        }, _ -> {
        }).follow(Load.at(0, 4).snapshot(), 0);
        memoryRunsShort(tight());
        aRaiseFindsNoRoom(largeStates());
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).model(FakeModel.USUAL.released()).limits(1, 99)
                .engine();
        engine.submit(FakeEngine.Ask.of(10, 20));
        engine.turn();
        engine.submit(FakeEngine.Ask.of(10, 20));
        List<String> written = log.all().stream().map(ServingLogTest::form).toList();
        assertThat(documented()).hasSize(9).allSatisfy(line -> assertThat(written).contains(form(line)));
    }
}
