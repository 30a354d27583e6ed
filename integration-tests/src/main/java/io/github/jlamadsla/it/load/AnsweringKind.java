package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.util.function.Function;

/** The engines that are asked. */
enum AnsweringKind {
    /** Jlama as it is. */
    JLAMA("Jlama 0.8.4", JlamaAnswers::new),
    /** This project. */
    OWN("jlama-dsla", OwnAnswers::new);

    private final String title;
    private final Function<Path, AnsweringEngine> loader;

    AnsweringKind(String title, Function<Path, AnsweringEngine> loader) {
        this.title = title;
        this.loader = loader;
    }

    /** Name for people. */
    String title() {
        return title;
    }

    /** Loads the model of a directory. */
    AnsweringEngine load(Path directory) {
        return loader.apply(directory);
    }
}
