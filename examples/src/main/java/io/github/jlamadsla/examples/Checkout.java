package io.github.jlamadsla.examples;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds what comes with the project: in the checkout that the program runs from, else in that around the working directory. */
public final class Checkout {

    private Checkout() {}

    /**
     * @param inCheckout relative to the checkout's root
     * @param wanted whether it is what is looked for
     */
    public static Optional<Path> find(Path inCheckout, Predicate<Path> wanted) {
        return find(inCheckout, wanted, DemoModel.classes(), Path.of(""));
    }

    static Optional<Path> find(Path inCheckout, Predicate<Path> wanted, Path classes, Path workingDirectory) {
        return Stream.of(classes, workingDirectory)
                .flatMap(Checkout::withParents)
                .map(folder -> folder.resolve(inCheckout))
                .filter(wanted)
                .findFirst();
    }

    private static Stream<Path> withParents(Path folder) {
        return Stream.iterate(folder.toAbsolutePath(), parent -> parent != null, Path::getParent);
    }
}
