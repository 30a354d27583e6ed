package io.github.jlamadsla;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.engine.ContextTooLongException;
import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.sampling.SamplingParameters;
import io.github.jlamadsla.serve.LengthCaps;
import io.github.jlamadsla.serve.LengthCaps.LengthClass;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.QualityLimit;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.ChatTurn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The door for programs, on a tiny random model whose answers never end by themselves, and on the demo model. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DslaRuntimeTest {

    @TempDir
    private static Path directory;
    private static Path tiny;
    private static DslaRuntime runtime;

    @BeforeAll
    static void load() throws IOException {
        // No end token anywhere: a random model would stop at random.
        tiny = TestModels.llama().layers(4).folding(2, 0, 3).config(c -> c.remove("eos_token_id"))
                .write(directory.resolve("tiny"));
        Files.writeString(tiny.resolve("tokenizer_config.json"), "{}");
        runtime = builder().modelDirectory(tiny).threads(2).prefillChunk(16).build();
    }

    /** Warm-up is for speed alone. */
    private static DslaRuntime.Builder builder() {
        return DslaRuntime.builder().warmUp(Duration.ZERO);
    }

    @AfterAll
    static void close() {
        runtime.close();
    }

    private static GenerationRequest.Builder request(int seed, int length) {
        return GenerationRequest.builder().promptTokens(new Random(seed).ints(length, 0, 256).toArray())
                .maxOutputTokens(12);
    }

    @Test
    void manyThreadsGetTheAnswersThatOneGets() throws Exception {
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            requests.add(request(i, 1 + i * 3).level(i % 4).sampling(
                    i % 2 == 0 ? SamplingParameters.GREEDY : new SamplingParameters(1, 20, .9, i)).build());
        }
        List<GenerationResult> alone = requests.stream().map(r -> runtime.generate(r, GenerationListener.NONE))
                .toList();
        Collections.shuffle(requests, new Random(1));
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<GenerationResult>> calls = requests.stream()
                    .map(r -> (Callable<GenerationResult>) () -> runtime.generate(r, GenerationListener.NONE)).toList();
            List<Future<GenerationResult>> together = threads.invokeAll(calls);
            for (int i = 0; i < requests.size(); i++) {
                GenerationResult expected = alone.get((requests.get(i).promptTokens().size() - 1) / 3);
                assertThat(together.get(i).get().tokens()).isEqualTo(expected.tokens());
                assertThat(together.get(i).get().text()).isEqualTo(expected.text());
            }
        }
        assertThat(runtime.sequenceBytesInUse()).isZero();
    }

    @Test
    void countsOutputOnlyAndEndsByLength() {
        List<String> pieces = new ArrayList<>();
        List<Integer> progress = new ArrayList<>();
        GenerationResult result = runtime.generate(request(5, 40).maxOutputTokens(7).level(3).build(),
                new GenerationListener() {
                    @Override
                    public void onPrefill(int done, int total) {
                        progress.add(done * 1_000 + total);
                    }

                    @Override
                    public void onToken(int token, String text) {
                        pieces.add(text);
                    }
                });
        assertThat(result.tokens()).hasSize(7);
        assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(result.promptTokens()).isEqualTo(40);
        assertThat(progress).containsExactly(16_040, 32_040, 40_040);
        assertThat(pieces).hasSize(7);
        assertThat(String.join("", pieces)).isEqualTo(result.text());
        assertThat(result.levels()).containsExactly(new LevelChange(0, 3));
        assertThat(result.peakMemoryBytes()).isEqualTo(runtime.sequenceBytes(46, 3));
        assertThat(result.timings().prefill()).isPositive();
        assertThat(result.timings().timeToFirstToken()).isGreaterThanOrEqualTo(result.timings().prefill());
    }

    @Test
    void anExactWindowIsAmongTheFigures(@TempDir Path directory) {
        Path model = TestModels.llama().window(20, 3).folding(2, 0).config(c -> c.remove("eos_token_id"))
                .write(directory);
        // With warm-up, whose steps begin at the window's border.
        try (DslaRuntime windowed = DslaRuntime.builder().modelDirectory(model).threads(2)
                .warmUp(Duration.ofMillis(50)).build()) {
            GenerationResult result = windowed.generate(request(5, 40).level(2).build(), GenerationListener.NONE);
            assertThat(result.tokens()).hasSize(12);
            long window = 23 * 2L * 2 * 16 * 2;
            long states = 2L * 2 * 16 * 16 * 4;
            long page = 64 * 2L * 2 * 16 * 2;
            assertThat(windowed.sequenceBytes(51, 2)).isEqualTo(2 * (window + states) + page);
            assertThat(result.peakMemoryBytes()).isEqualTo(windowed.sequenceBytes(51, 2));
            assertThat(windowed.sequenceBytesInUse()).isZero();
        }
    }

    @Test
    void stopsAtAnEndTokenAlsoWhenItComesFirst() {
        List<Integer> answer = runtime.generate(request(3, 20).build(), GenerationListener.NONE).tokens();
        int third = answer.get(2);
        stopAt(third, answer.subList(0, answer.indexOf(third)));
        stopAt(answer.get(0), List.of());
    }

    private static void stopAt(int end, List<Integer> expected) {
        Path model = TestModels.llama().layers(4).folding(2, 0, 3).config(c -> c.put("eos_token_id", end))
                .write(directory.resolve("end" + end));
        try (DslaRuntime ending = builder().modelDirectory(model).threads(1).build()) {
            GenerationResult result = ending.generate(request(3, 20).build(), GenerationListener.NONE);
            assertThat(result.tokens()).isEqualTo(expected);
            assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
        }
    }

    @Test
    void theContextEndsAnAnswerAndRefusesAPromptThatFillsIt() {
        GenerationResult result = runtime.generate(request(1, 2_040).maxOutputTokens(100).build(),
                GenerationListener.NONE);
        assertThat(result.tokens()).hasSize(8);
        assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThatThrownBy(() -> runtime.submit(request(1, 2_048).build(), GenerationListener.NONE))
                .isInstanceOf(ContextTooLongException.class).hasMessageContaining("2048 tokens")
                .hasMessageContaining("context 2048").hasMessageContaining("at most 2047");
    }

    @Test
    void levelsThatDoNotExistAreRefusedAtOnce() {
        assertThatThrownBy(() -> runtime.submit(request(1, 3).level(4).build(), GenerationListener.NONE))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("level is 4; allowed: 0 to 3");
        assertThatThrownBy(() -> request(1, 3).level(-1)).hasMessageContaining("level is -1");
        assertThatThrownBy(
                () -> runtime.submit(GenerationRequest.builder().promptTokens(List.of(999)).build(),
                        GenerationListener.NONE))
                .hasMessageContaining("token id is 999");
    }

    @Test
    void raisedByHandWhileItRuns() {
        AtomicReference<GenerationHandle> handle = new AtomicReference<>();
        CompletableFuture<GenerationHandle> ready = new CompletableFuture<>();
        AtomicReference<CompletableFuture<LevelChange>> raise = new AtomicReference<>();
        List<LevelChange> heard = new ArrayList<>();
        handle.set(runtime.submit(request(4, 100).maxOutputTokens(200).level(1).build(), new GenerationListener() {
            @Override
            public void onPrefill(int done, int total) {
                if (done == 48) {
                    raise.set(ready.join().raise(3));
                }
            }

            @Override
            public void onRaised(LevelChange change) {
                heard.add(change);
            }
        }));
        ready.complete(handle.get());
        GenerationResult result = handle.get().await();
        assertThat(result.levels()).hasSize(2);
        assertThat(result.levels().getLast().level()).isEqualTo(3);
        assertThat(result.levels().getLast().position()).isBetween(48, 300);
        assertThat(heard).containsExactly(result.levels().getLast());
        assertThat(raise.get().join()).isEqualTo(result.levels().getLast());
        assertThatThrownBy(() -> handle.get().raise(2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("level is 2; allowed: 3 (the present level) to 3");
        assertThat(handle.get().raise(3)).isCompletedExceptionally();
        assertThat(runtime.sequenceBytesInUse()).isZero();
    }

    @Test
    void raisedWhenTheLengthEntersTheNextClass() {
        LengthCaps caps = new LengthCaps(
                List.of(new LengthClass(0, 0), new LengthClass(30, .25), new LengthClass(50, .75)));
        try (DslaRuntime classes = builder().modelDirectory(tiny).threads(1).prefillChunk(16)
                .levelMode(LevelMode.lengthClasses(caps, QualityLimit.DEFAULT)).build()) {
            GenerationResult result = classes.generate(request(6, 25).maxOutputTokens(40).build(),
                    GenerationListener.NONE);
            // One layer a step.
            assertThat(result.levels()).extracting(LevelChange::level).containsExactly(0, 1, 2, 3);
            assertThat(result.levels()).extracting(LevelChange::position).containsExactly(0, 29, 49, 50);
            GenerationResult pinned = classes.generate(request(6, 25).maxOutputTokens(40).level(0).build(),
                    GenerationListener.NONE);
            assertThat(pinned.levels()).containsExactly(new LevelChange(0, 0));
            assertThat(classes.generate(request(6, 60).build(), GenerationListener.NONE).levels())
                    .containsExactly(new LevelChange(0, 3));
        }
    }

    @Test
    void aCancelledRequestEndsAndTheNextGoesOn() {
        CountDownLatch first = new CountDownLatch(1);
        GenerationHandle handle = runtime.submit(request(7, 50).maxOutputTokens(1_900).build(),
                new GenerationListener() {
                    @Override
                    public void onToken(int token, String text) {
                        first.countDown();
                    }
                });
        GenerationHandle waiting = runtime.submit(request(8, 10).build(), GenerationListener.NONE);
        GenerationHandle neverStarted = runtime.submit(request(8, 10).build(), GenerationListener.NONE);
        neverStarted.cancel();
        await(first);
        handle.cancel();
        GenerationResult result = handle.await();
        assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(result.tokens().size()).isBetween(1, 1_899);
        assertThat(waiting.await().tokens()).hasSize(12);
        assertThat(neverStarted.await().tokens()).isEmpty();
        assertThat(runtime.sequenceBytesInUse()).isZero();
    }

    @Test
    void aListenerThatThrowsEndsItsRequestWithItsException() {
        IllegalStateException thrown = new IllegalStateException("mine");
        GenerationHandle failing = runtime.submit(request(9, 10).maxOutputTokens(1_900).build(),
                new GenerationListener() {
                    @Override
                    public void onToken(int token, String text) {
                        throw thrown;
                    }
                });
        assertThatThrownBy(failing::await).isSameAs(thrown);
        assertThat(runtime.generate(request(9, 10).build(), GenerationListener.NONE).tokens()).hasSize(12);
        assertThat(runtime.sequenceBytesInUse()).isZero();
    }

    @Test
    void theQueueIsBounded() {
        try (DslaRuntime small = builder().modelDirectory(tiny).threads(1).maxQueuedRequests(2).build()) {
            GenerationHandle one = small.submit(request(1, 10).maxOutputTokens(2_000).build(), GenerationListener.NONE);
            GenerationHandle two = small.submit(request(1, 10).build(), GenerationListener.NONE);
            assertThatThrownBy(() -> small.submit(request(1, 10).build(), GenerationListener.NONE))
                    .isInstanceOf(RequestRejectedException.class).hasMessageContaining("at most 2");
            one.cancel();
            two.await();
            assertThat(small.generate(request(1, 10).build(), GenerationListener.NONE).tokens()).hasSize(12);
        }
    }

    @Test
    void aRequestThatCannotFitTheBudgetIsRefusedBeforeItStarts() {
        long bytes = runtime.sequenceBytes(300, 0);
        try (DslaRuntime tight = builder().modelDirectory(tiny).threads(1).memoryLimit(bytes).build()) {
            assertThatThrownBy(() -> tight.submit(request(1, 310).level(0).build(), GenerationListener.NONE))
                    .isInstanceOf(MemoryBudgetException.class).hasMessageContaining("322 tokens at level 0");
            assertThat(tight.generate(request(1, 280).level(0).build(), GenerationListener.NONE).tokens()).hasSize(12);
        }
    }

    @Test
    void closingEndsEveryRequest() {
        DslaRuntime closing = builder().modelDirectory(tiny).threads(2).build();
        List<GenerationHandle> handles = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            handles.add(closing.submit(request(i, 10).maxOutputTokens(2_000).build(), GenerationListener.NONE));
        }
        closing.close();
        closing.close();
        for (GenerationHandle handle : handles) {
            assertThatThrownBy(handle::await).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the runtime was closed");
        }
        assertThatThrownBy(() -> closing.submit(request(1, 10).build(), GenerationListener.NONE))
                .isInstanceOf(IllegalStateException.class).hasMessage("the runtime was closed");
        assertThat(closing.sequenceBytesInUse()).isZero();
    }

    @Test
    void settingsAreCheckedWhenTheyAreMade() {
        DslaRuntime.Builder builder = DslaRuntime.builder();
        assertThatThrownBy(() -> builder.threads(0)).hasMessage("threads is 0; allowed: 1 to 1024");
        assertThatThrownBy(() -> builder.memoryLimit(0)).hasMessageContaining("memoryLimit is 0");
        assertThatThrownBy(() -> builder.warmUp(Duration.ofHours(1))).hasMessageContaining("warmUp is PT1H");
        assertThatThrownBy(() -> builder.prefillChunk(0)).hasMessageContaining("prefillChunk is 0");
        assertThatThrownBy(() -> builder.maxQueuedRequests(0)).hasMessageContaining("maxQueuedRequests is 0");
        assertThatThrownBy(() -> builder.dslaFolder("../x")).hasMessageContaining("dslaFolder is '../x'");
        assertThatThrownBy(builder::build).hasMessageContaining("modelDirectory is not set");
        assertThatThrownBy(() -> builder().modelDirectory(directory.resolve("nowhere")).build())
                .isInstanceOf(InvalidModelException.class).hasMessageContaining("nowhere");
        assertThatThrownBy(() -> builder().modelDirectory(tiny).dslaFolder("other").build())
                .isInstanceOf(InvalidModelException.class).hasMessageContaining("other");
        assertThatThrownBy(
                () -> builder().modelDirectory(tiny).levelMode(LevelMode.fixed(4)).build())
                .hasMessage("level is 4; allowed: 0 to 3");
    }

    @Test
    void aModelWithoutChatTemplateServesTokensAlone() {
        assertThatThrownBy(() -> runtime.encodeChat(List.of(ChatTurn.user("Hello"))))
                .isInstanceOf(InvalidModelException.class).hasMessageContaining("tokenizer_config.json")
                .hasMessageContaining("chat_template is not there");
    }

    @Test
    void theDemoModelAnswersInBothForms() {
        for (String folder : List.of("dsla", "dsla-released")) {
            try (DslaRuntime demo = builder().modelDirectory(TestRig.demoModel()).dslaFolder(folder)
                    .build()) {
                int[] prompt = demo.encodeChat(List.of(ChatTurn.user("""
                        Read the text.

                        It was late in the afternoon. The secret number of Nolan Prescott is 14600. The old man \
                        went back to his office, and called to the clerk.

                        Question: What is the secret number of Nolan Prescott?""")));
                for (int level : new int[]{0, 6}) {
                    GenerationResult result = demo.generate(
                            GenerationRequest.builder().promptTokens(prompt).level(level).build(),
                            GenerationListener.NONE);
                    assertThat(result.text()).isEqualTo("14600.");
                    assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
                }
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
