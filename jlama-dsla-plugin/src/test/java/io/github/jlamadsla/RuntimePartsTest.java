package io.github.jlamadsla;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.checkpoint.ModelTooLargeException;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is refused before anything is loaded. */
class RuntimePartsTest {
    @TempDir
    Path directory;

    @Test
    void aModelThatDoesNotFitIsRefusedWithBothNumbersBeforeItIsLoaded() {
        TestModels.llama().layers(2).heads(8, 4, 32).widths(256, 512).write(directory);
        RuntimeOptions options = new RuntimeOptions();
        options.modelDirectory = directory;
        options.availableMemory = () -> 2L << 20;
        assertThatThrownBy(() -> RuntimeParts.load(options).close()).isInstanceOfSatisfying(
                ModelTooLargeException.class, e -> {
                    assertThat(e.neededBytes()).isGreaterThan(2L << 20);
                    assertThat(e.availableBytes()).isEqualTo(2L << 20);
                    assertThat(e).hasMessage(directory + ": the weights take " + e.neededBytes()
                            + " bytes (" + (e.neededBytes() >> 20)
                            + " MB) of memory, the machine has 2097152 (2 MB) available; allowed: a model that fits");
                });
    }
}
