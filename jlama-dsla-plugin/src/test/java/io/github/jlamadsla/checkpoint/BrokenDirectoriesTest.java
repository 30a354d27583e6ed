package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.testing.Allocation;
import io.github.jlamadsla.testing.TestModels;

import static io.github.jlamadsla.testing.TestFiles.copy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Everything that section 3 of DESIGN refuses is refused: by file, key, value and what is allowed, and cheaply. */
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
        valid.forEach((model, path) -> assertThatCode(() -> open(model, path)).satisfiesAnyOf(
                none -> assertThat(none).isNull(), window -> assertThat(model).isSameAs(BrokenDirectory.WINDOW)));
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

        assertThat(thrown.get()).isInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith(directory.resolve(broken.file()) + ": ").hasMessageContainingAll(broken.said())
                .hasMessageContaining("; allowed: ");
        assertThat(allocated).isLessThan(MOST_BYTES);
        String message = thrown.get().getMessage().replace(directory.toString(), "");
        assertThat(messages.put(message, broken.name())).as("also says: %s", message).isNull();
    }

    @Test
    void thereAreAtLeastThirty() {
        assertThat(broken()).hasSizeGreaterThanOrEqualTo(30).extracting(BrokenDirectory::name).doesNotHaveDuplicates();
    }

    private static void open(TestModels model, Path directory) {
        HybridCheckpoint.open(directory, "dsla", model.hasFolder()).close();
    }
}
