package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

/** A model of each form, all with {@value #TOP} levels. */
final class PrefixModels implements AutoCloseable {
    static final int TOP = 3;

    /** Four layers. */
    final TestRig plain;
    /** Three layers, so that none has pages at the top. */
    final TestRig windowed;
    /** Four layers. */
    final TestRig released;
    private final TextCodec codec;

    PrefixModels(Path directory) {
        plain = load(directory.resolve("plain"), TestModels.llama().layers(4).folding(2, 0, 3));
        windowed = load(directory.resolve("windowed"), TestModels.llama().layers(3).folding(2, 0, 1).window(40, 3));
        released = load(directory.resolve("released"), TestModels.llama().layers(4).released(2, 0, 3));
        codec = TextCodec.open(directory.resolve("plain").resolve("tokenizer.json"));
    }

    private static TestRig load(Path directory, TestModels model) {
        return new TestRig(model.write(directory), "dsla", KvPrecision.F16, TestKernels.vector(), 1);
    }

    TestRig form(String name) {
        return switch (name) {
            case "plain" -> plain;
            case "windowed" -> windowed;
            case "released" -> released;
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Level 0, no limit of memory. */
    PrefixServer server(TestRig rig) {
        return server(rig, _ -> 0, UnaryOperator.identity());
    }

    PrefixServer server(TestRig rig, LevelRule rule, UnaryOperator<StepScheduler> around) {
        return server(rig, MemoryBudget.unlimited(), PrefixCache.DEFAULT_SHARE, rule, around);
    }

    PrefixServer server(TestRig rig, MemoryBudget budget, double share, LevelRule rule,
            UnaryOperator<StepScheduler> around) {
        return PrefixServer.of(rig, codec, new PrefixCache(budget, share, "test"), budget, rule, around);
    }

    @Override
    public void close() {
        codec.close();
        Stream.of(plain, windowed, released).forEach(TestRig::close);
    }
}
