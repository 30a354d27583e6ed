package io.github.jlamadsla.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class WorkProgressTest {

    private static void pass(TestScreen screen, int seconds) {
        screen.time.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void withoutATerminalALineEveryHalfMinute() {
        TestScreen screen = new TestScreen("evaluate", false);
        try (WorkProgress progress = screen.screen.work("measuring", 1_000)) {
            for (int i = 0; i < 9; i++) {
                pass(screen, 10);
                progress.done(50);
            }
        }
        assertThat(screen.out().lines()).containsExactly("measuring: 15 %, 2 min 50 s left",
                "measuring: 30 %, 2 min 20 s left", "measuring: 45 %, 1 min 50 s left");
    }

    @Test
    void nothingMoreOnceClosed() {
        TestScreen screen = new TestScreen("evaluate", false);
        WorkProgress progress = screen.screen.work("measuring", 10);
        progress.close();
        pass(screen, 100);
        progress.done(5);
        assertThat(screen.out()).isEmpty();
    }

    @Test
    void moreThanPlannedIsNotMoreThanAll() {
        TestScreen screen = new TestScreen("evaluate", false);
        try (WorkProgress progress = screen.screen.work("measuring", 10)) {
            pass(screen, 40);
            progress.done(12);
        }
        assertThat(screen.out().lines()).containsExactly("measuring: 100 %, 0 s left");
    }

    @Test
    void onATerminalABarThatIsGoneAtTheEnd() {
        TestScreen screen = new TestScreen("evaluate", true);
        try (WorkProgress progress = screen.screen.work("measuring", 100)) {
            progress.done(40);
        }
        assertThat(screen.out()).contains("measuring").endsWith("\r\u001B[K");
    }

    @Test
    void linesStandAboveTheBar() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        BarLine line = new BarLine(out);
        line.above(() -> out.print("first\n"));
        line.accept("[==]");
        line.above(() -> out.print("second\n"));
        line.accept("[===]");
        line.erase();
        line.above(() -> out.print("third\n"));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("first\n\r[==]\r\u001B[Ksecond\n\r[===]\r\u001B[Kthird\n");
    }

    @Test
    void anInterruptionTakesTheBarAway() {
        TestScreen screen = new TestScreen("evaluate", true);
        WorkProgress progress = screen.screen.work("measuring", 100);
        progress.done(40);
        screen.screen.interrupt();
        assertThat(screen.out()).endsWith("\r\u001B[K");
        assertThat(screen.errorLines()).containsExactly("Interrupted.");
        progress.done(1);
        assertThat(screen.out()).endsWith("\r\u001B[K");
    }

    @ParameterizedTest
    @CsvSource({"0,0 s", "59,59 s", "60,1 min 00 s", "3599,59 min 59 s", "3905,1 h 05 min", "90000,25 h 00 min"})
    void timeIsSaidInTwoUnits(int seconds, String words) {
        assertThat(WorkProgress.words(Duration.ofSeconds(seconds))).isEqualTo(words);
    }
}
