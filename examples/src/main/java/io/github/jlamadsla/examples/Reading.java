package io.github.jlamadsla.examples;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

import io.github.jlamadsla.engine.GenerationListener;

/** Shows how a prompt is read: a bar with tokens per second, gone when closed; or nothing. */
final class Reading implements GenerationListener, AutoCloseable {
    private static final int UPDATE_MILLIS = 100;

    private final BarLine line; // null, as the bar: nothing is drawn
    private final ProgressBar bar;
    private final LongSupplier nanoClock;
    private final long begun;
    private boolean closed;

    private Reading(BarLine line, ProgressBar bar, LongSupplier nanoClock) {
        this.line = line;
        this.bar = bar;
        this.nanoClock = nanoClock;
        this.begun = nanoClock.getAsLong();
    }

    static Reading notDrawn() {
        return new Reading(null, null, () -> 0);
    }

    static Reading drawn(PrintStream out, LongSupplier nanoClock, String task, int tokens) {
        BarLine line = new BarLine(out);
        ProgressBar bar = new ProgressBarBuilder().setConsumer(line)
                .setStyle(ProgressBarStyle.ASCII)
                .setTaskName(task)
                .setInitialMax(tokens)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .hideEta()
                .build();
        return new Reading(line, bar, nanoClock);
    }

    @Override
    public synchronized void onPrefill(int done, int total) {
        if (bar != null && !closed) {
            bar.maxHint(total);
            bar.stepTo(done);
            // Not the bar's own speed: it counts whole seconds.
            double seconds = Math.max(1, nanoClock.getAsLong() - begun) / 1e9;
            bar.setExtraMessage(String.format(Locale.ROOT, " %,.0f tokens/s", done / seconds));
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
