package io.github.jlamadsla.examples.evaluate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.jlamadsla.examples.DemoModel;
import io.github.jlamadsla.examples.LargeModel;
import io.github.jlamadsla.examples.TestScreen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The command line: what is refused, with one line and before any work. */
class EvaluateTest {
    @TempDir
    Path folder;
    private Path text;

    @BeforeEach
    void write() throws IOException {
        text = Files.writeString(folder.resolve("text.txt"), "The clerk sat down. ".repeat(100));
    }

    private static int run(TestScreen screen, String... arguments) {
        return Evaluate.run(screen.screen, Clock.systemUTC(), arguments);
    }

    private void assertRefused(String message, String... arguments) {
        TestScreen screen = new TestScreen("evaluate", false);
        assertThat(run(screen, arguments)).isEqualTo(2);
        assertThat(screen.errorLines()).containsExactly("evaluate: " + message);
        assertThat(screen.out()).isEmpty();
    }

    /** With the demo model and a report of its own. */
    private void assertDemoRefused(String message, String... options) {
        List<String> arguments = new ArrayList<>(List.of(DemoModel.find().toString(), "--threads", "1", "--report",
                folder.resolve("report.md").toString()));
        arguments.addAll(List.of(options));
        assertRefused(message, arguments.toArray(String[]::new));
        assertThat(folder.resolve("report.md")).doesNotExist();
    }

    @Test
    void helpNamesEveryOption() {
        TestScreen screen = new TestScreen("evaluate", false);
        assertThat(run(screen, "--help")).isZero();
        assertThat(screen.out()).contains("MODEL_DIR", "--text=FILE", "--levels=N", "--context=N", "--tokens=N",
                "--begin-token=TEXT|ID", "--hidden-facts=FILE", "--chats=N", "--prompts=FILE", "--kv=f32|f16",
                "--dsla=FOLDER", "--threads=N", "--report=FILE", "--json=FILE", "--write-quality", "Exit codes:");
        assertThat(screen.errorLines()).isEmpty();
    }

