package io.github.jlamadsla.examples;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far long work has come and the time left: a bar, gone when closed, or a line every half minute. */
public final class WorkProgress implements AutoCloseable {
    static final Duration BETWEEN_LINES = Duration.ofSeconds(30);
    private static final int UPDATE_MILLIS = 500;

    private final String task;
    private final long total;
    private final BarLine line; // null, as the bar: lines are written
    private final ProgressBar bar;
    private final Consumer<String> lines;
    private final LongSupplier nanoClock;
    private final long begun;
    private long lastLine;
    private long done;
    private boolean closed;

    /**
     * @param line where a bar is drawn, or null
     * @param lines takes lines where there is no bar
     */
    WorkProgress(String task, long total, BarLine line, Consumer<String> lines, LongSupplier nanoClock) {
        this.task = task;
        this.total = total;
        this.line = line;
        this.bar = line == null
                ? null
                : new ProgressBarBuilder().setConsumer(line).setStyle(ProgressBarStyle.ASCII).setTaskName(task)
                        .setInitialMax(total).setUpdateIntervalMillis(UPDATE_MILLIS).build();
        this.lines = lines;
        this.nanoClock = nanoClock;
        this.begun = nanoClock.getAsLong();
        this.lastLine = begun;
    }

    /** Says that some more is done; any unit, the same as of the total. */
    public void done(long more) {
        String said = null;
        synchronized (this) {
            done += more;
            if (closed) {
                return;
            }
            if (bar != null) {
                bar.stepTo(Math.min(done, total));
            } else if (nanoClock.getAsLong() - lastLine >= BETWEEN_LINES.toNanos()) {
                lastLine = nanoClock.getAsLong();
                said = soFar(lastLine - begun);
            }
        }
        // Outside of the lock: the screen that takes the line may be closing this.
        if (said != null) {
            lines.accept(said);
        }
    }

    /** Prints lines above the bar, if there is one. */
    void above(Runnable print) {
        if (line == null) {
            print.run();
        } else {
            line.above(print);
        }
    }

    private String soFar(long nanos) {
        double left = nanos / 1e9 * Math.max(0, total - done) / done;
        return String.format(Locale.ROOT, "%s: %.0f %%, %s left", task, 100.0 * Math.min(done, total) / total,
                words(Duration.ofSeconds(Math.round(left))));
    }

    /** As {@code 1 h 05 min}, {@code 3 min 20 s} or {@code 12 s}. */
    static String words(Duration time) {
        if (time.toHours() > 0) {
            return String.format(Locale.ROOT, "%d h %02d min", time.toHours(), time.toMinutesPart());
        }
        return time.toMinutes() > 0
                ? String.format(Locale.ROOT, "%d min %02d s", time.toMinutes(), time.toSecondsPart())
                : time.toSeconds() + " s";
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
