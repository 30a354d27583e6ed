package io.github.jlamadsla.it.e2e;

import java.nio.file.Path;
import java.util.function.Function;

/** The engines that are compared. */
enum EngineKind {
    /** Jlama as it is. */
    JLAMA("Jlama 0.8.4", JlamaBaseline::new),
    /** This project. */
    OWN("jlama-dsla", OwnEngine::new);

    private final String title;
    private final Function<Path, MeasuredEngine> loader;

    EngineKind(String title, Function<Path, MeasuredEngine> loader) {
        this.title = title;
        this.loader = loader;
    }

    /** Name for people. */
    String title() {
        return title;
    }

    /** Loads the model of a directory. */
    MeasuredEngine load(Path directory) {
        return loader.apply(directory);
    }
}
