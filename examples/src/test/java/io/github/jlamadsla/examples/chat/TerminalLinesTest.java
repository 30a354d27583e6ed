package io.github.jlamadsla.examples.chat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jline.terminal.Size;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The line editor on a virtual terminal: what is typed are bytes, Ctrl-C is one that the terminal makes a signal of. */
@Timeout(30)
class TerminalLinesTest {
    private static final String CTRL_A = "\u0001";
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";
    private static final String PASTE = "\u001B[200~";
    private static final String END_OF_PASTE = "\u001B[201~";
    private static final String CTRL_P = "\u0010"; // the line before

    @TempDir
    Path folder;
    private final Keys keys = new Keys();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private Size size = new Size(120, 40);
    private ExternalTerminal terminal;

    private TerminalLines open(Path history) throws IOException {
        terminal = new ExternalTerminal("test", "ansi", keys, screen,
                StandardCharsets.UTF_8);
        terminal.setSize(size);
        return new TerminalLines(terminal, history, Output.terminal(Output.utf8(screen), Output.utf8(screen), true));
    }

    @AfterEach
    void close() throws IOException {
        keys.close();
        terminal.close();
    }

    /** As a person would: a signal before the editor shows the line, or keys before it has heard of it, would be too early. */
    private void typeOnceShown(String shown, String text) {
        Thread.ofVirtual().start(() -> {
            try {
                while (!screen.toString(StandardCharsets.UTF_8).contains(shown)) {
                    Thread.sleep(10);
                }
                keys.type(text);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void linesAreEditedAndControlDEndsThem() throws IOException {
        try (TerminalLines lines = open(null)) {
            keys.type("world" + CTRL_A + "hello \r" + CTRL_D);
            assertThat(lines.next()).isEqualTo("hello world");
            assertThat(lines.next()).isNull();
        }
    }

    @Test
    void noCharacterHasAMeaningOfItsOwn() throws IOException {
        String line = "What's \"a\\n\" in !! or !x and 'b' \\";
        try (TerminalLines lines = open(null)) {
            keys.type(line + "\r");
            assertThat(lines.next()).isEqualTo(line);
        }
    }

    @Test
    void aLongPasteComesWholeItsLinesTogether() throws IOException {
        String line = "0123456789\n".repeat(2_000) + "end";
        try (TerminalLines lines = open(null)) {
            keys.type(PASTE + line + END_OF_PASTE + "\r");
            assertThat(lines.next()).isEqualTo(line);
        }
    }

    @Test
    void controlCAtThePromptClearsTheLineAndSaysHowToLeave() throws IOException {
        try (TerminalLines lines = open(null)) {
            typeOnceShown(TerminalLines.PROMPT, "half a li");
            typeOnceShown(TerminalLines.PROMPT + "half a li", CTRL_C);
            typeOnceShown("Ctrl-D leaves", "whole\r");
            assertThat(lines.next()).isEqualTo("whole");
            assertThat(screen.toString(StandardCharsets.UTF_8))
                    .contains("\u001B[2mCtrl-D leaves, /help lists the commands\u001B[0m");
        }
    }

    @Test
    void controlCWhileAnAnswerRunsStopsThatAlone() throws IOException {
        try (TerminalLines lines = open(null)) {
            CountDownLatch stopped = new CountDownLatch(1);
            boolean stop = lines.interruptible(stopped::countDown, () -> {
                try {
                    keys.type("typed meanwhile\r" + CTRL_C);
                    return stopped.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(stop).isTrue();
            assertThat(screen.toString(StandardCharsets.UTF_8)).isEmpty();
            assertThat(lines.next()).isEqualTo("typed meanwhile");
        }
    }

    @Test
    void controlCBetweenALineAndItsAnswerStopsThatAnswerAndNoOther() throws IOException {
        try (TerminalLines lines = open(null)) {
            List<String> stopped = new ArrayList<>();
            keys.type("one\r");
            lines.next();
            terminal.raise(Signal.INT);
            lines.interruptible(() -> stopped.add("one"), () -> "");
            terminal.raise(Signal.INT);
            keys.type("two\r");
            lines.next();
            lines.interruptible(() -> stopped.add("two"), () -> "");
            assertThat(stopped).containsExactly("one");
        }
    }

    @Test
    void linesAreRememberedFromChatToChat() throws IOException {
        Path history = HistoryFile.in(folder).orElseThrow();
        try (TerminalLines lines = open(history)) {
            keys.type("first\rsecond\r");
            lines.next();
            lines.next();
        }
        try (Keys more = new Keys();
                ExternalTerminal other = new ExternalTerminal("test", "ansi", more, screen, StandardCharsets.UTF_8);
                TerminalLines lines = new TerminalLines(other, history, TestOutput.terminal().output)) {
            more.type(CTRL_P + CTRL_P + "!\r");
            assertThat(lines.next()).isEqualTo("first!");
        }
        assertThat(history).content().contains("first", "second", "first!");
    }

    @Test
    void aTerminalWithoutASizeGetsTheUsualOne() throws IOException {
        size = new Size(0, 0);
        try (TerminalLines lines = open(null)) {
            assertThat(terminal.getSize()).isEqualTo(new Size(80, 24));
            keys.type("seen\r");
            lines.next();
            assertThat(screen.toString(StandardCharsets.UTF_8)).contains(TerminalLines.PROMPT + "seen");
        }
    }
}
