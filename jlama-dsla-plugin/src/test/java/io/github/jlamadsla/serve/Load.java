package io.github.jlamadsla.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.jlamadsla.serve.LoadSnapshot.Level;
import io.github.jlamadsla.serve.LoadSnapshot.Memory;
import io.github.jlamadsla.serve.LoadSnapshot.Queue;

/** Load snapshots for tests: nothing waits, all memory is free, no move yet, busy; changed by withers. */
record Load(LoadSnapshot snapshot) {
    static final long MB = 1_000_000;
    static final long NEVER = Long.MAX_VALUE;

    static Load at(int level, int top) {
        List<Double> none = new ArrayList<>();
        for (int i = 0; i <= top; i++) {
            none.add(0.0);
        }
        return new Load(new LoadSnapshot(0, new Level(level, top, NEVER, NEVER), new Queue(0, 0, 0, 0, 0),
                new Memory(1_000 * MB, 1_000 * MB, 0, 0), none, 1));
    }

    static long seconds(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    /** @param up seconds since the last move up, below 0 for a clock that was put back */
    Load moved(double up, double down) {
        LoadSnapshot s = snapshot;
        return new Load(new LoadSnapshot(s.now(), new Level(s.level().global(), s.level().top(), since(up),
                since(down)), s.queue(), s.memory(), s.predictedSeconds(), s.busy()));
    }

    private static long since(double seconds) {
        return Double.isInfinite(seconds) ? NEVER : seconds(seconds);
    }

    /** Time to first token at level 0, a tenth less with every level. */
    Load predicted(double seconds) {
        List<Double> byLevel = new ArrayList<>();
        for (int i = 0; i <= snapshot.level().top(); i++) {
            byLevel.add(seconds * Math.pow(.9, i));
        }
        return predicted(byLevel);
    }

    Load predicted(List<Double> byLevel) {
        LoadSnapshot s = snapshot;
        return new Load(new LoadSnapshot(s.now(), s.level(), s.queue(), s.memory(), byLevel, s.busy()));
    }

    Load queue(int requests, long tokens, int longest, double oldest) {
        LoadSnapshot s = snapshot;
        return new Load(new LoadSnapshot(s.now(), s.level(),
                new Queue(requests, tokens, longest, seconds(oldest), s.queue().running()), s.memory(),
                s.predictedSeconds(), s.busy()));
    }

    Load memory(long limit, long free, double growth, int stalled) {
        LoadSnapshot s = snapshot;
        return new Load(new LoadSnapshot(s.now(), s.level(), s.queue(), new Memory(limit, free, growth, stalled),
                s.predictedSeconds(), s.busy()));
    }

    Load busy(double share) {
        LoadSnapshot s = snapshot;
        return new Load(
                new LoadSnapshot(s.now(), s.level(), s.queue(), s.memory(), s.predictedSeconds(), share));
    }

    LevelMove decide(LevelPolicy policy) {
        return policy.decide(snapshot);
    }
}
