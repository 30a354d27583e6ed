package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

import io.github.jlamadsla.examples.Checkout;
import io.github.jlamadsla.examples.DemoModel;
import io.github.jlamadsla.examples.UsageException;
import io.github.jlamadsla.safetensors.FileKind;

/** Which model is chatted with. */
sealed interface ModelSource {
    /** System property that says where SmolLM2 is. */
    String REAL_MODEL_PROPERTY = "jlamadsla.real.model";

    /**
     * A model directory.
     *
     * @param introduction the line that says which model it is
     */
    record Directory(Path path, String introduction) implements ModelSource {}

    /** A file to be imported. */
    record Gguf(Path file) implements ModelSource {}

    /** What this process was asked for. */
    static ModelSource choose(Path argument) {
        return choose(argument, System.getProperty(REAL_MODEL_PROPERTY),
                () -> Checkout.find(Path.of("examples", "smollm2"), DemoModel::isModel), DemoModel::find);
    }

    /**
     * @param argument what the user named, or null
     * @param real value of {@value #REAL_MODEL_PROPERTY}, or null; where it says that the model would be, it need not be
     * @param inCheckout SmolLM2 where the property does not say
     * @throws UsageException if the argument is neither a model directory nor a GGUF file
     */
    static ModelSource choose(Path argument, String real, Supplier<Optional<Path>> inCheckout, Supplier<Path> demo) {
        if (argument != null) {
            return named(argument);
        }
        Optional<Path> smol = real == null || real.isBlank()
                ? inCheckout.get()
                : Optional.of(Path.of(real)).filter(DemoModel::isModel);
        return smol.<ModelSource>map(path -> new Directory(path, "Model: SmolLM2-135M-Instruct in " + path))
                .orElseGet(() -> demo(demo.get()));
    }

    private static ModelSource demo(Path path) {
        return new Directory(path, "Model: the demo model in " + path
                + ". It is no chat partner: it only answers questions about facts in a text, as"
                + " \"Read the text. Clara Hartley left the lantern in the cellar. Question: Where did Clara Hartley"
                + " leave the lantern?\"");
    }

    private static ModelSource named(Path path) {
        if (DemoModel.isModel(path)) {
            return new Directory(path, "Model: " + path);
        }
        if (Files.isRegularFile(path)) {
            if (!isGguf(path)) {
                throw new UsageException(path + " is no GGUF file; allowed: a model directory or a GGUF file");
            }
            return new Gguf(path);
        }
        String what = Files.isDirectory(path) ? "a directory without a config.json" : FileKind.of(path);
        throw new UsageException(path + " is " + what + "; allowed: a model directory or a GGUF file");
    }

    private static boolean isGguf(Path file) {
        byte[] magic = "GGUF".getBytes(StandardCharsets.US_ASCII);
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(magic.length), magic);
        } catch (IOException e) {
            throw new UsageException(file + " cannot be read: " + e, e);
        }
    }
}
