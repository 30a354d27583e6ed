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

    private final Line line; // null, as the bar: nothing is drawn
    private final ProgressBar bar;

    private ProgressLine(Line line, ProgressBar bar) {
        this.line = line;
        this.bar = bar;
    }

    static ProgressLine notDrawn() {
        return new ProgressLine(null, null);
    }

    static ProgressLine drawn(PrintStream out, String task, long total) {
        Line line = new Line(out);
        return new ProgressLine(line, new ProgressBarBuilder().setConsumer(line)
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
            line.erase();
        }
    }

    /** Of a fixed width: the library's own line would open the terminal, which the line editor needs to itself. */
    private static final class Line implements ProgressBarConsumer {
        private final PrintStream out;
        private boolean erased;

        Line(PrintStream out) {
            this.out = out;
        }

        @Override
        public int getMaxRenderedLength() {
            return WIDTH;
        }

        @Override
        public synchronized void accept(String text) {
            if (!erased) {
                out.print("\r" + text);
                out.flush();
            }
        }

        /** The bar's own end, which comes at some time from another thread. */
        @Override
        public void close() {}

        synchronized void erase() {
            erased = true;
            out.print("\r" + " ".repeat(WIDTH) + "\r");
            out.flush();
        }
    }
}
