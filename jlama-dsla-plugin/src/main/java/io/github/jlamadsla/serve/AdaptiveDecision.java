package io.github.jlamadsla.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.serve.AdaptivePolicy.CoolDowns;
import io.github.jlamadsla.serve.AdaptivePolicy.Headroom;
import io.github.jlamadsla.serve.AdaptivePolicy.Latency;

/** One decision of an {@link AdaptivePolicy}. A figure that is no number, or a clock that was put back, says nothing. */
final class AdaptiveDecision {
    /** So many times above a threshold of time is far above it. */
    private static final double FAR = 3;
    private static final int MOST_LEVELS = 2;
    /** Share of the time to first token by which a higher level must shorten it: less is not worth its quality. */
    private static final double LEAST_GAIN = .005;

    private final Latency latency;
    private final Headroom memory;
    private final CoolDowns coolDowns;
    private final LoadSnapshot load;
    private final int level;
    private final int top;
    private final List<String> reasons = new ArrayList<>();

    AdaptiveDecision(AdaptivePolicy policy, LoadSnapshot load) {
        this.latency = policy.latency();
        this.memory = policy.memory();
        this.coolDowns = policy.coolDowns();
        this.load = load;
        this.level = load.level().global();
        this.top = load.level().top();
    }

    LevelMove move() {
        int forMemory = Math.max(stalled(), shortOfMemory());
        int up = Math.max(forMemory, tooLate());
        if (up > 0) {
            boolean may = level < top && (load.memory().stalled() > 0
                    || elapsed(load.level().sinceUp(), coolDowns.up()));
            return may
                    ? new LevelMove(level, Math.min(top, level + up),
                            forMemory > 0 ? LevelMove.Cause.MEMORY : LevelMove.Cause.LATENCY,
                            String.join("; ", reasons))
                    : LevelMove.stay(level);
        }
        return level > 0 && calm() && mayGoDown()
                ? new LevelMove(level, level - 1, LevelMove.Cause.CALM, "calm: " + calmNumbers())
                : LevelMove.stay(level);
    }

    private int stalled() {
        int stalled = load.memory().stalled();
        if (stalled <= 0) {
            return 0;
        }
        reasons.add(Reasons.requests(stalled) + " stalled for memory");
        return MOST_LEVELS;
    }

    private int shortOfMemory() {
        double free = freeShare();
        if (free < memory.up()) {
            reasons.add(Reasons.text("free memory %s below %s (%s of %s)", Reasons.percent(free),
                    Reasons.percent(memory.up()), Reasons.megabytes(load.memory().free()),
                    Reasons.megabytes(load.memory().limit())));
            return free < memory.up() / 2 ? MOST_LEVELS : 1;
        }
        double left = load.memory().growth() > 0
                ? load.memory().free() / load.memory().growth()
                : Double.POSITIVE_INFINITY;
        if (free < memory.down() && left < seconds(memory.within())) {
            reasons.add(Reasons.text("free memory %s used up in %.1f s at %s/s, below %.1f s", Reasons.percent(free),
                    left, Reasons.megabytes(load.memory().growth()), seconds(memory.within())));
            return 1;
        }
        return 0;
    }

    private int tooLate() {
        if (load.queue().requests() < latency.requests()) {
            return 0;
        }
        int late = tooLate("predicted time to first token", predicted(level), seconds(latency.up()));
        return Math.max(late, tooLate("age of the oldest request", age(), seconds(latency.upAge())));
    }

    private int tooLate(String what, double time, double threshold) {
        int wanted = time > FAR * threshold ? MOST_LEVELS : time > threshold ? 1 : 0;
        while (wanted > 0 && !helps(level + wanted)) {
            wanted--;
        }
        if (wanted > 0) {
            reasons.add(Reasons.text("%s %.1f s above %.1f s (%s, %,d tokens)", what, time, threshold,
                    Reasons.requests(load.queue().requests()), load.queue().promptTokens()));
        }
        return wanted;
    }

    /** Whether the line would really be shorter there than now and one level below; unpredicted, it may be. */
    private boolean helps(int higher) {
        double most = (1 - LEAST_GAIN) * Math.min(predicted(level), predicted(higher - 1));
        return higher <= top && !(predicted(higher) > most);
    }

    private boolean calm() {
        boolean waits = load.queue().requests() >= latency.requests() && (predicted(level) > seconds(latency.down())
                || predicted(level - 1) > seconds(latency.up()) || age() > seconds(latency.downAge()));
        return !waits && freeShare() >= memory.down();
    }

    private boolean mayGoDown() {
        LoadSnapshot.Level moved = load.level();
        boolean last = moved.sinceUp() <= moved.sinceDown();
        boolean failed = last && moved.sinceUp() >= 0 && moved.sinceDown() != Long.MAX_VALUE
                && !elapsed(moved.sinceDown() - moved.sinceUp(), coolDowns.down());
        boolean afterPeak = !failed && !elapsed(moved.sinceUp(), coolDowns.failed());
        if (load.busy() <= coolDowns.idleShare() || afterPeak && load.busy() <= coolDowns.quietShare()) {
            return elapsed(moved.sinceUp(), coolDowns.quiet()) && elapsed(moved.sinceDown(), coolDowns.step());
        }
        return elapsed(moved.sinceUp(), failed ? coolDowns.failed() : coolDowns.down())
                && elapsed(moved.sinceDown(), coolDowns.down());
    }

    private String calmNumbers() {
        double time = predicted(level);
        return Reasons.text("predicted time to first token %.1f s (%s), free memory %s, busy %s",
                Double.isNaN(time) ? 0 : time, Reasons.requests(load.queue().requests()), Reasons.percent(freeShare()),
                Reasons.percent(load.busy()));
    }

    private double predicted(int at) {
        return at >= 0 && at < load.predictedSeconds().size() ? load.predictedSeconds().get(at) : Double.NaN;
    }

    private double age() {
        return load.queue().oldest() / 1e9;
    }

    /** Free bytes over the limit, 0 to 1; all of it where there is no limit. */
    private double freeShare() {
        double limit = load.memory().limit();
        return limit > 0 ? Math.clamp(load.memory().free() / limit, 0, 1) : 1;
    }

    private static boolean elapsed(long since, Duration time) {
        return since < 0 || since >= time.toNanos();
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
