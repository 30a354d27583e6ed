package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static io.github.jlamadsla.engine.PrefixServer.pinned;
import static io.github.jlamadsla.engine.PrefixServer.tokens;
import static org.assertj.core.api.Assertions.assertThat;

/** What schedulers see of memory: pages of keys and values, states, and what only the prefix cache holds. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BytesByKindTest {
    private static final int LEVEL = 2;

    @TempDir
    private static Path directory;
    private static TestRig rig;
    private static TextCodec codec;

    private final List<EngineView> views = new CopyOnWriteArrayList<>();
    private volatile Consumer<EngineView> seen = _ -> {
    };

    @BeforeAll
    static void load() {
        Path path = TestModels.llama().layers(4).folding(2, 0, 3).write(directory.resolve("model"));
        rig = new TestRig(path, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
        codec = TextCodec.open(path.resolve("tokenizer.json"));
    }

    @AfterAll
    static void close() {
        codec.close();
        rig.close();
    }

    private PrefixServer server() {
        MemoryBudget budget = new MemoryBudget(1 << 24);
        return PrefixServer.of(rig, codec, new PrefixCache(budget, .5, "model"), budget, _ -> 0, inner -> view -> {
            views.add(view);
            seen.accept(view);
            return inner.schedule(view);
        });
    }

    /** The look at memory when nothing is left. */
    private EngineView.Memory idle() throws InterruptedException {
        while (!views.getLast().sequences().isEmpty()) {
            Thread.sleep(1);
        }
        return views.getLast().memory();
    }

    private static long states(EngineView view) {
        return view.memory().used() - view.memory().prefixes() - view.memory().pages();
    }

    @Test
    void pagesAndStatesAreThoseOfTheSequencesAtEveryStep() throws Exception {
        try (PrefixServer server = server()) {
            server.ask(pinned(tokens(1, 300), 30, LEVEL));
            EngineView.Memory idle = idle();
            assertThat(idle.pages()).isZero();
            assertThat(idle.prefixes()).isPositive().isEqualTo(idle.used());
        }
        long most = 0;
        for (EngineView view : views.stream().filter(v -> !v.sequences().isEmpty()).toList()) {
            SequenceView sequence = view.sequences().getFirst();
            boolean begun = sequence.state().begun();
            assertThat(states(view)).isEqualTo(begun ? rig.model.sequenceBytes(0, LEVEL) : 0);
            long pages = rig.model.sequenceBytes(sequence.position(), LEVEL) - rig.model.sequenceBytes(0, LEVEL);
            assertThat(view.memory().pages()).isEqualTo(begun ? pages : 0);
            most = Math.max(most, view.memory().pages());
        }
        assertThat(most).isPositive();
    }

    @Test
    void aRaiseTurnsPagesIntoStatesAndAPrefixIsOfTheRequestThatBeginsWithIt() throws Exception {
        try (PrefixServer server = server()) {
            server.ask(pinned(tokens(1, 300), 1, 0));
            EngineView.Memory before = idle();
            views.clear();
            CompletableFuture<GenerationHandle> asked = new CompletableFuture<>();
            CompletableFuture<LevelChange> raise = new CompletableFuture<>();
            // On the engine's thread, so that it has begun, is seen at level 0, and has tokens to come.
            seen = view -> {
                if (!view.sequences().isEmpty() && view.sequences().getFirst().state().begun() && !raise.isDone()) {
                    asked.join().raise(LEVEL).whenComplete((change, failure) -> {
                        if (failure == null) {
                            raise.complete(change);
                        } else {
                            raise.completeExceptionally(failure);
                        }
                    });
                }
            };
            GenerationHandle handle = server.engine().submit(pinned(tokens(1, 300), 60, 0).build(),
                    GenerationListener.NONE);
            asked.complete(handle);
            raise.join();
            handle.await();
            idle();
            EngineView shared = views.stream().filter(v -> v.memory().prefixes() < before.prefixes()).findFirst()
                    .orElseThrow();
            assertThat(shared.memory().pages()).isPositive();
            EngineView raised = views.stream()
                    .filter(v -> !v.sequences().isEmpty() && v.sequences().getFirst().levels().level() == LEVEL)
                    .findFirst().orElseThrow();
            assertThat(states(raised)).isEqualTo(rig.model.sequenceBytes(0, LEVEL));
            assertThat(raised.memory().pages()).isEqualTo(
                    rig.model.sequenceBytes(raised.sequences().getFirst().position(), LEVEL) - states(raised));
        }
    }
}