    @Test
    void versionHasTheProgramsName() {
        TestScreen screen = new TestScreen("evaluate", false);
        assertThat(run(screen, "--version")).isZero();
        assertThat(screen.out()).matches("evaluate \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--text t             | Missing required parameter: 'MODEL_DIR' (--help lists the options)",
        "m                    | nothing to measure; allowed: at least one of --text, --hidden-facts, --prompts",
        "m --text nowhere.txt | nowhere.txt does not exist",
        "m --hidden-facts n   | n does not exist",
        "m --prompts n        | n does not exist",
        "m --levels x --text t| Invalid value for option '--levels' (N): 'x' is not an int (--help lists the options)",
    })
    void wrongUseIsOneLine(String arguments, String message) {
        assertRefused(message, arguments.strip().split(" +"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--context 1       | --context has 1; allowed: 2 or more",
        "--tokens 0        | --tokens is 0; allowed: 1 to 16777216",
        "--chats 0         | --chats is 0; allowed: 1 or more",
        "--threads 0       | --threads is 0; allowed: 1 to 1024",
        "--kv f64          | --kv is f64; allowed: f32, f16",
        "--report .        | --report is ., a directory; allowed: a file",
        "--json .          | --json is ., a directory; allowed: a file",
        "--write-quality   | --write-quality needs --text and --context 2048,8192: dsla_config.json has both",
        "--context 2048 --write-quality | --write-quality needs --text and --context 2048,8192: dsla_config.json has both",
    })
    void valuesOutOfRangeAreNamedBeforeTheModelIsLoaded(String options, String message) {
        List<String> arguments = new ArrayList<>(List.of("nowhere", "--text", text.toString()));
        arguments.addAll(List.of(options.strip().split(" +")));
        assertRefused(message, arguments.toArray(String[]::new));
    }

    @Test
    void directoriesThatAreNoModelAreNamed() {
        assertRefused("nowhere is no model; allowed: a directory with a config.json", "nowhere", "--text",
                text.toString());
        assertRefused(folder + " is no model; allowed: a directory with a config.json", folder.toString(), "--text",
                text.toString());
    }

    @Test
    void whatDoesNotFitTheModelIsRefusedBeforeTheWork() throws IOException {
        String file = text.toString();
        assertDemoRefused("--levels has 9; allowed: 0 to 6", "--text", file, "--levels", "0,9");
        assertDemoRefused("the text has 502 tokens; allowed: 2048 or more, one block of --context 2048", "--text",
                file);
        assertDemoRefused("9000 tokens at once; allowed: at most 8192, the model's context", "--text",
                Files.writeString(folder.resolve("long.txt"), "The clerk sat down. ".repeat(2_000)).toString(),
                "--context", "9000");
        Path empty = Files.createFile(folder.resolve("empty.txt"));
        assertDemoRefused(empty + " is empty; allowed: a file with text in it", "--text", empty.toString());
        assertDemoRefused("--begin-token is <|endoftext|>; allowed: a token of the tokenizer, an id of 0 to 8191, none",
                "--text", file, "--begin-token", "<|endoftext|>");
        assertDemoRefused("--begin-token is 8192; allowed: a token of the tokenizer, an id of 0 to 8191, none",
                "--text",
                file, "--begin-token", "8192");
        assertDemoRefused(empty + " is empty; allowed: a prompt a line", "--prompts", empty.toString());
        Path chat = Files.writeString(folder.resolve("chat.jsonl"),
                "{\"set\":\"a\",\"text\":\"<|im_start|>assistant\\n1<|im_end|>\"}");
        assertDemoRefused(
                chat + ": line 1 has the special token <|im_start|>, which the model's tokenizer does not know",
                "--hidden-facts", chat.toString());
    }

    @Test
    void aModelThatNoMemoryHoldsIsOneLineAndOne() {
        Path large = LargeModel.write(folder.resolve("large"));
        TestScreen screen = new TestScreen("evaluate", false);
        assertThat(run(screen, large.toString(), "--text", text.toString(), "--report",
                folder.resolve("report.md").toString())).isEqualTo(1);
        assertThat(screen.errorLines()).singleElement().asString().matches("evaluate: " + LargeModel.refused(large));
        assertThat(screen.out()).isEmpty();
    }

    @Test
    void qualityIsWrittenOnlyWhereAllOfItIsMeasured() throws IOException {
        Path chat = Files.writeString(folder.resolve("chat.jsonl"),
                "{\"set\":\"hard\",\"text\":\"<|assistant|>\\n1<|end|>\"}");
        assertDemoRefused("set hard has no context length in its name; allowed: names as ev512 or ev2k", "--text",
                text.toString(), "--context", "8192,2048", "--write-quality", "--hidden-facts", chat.toString());
        assertDemoRefused("the text has 502 tokens; allowed: 2048 or more, one block of --context 2048", "--text",
                text.toString(), "--context", "8192,2048", "--write-quality");
    }

    @Test
    void theReportGoesIntoTheBuildFolderUnlessThereIsNone() {
        assertThat(OutputFiles.defaultReport(folder.resolve("target/classes")))
                .isEqualTo(folder.resolve("target/evaluate.md"));
        assertThat(OutputFiles.defaultReport(folder.resolve("lib/examples.jar"))).isEqualTo(Path.of("evaluate.md"));
        assertThat(OutputFiles.chart(Path.of("a.b/report.md"))).isEqualTo(Path.of("a.b/report.png"));
        assertThat(OutputFiles.chart(Path.of("report"))).isEqualTo(Path.of("report.png"));
    }

    @Test
    void whatCannotBeWrittenLeavesNoPart() throws IOException {
        Path report = folder.resolve("out/report.md");
        OutputFiles.write(report, new byte[]{'a'});
        OutputFiles.write(report, new byte[]{'b'});
        assertThat(report).hasContent("b");
        Path taken = Files.createDirectories(folder.resolve("out/taken/below")).getParent();
        assertThatThrownBy(() -> OutputFiles.write(taken, new byte[]{'c'})).isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith(taken + " cannot be written: ");
        assertThat(folder.resolve("out")).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void theCommandCanBeTypedAgain() {
        assertThat(RunDescription.command(List.of("my model", "--text", "a.txt", "--begin-token", "<|bos|>", "it's")))
                .isEqualTo("examples/evaluate 'my model' --text a.txt --begin-token '<|bos|>' 'it'\\''s'");
    }
}
