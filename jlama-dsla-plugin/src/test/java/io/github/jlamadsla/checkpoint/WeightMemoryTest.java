package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.jlamadsla.kernel.KernelChooser;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.NativeArena;
import io.github.jlamadsla.model.ModelLoader;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class WeightMemoryTest {
    @TempDir
    Path directory;

    static Stream<Arguments> models() {
        return Stream.of(Arguments.of("plain F32", model()),
                Arguments.of("BF16", model().dtype(DType.BF16)),
                Arguments.of("F16, packed as F32", model().dtype(DType.F16)),
                Arguments.of("untied", model().untied()),
                Arguments.of("folding in BF16", model().dslaDtype(DType.BF16).folding(1, 0)),
                Arguments.of("released", model().released(1)),
                Arguments.of("authors' style", model().authorsStyle(1)));
    }

    private static TestModels model() {
        return TestModels.llama().layers(2).heads(8, 4, 32).widths(256, 512);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void isWhatLoadingTakesButForPadding(String name, TestModels model) {
        model.write(directory);
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", false);
                NativeArena weights = new NativeArena(MemoryBudget.unlimited(), "weights")) {
            ModelLoader.load(checkpoint, KernelChooser.choose(false).matMul(), KvPrecision.F16, weights);
            double share = (double) WeightMemory.packedBytes(checkpoint) / weights.bytes();
            assertThat(share).isLessThanOrEqualTo(1).isCloseTo(1, within(0.08));
        }
    }

    @Test
    void oneThatFitsExactlyIsTaken() {
        model().write(directory);
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", false)) {
            long needed = WeightMemory.packedBytes(checkpoint);
            WeightMemory.check(checkpoint, needed);
            assertThatThrownBy(() -> WeightMemory.check(checkpoint, needed - 1))
                    .isInstanceOf(ModelTooLargeException.class);
        }
    }
}
