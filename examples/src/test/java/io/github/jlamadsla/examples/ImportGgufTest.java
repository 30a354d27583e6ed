package io.github.jlamadsla.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;

import static org.assertj.core.api.Assertions.assertThat;

/** The command line of the importer: what it prints, what it leaves, and its exit codes. */
class ImportGgufTest {
    static final Path FILES = Path.of(System.getProperty("jlamadsla.root"),
            "jlama-dsla-plugin/src/test/resources/gguf");
    private static final String FILE = FILES.resolve("tiny.gguf").toString();

    @TempDir
    private Path folder;
    private TestScreen screen = new TestScreen(ImportGguf.NAME, false);

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isZero();
        assertThat(screen.out()).contains("import-gguf", "FILE", "--to=DIR", "--weights=TYPE", "bf16, f32",
                "Default: bf16", "--dsla=DIR", "--overwrite", "--version", "Exit codes:");
        assertThat(screen.errorLines()).isEmpty();
    }

    @Test
    void versionIsTheBuilds() {
        assertThat(run("--version")).isZero();
        assertThat(screen.out()).matches("import-gguf \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--nonsense          | Missing required options and parameters: '--to=DIR', 'FILE'",
        "a.gguf              | Missing required option: '--to=DIR'",
        "--to x              | Missing required parameter: 'FILE'",
        "a b --to x          | Unmatched argument at index 1: 'b'",
        "a --to x --weights q4 | Invalid value for option '--weights': expected one of [BF16, F32] "
                + "(case-insensitive) but was 'q4'",
    })
    void wrongUseIsOneLineAndTwo(String arguments, String message) {
        assertThat(run(arguments.strip().split(" "))).isEqualTo(2);
        assertThat(screen.errorLines()).singleElement().asString().startsWith("import-gguf: ").contains(message)
                .endsWith(" (--help lists the options)");
        assertThat(screen.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"BF16, bf16", "f32, f32"})
    void importsAFile(String weights, String shown) {
        Path target = folder.resolve("model");
        screen.time.set(5);
        assertThat(run(FILE, "--to", target.toString(), "--weights", weights)).isZero();
        assertThat(screen.out().strip()).isEqualTo(target + ": imported in 0.0 s, weights in " + shown);
        assertThat(screen.errorLines()).isEmpty();
        HybridCheckpoint.open(target, "dsla", false).close();
    }

    @Test
    void anExistingDirectoryIsReplacedIfTold() throws IOException {
        Path target = folder.resolve("model");
        assertThat(run(FILE, "--to", target.toString())).isZero();
        Files.writeString(target.resolve("mine.txt"), "mine");
        assertThat(run(FILE, "--to", target.toString())).isEqualTo(2);
        assertThat(screen.errorLines()).containsExactly(
                "import-gguf: " + target + " exists; allowed: a name that is free, or --overwrite");
        assertThat(target.resolve("mine.txt")).exists();
        assertThat(run(FILE, "--to", target.toString(), "--overwrite")).isZero();
        assertThat(target.resolve("mine.txt")).doesNotExist();
    }

    @Test
    void filesThatAreRefusedAreNamed() throws IOException {
        Path target = folder.resolve("model");
        Path other = Files.writeString(folder.resolve("other.gguf"), "no model at all");
        assertThat(run(other.toString(), "--to", target.toString())).isEqualTo(2);
        assertThat(screen.errorLines()).singleElement().asString()
                .startsWith("import-gguf: " + other + ": magic is 0x6e6f206d; allowed: ");
        screen = new TestScreen(ImportGguf.NAME, false);
        assertThat(run(FILE, "--to", target.toString(), "--dsla", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(screen.errorLines()).singleElement().asString()
                .startsWith("import-gguf: " + folder.resolve("none") + ": DSLA folder is missing");
        screen = new TestScreen(ImportGguf.NAME, false);
        assertThat(run(FILE, "--to", other.resolve("model").toString())).isEqualTo(2);
        assertThat(screen.errorLines()).containsExactly("import-gguf: " + other.resolve("model") + ": above it " + other
                + " is a file; allowed: a directory");
        assertThat(target).doesNotExist();
        assertThat(screen.out()).isEmpty();
    }

    @Test
    void aTerminalShowsABarThatGoesAway() {
        TestScreen terminal = new TestScreen(ImportGguf.NAME, true);
        try (ByteProgress progress = terminal.screen.bytes("Importing")) {
            progress.reached(1_000_000, 4_000_000);
            progress.reached(4_000_000, 4_000_000);
        }
        assertThat(terminal.out()).contains("Importing").endsWith("\r\u001B[K");
        assertThat(screen.out()).isEmpty();
    }

    @Test
    void anEndThatIsReachedIsNotWaitedFor() {
        CleanEnd end = new CleanEnd();
        end.reached();
        end.interruptAndWait(Thread.currentThread());
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void theInterruptedThreadIsWaitedFor() throws InterruptedException {
        CleanEnd end = new CleanEnd();
        StringBuffer order = new StringBuffer();
        Thread program = new Thread(() -> {
            try {
                TimeUnit.DAYS.sleep(1);
            } catch (InterruptedException e) {
                order.append("cleaned, ");
                end.reached();
            }
        });
        program.start();
        end.interruptAndWait(program);
        order.append("ended");
        program.join();
        assertThat(order).hasToString("cleaned, ended");
    }

    private int run(String... arguments) {
        return ImportGguf.run(screen.screen, screen.time::get, arguments);
    }
}
