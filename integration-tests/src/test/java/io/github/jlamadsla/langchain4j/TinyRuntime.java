package io.github.jlamadsla.langchain4j;

import java.nio.file.Path;
import java.time.Duration;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.it.e2e.RandomModel;

/** A tiny model of random weights, in build output, whose tokens are bytes. */
final class TinyRuntime {
    private static final Path MODELS = Path.of("target", "models");

    private TinyRuntime() {}

    static Path directory() {
        return RandomModel.makeTiny(MODELS, 7);
    }

    static DslaRuntime open() {
        return DslaRuntime.builder().modelDirectory(directory()).threads(1).warmUp(Duration.ZERO).build();
    }
}
