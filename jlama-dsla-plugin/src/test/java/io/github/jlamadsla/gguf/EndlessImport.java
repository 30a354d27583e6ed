package io.github.jlamadsla.gguf;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** An import in a process of its own that stays at its first tensor until it is killed. */
final class EndlessImport {
    private EndlessImport() {}

    /** @param arguments GGUF file, target, directory whose tokenizer is taken */
    public static void main(String[] arguments) {
        GgufImporter.run(Path.of(arguments[0]), Path.of(arguments[1]), ImportOptions.DEFAULT, (_, _, _) -> {
            System.out.println("reading");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }, ImportRig.setup(Path.of(arguments[2]), ImportRig.NO_LIMIT));
    }
}
