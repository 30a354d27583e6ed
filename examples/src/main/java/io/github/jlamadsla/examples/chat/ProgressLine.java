package io.github.jlamadsla.examples.chat;

import java.io.PrintStream;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on a line of the terminal, gone when closed; or nothing. */
final class ProgressLine implements AutoCloseable {
    private static final int UPDATE_MILLIS = 100;
    private static final int WIDTH = 78;

    private final ProgressBar bar; // null: nothing is drawn

    private ProgressLine(ProgressBar bar) {
        this.bar = bar;
    }

    static ProgressLine notDrawn() {
        return new ProgressLine(null);
    }

    static ProgressLine drawn(PrintStream out, String task, long total) {
        return new ProgressLine(new ProgressBarBuilder().setConsumer(new Line(out))
                .setStyle(ProgressBarStyle.ASCII)
                .setTaskName(task)
                .setInitialMax(total)
                .setUnit(" MB", 1_000_000)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .build());
    }

    /** @param done of the total, in bytes */
    void to(long done, long total) {
        if (bar != null) {
            bar.maxHint(total);
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }

    /** Of a fixed width: the library's own line would open the terminal, which the line editor needs to itself. */
    private static final class Line implements ProgressBarConsumer {
        private final PrintStream out;

        Line(PrintStream out) {
            this.out = out;
        }

        @Override
        public int getMaxRenderedLength() {
            return WIDTH;
        }

        @Override
        public void accept(String text) {
            out.print("\r" + text);
            out.flush();
        }

        @Override
        public void close() {
            out.print("\r" + " ".repeat(WIDTH) + "\r");
            out.flush();
        }
    }
}
