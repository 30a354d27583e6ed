package io.github.jlamadsla.examples.chat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.jlamadsla.examples.DemoModel;
import io.github.jlamadsla.examples.LargeModel;
import io.github.jlamadsla.gguf.GgufImporter;
import io.github.jlamadsla.safetensors.InvalidModelException;

import static org.assertj.core.api.Assertions.assertThat;

/** The command line over pipes, on the demo model. */
class ChatTest {
    private static final String TEXT = "Read the text. Clara Hartley left the lantern in the cellar. It rained all day."
            + " Question: Where did Clara Hartley leave the lantern?";
    /** A Llama of two layers with random weights. */
    static final Path TINY = Path.of(System.getProperty("jlamadsla.root"),
            "jlama-dsla-plugin/src/test/resources/gguf/tiny.gguf");

    @TempDir
    Path folder;
    private final TestOutput pipe = TestOutput.piped();
    private ModelCache.Importer importer = (file, target, options, progress) -> {
        throw new InvalidModelException(file, "version", 9, "2, 3");
    };

    private int run(String input, String... arguments) {
        UserFolders folders = new UserFolders(Map.of(), folder);
        return Chat.run(new ChatHost(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), pipe.output,
                folders, importer), arguments);
    }

    @Test
    void helpSaysWhatAUserNeeds() {
        assertThat(run("", "--help")).isZero();
        assertThat(pipe.out().replaceAll("\\s+", " ")).contains("[MODEL_DIR|FILE.gguf]", "--level=auto|N",
                "--system=TEXT", "--temperature=T",
                "--top-k=K", "--top-p=P", "--seed=N", "--max-tokens=N", "--threads=N", "--memory=SIZE", "--version",
                "Ctrl-C stops an answer", "Ctrl-D leaves", "/level N|auto", "/stats", "/reset", "/help",
                "${XDG_CACHE_HOME:-~/.cache}/jlama-dsla/", "Exit codes: 0");
        assertThat(pipe.errorLines()).isEmpty();
    }

    @Test
    void versionIsTheBuilds() {
        assertThat(run("", "--version")).isZero();
        assertThat(pipe.out()).matches("chat \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--nonsense        | Unknown option: '--nonsense'",
        "a b               | Unmatched argument at index 1: 'b'",
        "--seed x          | Invalid value for option '--seed': 'x' is not a long",
        "--system          | Missing required parameter for option '--system' (TEXT)",
    })
    void wrongUseIsOneLineAndTwo(String arguments, String message) {
        assertUnusable(message + " (--help lists the options)", arguments.strip().split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--level x           | --level is x; allowed: auto or a number from 0",
        "--temperature -1    | --temperature is -1.0; allowed: 0 to 100",
        "--temperature NaN   | --temperature is NaN; allowed: 0 to 100",
        "--temperature 1 --top-k -1  | --top-k is -1; allowed: 0 (off) or more",
        "--temperature 1 --top-p 0   | --top-p is 0.0; allowed: above 0, at most 1",
        "--top-k 40          | --top-k is 40 at temperature 0, which always takes the likeliest token; allowed: with a temperature above 0",
        "--top-p 0.9         | --top-p is 0.9 at temperature 0, which always takes the likeliest token; allowed: with a temperature above 0",
        "--max-tokens 0      | --max-tokens is 0; allowed: 1 or more",
        "--threads 0         | --threads is 0; allowed: 1 to 1024",
        "--memory much       | --memory is much; allowed: bytes, or a number with K, M or G, as 512M",
    })
    void valuesOutOfRangeAreNamedBeforeAnythingElse(String arguments, String message) {
        assertUnusable(message, (arguments + " nowhere").strip().split(" +"));
    }

    @Test
    void modelsThatAreNoneAreNamed() throws IOException {
        assertUnusable("nowhere is missing; allowed: a model directory or a GGUF file", "nowhere");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertUnusable(empty + " is a directory without a config.json; allowed: a model directory or a GGUF file",
                empty.toString());
        Path gguf = Files.writeString(folder.resolve("broken.gguf"), "GGUF");
        assertThat(run("", gguf.toString())).isEqualTo(2);
        assertThat(pipe.errorLines()).last().isEqualTo("chat: " + gguf + ": version is 9; allowed: 2, 3");
        Files.writeString(empty.resolve("config.json"), "{");
        assertThat(run("", empty.toString())).isEqualTo(2);
        assertThat(pipe.errorLines()).last().asString().startsWith("chat: " + empty.resolve("config.json"));
    }

    @Test
    void aLevelThatTheModelDoesNotHaveIsNamed() {
        assertThat(run("Hi\n", "--level", "7", demo())).isEqualTo(2);
        assertThat(pipe.errorLines()).last().isEqualTo("chat: --level is 7; allowed: auto or 0 to 6");
        assertThat(pipe.out()).isEmpty();
    }

    @Test
    void everyLineIsAnswered() {
        assertThat(run(TEXT + "\n/level 6\n/reset\n\n" + TEXT, demo())).isZero();
        assertThat(pipe.out()).isEqualTo("In the cellar.\nIn the cellar.\n").doesNotContain("\u001B");
        assertThat(pipe.errorLines()).anyMatch(line -> line.matches(
                "level 0 \\| \\d+ \\+ \\d+ tokens \\| \\d+\\.\\d\\d s to the first \\| \\d+\\.\\d tokens/s \\| \\d+\\.\\d MB"))
                .anyMatch(line -> line.startsWith("level 6 | "));
    }

    @Test
    void aFailedRequestIsOneLineAndOne() {
        assertThat(run("word ".repeat(9_000) + "\nHi\n", demo())).isEqualTo(1);
        assertThat(pipe.out()).isEmpty();
        assertThat(pipe.errorLines()).last().asString()
                .matches("chat: the prompt has \\d+ tokens, the model's context 8192; .*");
    }

    @Test
    void theMemoryOfAChatIsLimited() {
        assertThat(run("Hi\n", "--memory", "100K", demo())).isEqualTo(1);
        assertThat(pipe.errorLines()).last().asString().startsWith("chat: a request of ").contains("102400");
    }

    @Test
    void anImportedModelIsChattedWith() {
        importer = GgufImporter::run;
        assertThat(run("Hi\n", "--max-tokens", "4", TINY.toString())).isZero();
        String answer = pipe.out();
        assertThat(answer).isNotBlank().endsWith("\n");
        assertThat(pipe.errorLines()).hasSize(3).first().asString().startsWith("Importing " + TINY + " into "
                + folder.resolve(".cache/jlama-dsla"));
        assertThat(pipe.errorLines()).last().asString().matches("(cut off \\| )?level 0 \\| \\d+ \\+ \\d tokens .*");
        assertThat(run("Hi\n", "--max-tokens", "4", TINY.toString())).isZero();
        assertThat(pipe.out()).as("the same answer").isEqualTo(answer + answer);
        assertThat(pipe.errorLines().get(3)).startsWith("Model: " + TINY + ", imported before into ");
    }

    @Test
    void aModelThatNoMemoryHoldsIsOneLineAndOne() {
        Path large = LargeModel.write(folder.resolve("large"));
        assertThat(run("Hi\n", large.toString())).as(() -> pipe.errorLines().toString()).isEqualTo(1);
        assertThat(pipe.errorLines()).filteredOn(line -> line.startsWith("chat: ")).singleElement().asString()
                .matches("chat: " + LargeModel.refused(large));
        assertThat(pipe.out()).isEmpty();
    }

    @Test
    void anErrorIsOneLineAndOne() {
        assertThat(Chat.exitCode(pipe.output, () -> {
            throw new OutOfMemoryError("Java heap space");
        })).isEqualTo(1);
        assertThat(pipe.errorLines()).containsExactly("chat: java.lang.OutOfMemoryError: Java heap space");
    }

    private static String demo() {
        return DemoModel.find().toString();
    }

    private void assertUnusable(String message, String... arguments) {
        assertThat(run("", arguments)).isEqualTo(2);
        assertThat(pipe.errorLines()).last().isEqualTo("chat: " + message);
        assertThat(pipe.out()).isEmpty();
    }
}
