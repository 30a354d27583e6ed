package io.github.jlamadsla.examples;

import java.io.PrintStream;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far bytes are read: a bar with the time left, gone when closed; or nothing. */
public final class ByteProgress implements AutoCloseable {
    private static final int UPDATE_MILLIS = 100;
    private static final long MEGABYTE = 1_000_000;

    private final BarLine line; // null, as the bar: nothing is drawn
    private final ProgressBar bar;
    private boolean closed;

    private ByteProgress(BarLine line, ProgressBar bar) {
        this.line = line;
        this.bar = bar;
    }

    /** Shows nothing. */
    public static ByteProgress notDrawn() {
        return new ByteProgress(null, null);
    }

    static ByteProgress drawn(PrintStream out, String task) {
        return on(new BarLine(out), task);
    }

    /** A bar without escapes that leaves the terminal unopened. */
    public static ByteProgress plain(PrintStream out, String task) {
        return on(BarLine.plain(out), task);
    }

    private static ByteProgress on(BarLine line, String task) {
        return new ByteProgress(line,
                new ProgressBarBuilder().setConsumer(line)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setTaskName(task)
                        .setUnit(" MB", MEGABYTE)
                        .setUpdateIntervalMillis(UPDATE_MILLIS)
                        .build());
    }

    /** Of {@code total} bytes so many are done. */
    public synchronized void reached(long done, long total) {
        if (bar != null && !closed) {
            bar.maxHint(total);
            bar.stepTo(done);
        }
    }

    @Override
    public synchronized void close() {
        if (bar != null && !closed) {
            bar.close();
            line.erase();
        }
        closed = true;
    }
}
