package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.safetensors.InvalidModelException;

import static org.assertj.core.api.Assertions.assertThat;

/** Files made to fill the memory end in one message even with 128 MB. */
class GgufMemoryTest {
    @TempDir
    private Path folder;

    @Test
    void aValueOfAWrongTypeIsNotSpelled() throws IOException, InterruptedException {
        Path file = new TestGguf().strings("general.architecture", Collections.nCopies(60_000, "x".repeat(1_000)))
                .write(folder.resolve("wrong.gguf"));
        assertThat(message(file))
                .isEqualTo(file + ": general.architecture is an array of 60000; allowed: a string");
    }

    @Test
    void millionsOfEmptyStringsAreRefused() throws IOException, InterruptedException {
        Path file = new TestGguf().strings("tokenizer.ggml.tokens", Collections.nCopies(1 << 22, ""))
                .write(folder.resolve("empty.gguf"));
        assertThat(message(file))
                .startsWith(file + ": tokenizer.ggml.tokens (count) is 4194304; allowed: 0 to 1048576");
    }

    @Test
    void asManyShortStringsAsMayBeFit() throws IOException, InterruptedException {
        Path file = new TestGguf().strings("tokenizer.ggml.tokens", Collections.nCopies(GgufValues.MAX_STRINGS, "a"))
                .write(folder.resolve("short.gguf"));
        assertThat(message(file)).isEqualTo(file + ": general.architecture is missing; allowed: a string");
    }

    private static String message(Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xmx128m", "-cp",
                System.getProperty("java.class.path"), Open.class.getName(), file.toString()).redirectErrorStream(true)
                .start();
        try (var out = process.inputReader()) {
            String text = out.lines().collect(Collectors.joining("\n"));
            assertThat(process.waitFor()).as(text).isZero();
            return text;
        }
    }

    /** Prints why a file is refused. */
    static final class Open {
        private Open() {}

        public static void main(String[] arguments) {
            try (LlamaGguf model = LlamaGguf.open(Path.of(arguments[0]))) {
                System.out.println(model.config());
            } catch (InvalidModelException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
