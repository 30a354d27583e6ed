package io.github.jlamadsla.examples;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ScreenTest {

    @Test
    void aTerminalGetsABarThatIsGoneAfterwards() {
        TestScreen terminal = new TestScreen(true);
        try (Reading reading = terminal.screen.reading("level 4", 8_000)) {
            terminal.time.addAndGet(2_500_000_000L);
            reading.onPrefill(4_000, 8_030);
        }
        assertThat(terminal.out()).contains("level 4").contains("4000/8030").contains(" 1,600 tokens/s");
        assertThat(terminal.out()).endsWith("\r\u001B[K").doesNotContain("\n");
    }

    @Test
    void aPipeGetsNothing() {
        TestScreen pipe = new TestScreen(false);
        try (Reading reading = pipe.screen.reading("level 4", 8_000)) {
            reading.onPrefill(4_000, 8_030);
        }
        assertThat(pipe.out()).isEmpty();
        assertThat(pipe.errorLines()).isEmpty();
    }

    @Test
    void interruptedItClearsTheBarSaysOneLineAndNothingMore() {
        TestScreen terminal = new TestScreen(true);
        Screen screen = terminal.screen;
        Reading reading = screen.reading("level 4", 8_000);
        reading.onPrefill(4_000, 8_030);

        screen.interrupt();
        screen.interrupt();
        String out = terminal.out();
        reading.onPrefill(5_000, 8_030);
        screen.line("late");
        screen.error("late");
        reading.close();
        screen.reading("late", 10).close();

        assertThat(out).endsWith("\r\u001B[K").doesNotContain("\n");
        assertThat(terminal.out()).isEqualTo(out);
        assertThat(terminal.errorLines()).containsExactly("Interrupted.");
    }

    @Test
    void onceDoneNothingIsSaidOfAnInterruption() {
        TestScreen screen = new TestScreen(false);
        screen.screen.end();
        screen.screen.interrupt();
        assertThat(screen.errorLines()).isEmpty();
    }

    @Test
    void anErrorIsOneLine() {
        TestScreen screen = new TestScreen(false);
        screen.screen.error("first\n  second");
        assertThat(screen.errorLines()).containsExactly("ask-the-story: first second");
    }
}
