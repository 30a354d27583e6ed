package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.examples.DemoModel;

import static org.assertj.core.api.Assertions.assertThat;

/** The program as a process of its own: between pipes, and at a pseudo-terminal, where Ctrl-C is a real signal. */
@Timeout(180)
class ChatProcessTest {
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";

    private static final String PASTE_OFF = "\u001B[?2004l";

    @TempDir
    Path folder;

    @Test
    void pipedLinesAreAnsweredInPlainText() throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        Process process = start(command()).redirectError(errors.toFile()).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(("Read the text. Clara Hartley left the lantern in the cellar. It rained all day."
                    + " Question: Where did Clara Hartley leave the lantern?\n/nonsense\n")
                    .getBytes(StandardCharsets.UTF_8));
        }
        String answers = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(answers).isEqualTo("In the cellar.\n");
        assertThat(Files.readAllLines(errors)).filteredOn(line -> !line.startsWith("WARNING: Using incubator modules"))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).doesNotContain("\u001B"))
                .last().isEqualTo("chat: no command /nonsense; /help lists them");
    }

    @Test
    void controlCStopsTheAnswerAndControlDLeaves() throws IOException, InterruptedException {
        // script(1) runs the command at a terminal of its own and passes bytes both ways.
        // A shell that stayed between would take the Ctrl-C for itself too, and some end with 130 after it.
        String line = "exec " + String.join(" ", command().stream().map(ChatProcessTest::quoted).toList());
        Process process = start(List.of("script", "-qec", line, "/dev/null")).redirectErrorStream(true).start();
        Screen screen = new Screen(process.getInputStream());
        try (OutputStream keys = process.getOutputStream()) {
            screen.await("Ctrl-D leaves");
            screen.await("> ");
            type(keys, "Tell me a very long story.\r");
            screen.await(PASTE_OFF); // the editor's last word on a line; what comes then is the answer
            screen.awaitText(20);
            type(keys, CTRL_C);
            screen.await("stopped | level ");
            type(keys, "/stats\r");
            screen.await("questions remembered 1,");
            screen.await("> ");
            type(keys, CTRL_D);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(folder.resolve("state/jlama-dsla/chat_history")).content().contains("Tell me a very long story.");
    }

    private static void type(OutputStream keys, String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    private ProcessBuilder start(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
        builder.environment().put("TERM", "xterm");
        return builder;
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        // Whoever runs the tests in the background has them ignore SIGINT, and children inherit that.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of(System.getProperty("jlamadsla.jvm.flags").split(" ")));
        // A busy machine makes the runtime warn that it is slow.
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Chat.class.getName(),
                DemoModel.find().toString(), "--max-tokens", "4000"));
        return command;
    }

    private static String quoted(String argument) {
        return "'" + argument.replace("'", "'\\''") + "'";
    }

    /** What is written to the terminal, looked at piece by piece. */
    private static final class Screen {
        private static final long MOST_MILLIS = 60_000;
        private final InputStream in;
        private final StringBuilder left = new StringBuilder(); // guarded by itself

        Screen(InputStream in) {
            this.in = in;
            Thread.ofPlatform().daemon().name("screen").start(this::read);
        }

        private void read() {
            byte[] bytes = new byte[4_096];
            try {
                for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                    synchronized (left) {
                        left.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
                    }
                }
            } catch (IOException e) {
                // The process has ended; who waits says what is missing.
            }
        }

        /** Waits for a text, and drops all up to its end. */
        void await(String text) throws InterruptedException {
            await("\"" + text + "\"", screen -> screen.contains(text));
            synchronized (left) {
                left.delete(0, left.indexOf(text) + text.length());
            }
        }

        void awaitText(int characters) throws InterruptedException {
            await(characters + " characters", screen -> screen.length() >= characters);
        }

        private void await(String what, Predicate<String> seen) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS);
            while (!seen.test(screen())) {
                assertThat(System.nanoTime()).as("waiting for %s; the screen shows: %s", what, screen())
                        .isLessThan(end);
                Thread.sleep(10);
            }
        }

        private String screen() {
            synchronized (left) {
                return left.toString();
            }
        }
    }
}
