package io.github.jlamadsla.examples.chat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.examples.ByteProgress;

import static org.assertj.core.api.Assertions.assertThat;

class OutputTest {

    @Test
    void aTerminalGetsNotesDimmedAmongTheAnswers() {
        TestOutput terminal = TestOutput.terminal();
        terminal.output.piece("Hel");
        terminal.output.piece("lo");
        terminal.output.endOfAnswer();
        terminal.output.note("level 4");
        assertThat(terminal.out()).isEqualTo("Hello\n\u001B[2mlevel 4\u001B[0m\n");
        assertThat(terminal.errorLines()).isEmpty();
    }

    @Test
    void aPipeGetsAnswersAlone() {
        TestOutput pipe = TestOutput.piped();
        pipe.output.note("level 4");
        pipe.output.piece("Hello");
        pipe.output.endOfAnswer();
        pipe.output.error("first\n  second");
        pipe.output.progress("Reading").reached(5, 10);
        assertThat(pipe.out()).isEqualTo("Hello\n");
        assertThat(pipe.errorLines()).containsExactly("level 4", "chat: first second");
    }

    @Test
    void withoutColoursThereAreNoEscapes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Output output = Output.terminal(Output.utf8(bytes), Output.utf8(bytes), false);
        output.note("level 4");
        try (ByteProgress progress = output.progress("Reading")) {
            progress.reached(5_000_000, 10_000_000);
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).startsWith("level 4\n").contains("Reading", "10")
                .endsWith("\r").doesNotContain("\u001B");
    }

    @Test
    void aPassingLineIsGoneWhenThereIsSomethingToSay() {
        TestOutput terminal = TestOutput.terminal();
        terminal.output.passing("reading");
        terminal.output.piece("Hello");
        terminal.output.piece("!");
        assertThat(terminal.out()).isEqualTo("\r\u001B[2mreading\u001B[0m\r       \rHello!");
        TestOutput pipe = TestOutput.piped();
        pipe.output.passing("reading");
        pipe.output.error("wrong");
        assertThat(pipe.out()).isEmpty();
        assertThat(pipe.errorLines()).containsExactly("chat: wrong");
    }

    @Test
    void interruptedItSaysThatAndNoErrorAfterIt() {
        TestOutput pipe = TestOutput.piped();
        pipe.output.interrupt();
        pipe.output.error("late");
        assertThat(pipe.errorLines()).containsExactly("Interrupted.");
    }

    @Test
    void noticesThatNobodyReads() {
        Output output = Output.piped(Output.utf8(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        }), Output.utf8(OutputStream.nullOutputStream()));
        assertThat(output.isBroken()).isFalse();
        output.piece("Hello");
        assertThat(output.isBroken()).isTrue();
    }
}
