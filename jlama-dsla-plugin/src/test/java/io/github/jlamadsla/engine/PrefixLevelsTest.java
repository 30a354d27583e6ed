package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.testing.TestRig;

import static io.github.jlamadsla.engine.PrefixModels.TOP;
import static io.github.jlamadsla.engine.PrefixServer.highest;
import static io.github.jlamadsla.engine.PrefixServer.inMemory;
import static io.github.jlamadsla.engine.PrefixServer.join;
import static io.github.jlamadsla.engine.PrefixServer.pinned;
import static io.github.jlamadsla.engine.PrefixServer.request;
import static io.github.jlamadsla.engine.PrefixServer.tokens;
import static org.assertj.core.api.Assertions.assertThat;

/** Which level histories a request takes a prefix of, and that its result names them. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PrefixLevelsTest {
    @TempDir
    private static Path directory;
    private static PrefixModels models;

    @BeforeAll
    static void load() {
        models = new PrefixModels(directory);
    }

    @AfterAll
    static void close() {
        models.close();
    }

    @Test
    void onlyTheSameScopeAndForAPinTheSameLevelHit() {
        try (PrefixServer server = models.server(models.plain, _ -> 0, highest(TOP))) {
            List<Integer> prompt = tokens(1, 300);
            server.ask(pinned(prompt, 5, 0).scope("a"));
            assertThat(server.ask(pinned(prompt, 5, 0).scope("b")).cachedTokens()).isZero();
            assertThat(server.ask(pinned(prompt, 5, 0)).cachedTokens()).isZero();
            assertThat(server.ask(pinned(prompt, 5, 0).scope("a")).cachedTokens()).isEqualTo(256);
            assertThat(server.ask(pinned(prompt, 5, 2).scope("a")).cachedTokens()).isZero();
            assertThat(server.ask(request(prompt, 5).scope("c")).cachedTokens()).isZero();
        }
    }

    @Test
    void whatWasReadAtALowerLevelIsFolded() {
        for (TestRig rig : List.of(models.plain, models.windowed)) {
            try (PrefixServer server = models.server(rig, _ -> 2, UnaryOperator.identity())) {
                List<Integer> prompt = tokens(1, 300);
                server.ask(pinned(prompt, 5, 0));
                GenerationResult folded = server.ask(request(join(prompt, tokens(2, 300)), 20));
                assertThat(folded.cachedTokens()).isEqualTo(256);
                assertThat(folded.levels()).containsExactly(new LevelChange(0, 0), new LevelChange(356, 2));
                List<Integer> next = join(prompt, tokens(2, 300), folded.tokens(), tokens(3, 10));
                GenerationResult again = server.ask(request(next, 20));
                assertThat(again.cachedTokens()).isEqualTo(inMemory(folded));
                assertThat(again.levels()).isEqualTo(folded.levels());
                assertThat(server.ask(pinned(next, 5, 2)).cachedTokens()).isZero();
            }
        }
    }

    @Test
    void theReleasedFormTakesNoLowerLevelForItCouldNotFold() {
        try (PrefixServer server = models.server(models.released, _ -> 2, UnaryOperator.identity())) {
            List<Integer> prompt = tokens(1, 300);
            server.ask(pinned(prompt, 5, 0));
            GenerationResult result = server.ask(request(prompt, 5));
            assertThat(result.cachedTokens()).isZero();
            assertThat(result.levels()).containsExactly(new LevelChange(0, 2));
        }
    }

    @Test
    void aHigherLevelIsTakenUpToTheHighestAllowed() {
        for (int allowed = 1; allowed <= TOP; allowed++) {
            try (PrefixServer server = models.server(models.plain, _ -> 1, highest(allowed))) {
                List<Integer> prompt = tokens(1, 300);
                server.ask(pinned(prompt, 5, 2));
                GenerationResult result = server.ask(request(join(prompt, tokens(2, 50)), 20));
                assertThat(result.cachedTokens()).isEqualTo(allowed < 2 ? 0 : 300);
                assertThat(result.levels()).containsExactly(new LevelChange(0, allowed < 2 ? 1 : 2));
            }
        }
    }

    @Test
    void ofEquallyLongOnesThePlannedLevelIsTaken() {
        try (PrefixServer server = models.server(models.plain, _ -> 1, highest(TOP))) {
            List<Integer> prompt = tokens(1, 300);
            for (int level : new int[]{2, 1, 3}) {
                server.ask(pinned(prompt, 1, level));
            }
            GenerationResult result = server.ask(request(join(prompt, tokens(2, 50)), 20));
            assertThat(result.cachedTokens()).isEqualTo(300);
            assertThat(result.levels()).containsExactly(new LevelChange(0, 1));
        }
    }
}
