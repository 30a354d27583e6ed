package io.github.jlamadsla.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The command line: what it prints, and its exit codes. */
class AskTheStoryTest {
    @TempDir
    Path folder;
    private final TestScreen screen = new TestScreen(false);

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isZero();
        assertThat(screen.out()).contains("--text=FILE", "--question=TEXT", "--level=N", "--seed=N", "--first-question",
                "--model=DIR",
                "--dsla=DIR", "--threads=N", "--chart=FILE", "--version", "Exit codes:");
        assertThat(screen.errorLines()).isEmpty();
    }

    @Test
    void versionIsTheBuilds() {
        assertThat(run("--version")).isZero();
        assertThat(screen.out()).matches("ask-the-story \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--nonsense        | Unknown option: '--nonsense'",
        "story.txt         | Unmatched argument at index 0: 'story.txt'",
        "--level x         | Invalid value for option '--level' (N): 'x' is not an int",
        "--seed 1.5        | Invalid value for option '--seed': '1.5' is not a long",
        "--threads many    | Invalid value for option '--threads': 'many' is not an int",
        "--text            | Missing required parameter for option '--text' (FILE)",
    })
    void wrongUseIsOneLineAndTwo(String arguments, String message) {
        assertUnusable(message + " (--help lists the options)", arguments.strip().split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--level 7         | --level is 7; allowed: 0 to 6",
        "--threads 0       | threads is 0; allowed: 1 to 1024",
        "--dsla a/b        | dslaFolder is 'a/b'; allowed: the name of a folder in the model directory",
    })
    void valuesOutOfRangeAreNamed(String arguments, String message) {
        assertUnusable(message, arguments.strip().split(" "));
    }

    @Test
    void unreadableTextsAreNamedBeforeTheModelIsLoaded() throws IOException {
        String missing = folder.resolve("missing.txt").toString();
        assertUnusable(missing + " does not exist", "--text", missing, "--model", "nowhere");
        assertUnusable(folder + " is a directory; allowed: a text file", "--text", folder.toString());
        Path empty = Files.createFile(folder.resolve("empty.txt"));
        assertUnusable(empty + " is empty; allowed: a file with text in it", "--text", empty.toString());
        Path bytes = Files.write(folder.resolve("bytes"), new byte[]{'a', (byte) 0xff, 'b'});
        assertUnusable(bytes + " is not UTF-8 text", "--text", bytes.toString());
        assertUnusable("--question is blank; allowed: a question", "--question", " ");
        assertUnusable("--chart is " + folder + ", a directory; allowed: a file", "--chart", folder.toString());
    }

    @Test
    void modelsThatAreNoneAreNamed() throws IOException {
        assertUnusable(folder + " is no model; allowed: a directory with a config.json", "--model", folder.toString());
        assertUnusable("nowhere is no model; allowed: a directory with a config.json", "--model", "nowhere");
        Files.writeString(folder.resolve("config.json"), "{");
        assertThat(run("--model", folder.toString())).isEqualTo(2);
        assertThat(screen.errorLines()).last().asString().contains("config.json");
        assertThat(run("--dsla", "dsla-none")).isEqualTo(2);
        assertThat(screen.errorLines()).last().asString().contains("dsla-none");
    }

    @Test
    void aTextThatIsTooLongIsRefusedWithBothLengths() throws IOException {
        Path text = Files.writeString(folder.resolve("long.txt"), DemoModel.story());
        assertThat(run("--text", text.toString(), "--question", "Who?")).isEqualTo(2);
        assertThat(screen.errorLines()).singleElement()
                .asString()
                .matches("ask-the-story: text and question have 2\\d,\\d{3} tokens, the model's context 8,192; .*");
        assertThat(screen.out()).isEmpty();
    }

    @Test
    void answersAQuestionOfOnesOwn() throws IOException {
        Path text = Files.writeString(folder.resolve("own.txt"), DemoModel.story().substring(0, 2_000)
                + "\n\nThe clerk sat down. Felix Holloway works as a shepherd. The clerk went home.");
        Path chart = folder.resolve("own.png");
        assertThat(run("--text", text.toString(), "--question", "What is the job of Felix Holloway?", "--level", "6",
                "--level", "0,3", "--chart", chart.toString())).isZero();
        List<String> lines = screen.out().lines().toList();
        assertThat(lines.subList(1, 4)).containsExactly("  level 0  Shepherd.", "  level 3  Shepherd.",
                "  level 6  Shepherd.");
        assertThat(lines.get(5)).isEqualTo("level  s to first token  ms per token  MB of memory");
        assertThat(lines).last().isEqualTo("Chart: " + chart);
        assertThat(chart).isNotEmptyFile();
        assertThat(screen.errorLines()).isEmpty();
    }

    @Test
    void anErrorIsOneLineAndOne() {
        assertThat(AskTheStory.exitCode(screen.screen, () -> {
            throw new OutOfMemoryError("Java heap space");
        })).isEqualTo(1);
        assertThat(screen.errorLines())
                .containsExactly("ask-the-story: java.lang.OutOfMemoryError: Java heap space");
        assertThat(screen.out()).isEmpty();
    }

    private void assertUnusable(String message, String... arguments) {
        TestScreen fresh = new TestScreen(false);
        assertThat(AskTheStory.run(fresh.screen, arguments)).isEqualTo(2);
        assertThat(fresh.errorLines()).containsExactly("ask-the-story: " + message);
        assertThat(fresh.out()).isEmpty();
    }

    private int run(String... arguments) {
        return AskTheStory.run(screen.screen, arguments);
    }
}
