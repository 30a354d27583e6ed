package io.github.jlamadsla.quality;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.checkpoint.ModelTooLargeException;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MeasuredModelTest {
    private static final MeasuredModel.Options OPTIONS = new MeasuredModel.Options("dsla", false, KvPrecision.F32, 1,
            1 << 20);

    @TempDir
    Path folder;

    @Test
    void aModelThatDoesNotFitIsRefusedBeforeItIsLoaded() {
        Path model = TestModels.llama().layers(1).folding(0).write(folder.resolve("model"));
        assertThatExceptionOfType(ModelTooLargeException.class)
                .isThrownBy(() -> MeasuredModel.open(model, OPTIONS, TestKernels.vector(), 1_024).close())
                .withMessageStartingWith(model + ": the weights take ")
                .withMessageEndingWith(
                        " of memory, the machine has 1024 (0 MB) available; allowed: a model that fits")
                .satisfies(e -> {
                    assertThat(e.availableBytes()).isEqualTo(1_024);
                    // As much as that is enough.
                    MeasuredModel.open(model, OPTIONS, TestKernels.vector(), e.neededBytes()).close();
                });
    }
}
