package io.github.jlamadsla.langchain4j;

import java.nio.file.Path;

import io.github.jlamadsla.DslaRuntime;

/** The trained model of the repository. */
final class DemoRuntime {
    static final Path DIRECTORY = Path.of(System.getProperty("jlamadsla.demo.model"));

    private DemoRuntime() {}

    static DslaRuntime open() {
        return DslaRuntime.builder().modelDirectory(DIRECTORY).build();
    }
}
