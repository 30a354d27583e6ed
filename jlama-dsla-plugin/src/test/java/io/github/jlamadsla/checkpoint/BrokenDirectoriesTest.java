package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.testing.Allocation;
import io.github.jlamadsla.testing.TestModels;

import static io.github.jlamadsla.testing.TestFiles.copy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Everything that section 3 of DESIGN refuses is refused: by file, key, value and what is allowed, and cheaply.
 * <p>
 * Cheaply means two things. The check itself allocates little heap on its thread, which is measured. And a runtime comes
 * no further than the check: it makes none of its threads. The JVM has no counter for the off-heap memory of one caller,
 * so that nothing is allocated there is not measured but follows: the runtime makes its worker threads before the arena
 * that its weights live in, and the engine, whose sequences hold the rest, after it. What the check maps of the files is
 * not counted.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenDirectoriesTest {
    private static final long MOST_BYTES = 4L << 20;

    private final Map<String, String> messages = new HashMap<>();
    private final Map<TestModels, Path> valid = new HashMap<>();

    @BeforeAll
    void validLoads(@TempDir Path directory) {
        for (BrokenDirectory broken : broken()) {
            valid.computeIfAbsent(broken.model(), model -> model.write(directory.resolve("model" + valid.size())));
        }
        valid.forEach((model, path) -> assertThatCode(() -> open(model, path)).doesNotThrowAnyException());
    }

    static List<BrokenDirectory> broken() {
        return BrokenDirectory.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void isRefusedByNameWithoutMuchMemory(BrokenDirectory broken, @TempDir Path temporary) {
        Path directory = temporary.resolve("model");
        copy(valid.get(broken.model()), directory);
        broken.damage().accept(directory);
        AtomicReference<Throwable> thrown = new AtomicReference<>();

        long allocated = Allocation.of(() -> thrown.set(catchThrowable(() -> open(broken.model(), directory))));

        assertSays(thrown.get(), broken, directory);
        assertThat(allocated).isLessThan(MOST_BYTES);
        String message = thrown.get().getMessage().replace(directory.toString(), "");
        assertThat(messages.put(message, broken.name())).as("also says: %s", message).isNull();
        assertThatTheRuntimeRefuses(broken, directory);
    }

    /** Not the message word by word: a length that the JSON parser gives up at depends on its recycled buffers. */
    private static void assertSays(Throwable thrown, BrokenDirectory broken, Path directory) {
        assertThat(thrown).isExactlyInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith(directory.resolve(broken.file()) + ": ").hasMessageContainingAll(broken.said())
                .hasMessageContaining("; allowed: ");
    }

    private static void assertThatTheRuntimeRefuses(BrokenDirectory broken, Path directory) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicLong allocated = new AtomicLong();

        int threads = new CreatedThreads().during(() -> allocated
                .set(Allocation
                        .of(() -> thrown.set(catchThrowable(() -> runtime(broken.model(), directory).close())))));

        assertSays(thrown.get(), broken, directory);
        assertThat(threads).as("threads made").isZero();
        assertThat(allocated.get()).isLessThan(MOST_BYTES);
    }

    /** What the count of none above would miss, did the runtime make its threads elsewhere: a valid one has two. */
    @Test
    void theThreadsOfARuntimeAreCounted() {
        TestModels model = BrokenDirectory.FOLDING;

        int threads = new CreatedThreads().during(() -> runtime(model, valid.get(model)).close());

        assertThat(threads).as("one worker beside the caller, and the engine").isGreaterThanOrEqualTo(2);
    }

    @Test
    void thereAreAtLeastThirty() {
        assertThat(broken()).hasSizeGreaterThanOrEqualTo(30).extracting(BrokenDirectory::name).doesNotHaveDuplicates();
    }

    private static void open(TestModels model, Path directory) {
        HybridCheckpoint.open(directory, "dsla", model.hasFolder()).close();
    }

    private static DslaRuntime runtime(TestModels model, Path directory) {
        DslaRuntime.Builder builder = DslaRuntime.builder().modelDirectory(directory).threads(2).warmUp(Duration.ZERO);
        return model.hasFolder() ? builder.dslaFolder("dsla").build() : builder.build();
    }
}
