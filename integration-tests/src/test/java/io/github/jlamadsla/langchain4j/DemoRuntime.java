package io.github.jlamadsla.langchain4j;

import java.nio.file.Path;
import java.time.Duration;

import io.github.jlamadsla.DslaRuntime;

/** The trained model of the repository. */
final class DemoRuntime {
    static final Path DIRECTORY = Path.of(System.getProperty("jlamadsla.demo.model"));

    private DemoRuntime() {}

    /** Small, as several run at once: spinning workers of each would keep the others' from the processors. */
    static DslaRuntime open() {
        return DslaRuntime.builder().modelDirectory(DIRECTORY).threads(1).warmUp(Duration.ZERO).build();
    }
}
