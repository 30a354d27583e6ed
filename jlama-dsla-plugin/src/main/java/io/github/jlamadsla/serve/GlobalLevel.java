package io.github.jlamadsla.serve;

import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The level that the load asks for; each move is logged and told. Used by one thread. */
final class GlobalLevel {
    private static final Logger LOG = LoggerFactory.getLogger(GlobalLevel.class);
    /** Most levels of a move. */
    private static final int MOST = 2;

    private final int top;
    private final LevelPolicy policy;
    private final Consumer<LevelMove> listener;
    private final LogLimit failuresLog = new LogLimit();
    private LevelMove last = LevelMove.stay(0);
    private long moves;
    private long lastUp = -1; // steady nanoseconds, -1 for never
    private long lastDown = -1;

    /**
     * @param top the highest level that any request may be served at
     * @param policy null for none: then it stays 0
     * @param listener hears of each move; whatever it throws is logged
     */
    GlobalLevel(int top, LevelPolicy policy, Consumer<LevelMove> listener) {
        this.top = top;
        this.policy = policy;
        this.listener = listener;
    }

    int level() {
        return last.to();
    }

    int top() {
        return top;
    }

    long moves() {
        return moves;
    }

    LevelMove lastMove() {
        return last;
    }

    LoadSnapshot.Level at(long time) {
        return new LoadSnapshot.Level(level(), top, since(lastUp, time), since(lastDown, time));
    }

    private static long since(long when, long time) {
        return when < 0 ? Long.MAX_VALUE : time - when;
    }

    /**
     * Lets the policy decide, within what it may.
     *
     * @return whether the level moved
     */
    boolean follow(LoadSnapshot load, long time) {
        if (policy == null) {
            return false;
        }
        try {
            LevelMove wanted = policy.decide(load);
            int to = Math.clamp(wanted.to(), Math.max(0, level() - MOST), Math.min(top, level() + MOST));
            return move(new LevelMove(level(), to, wanted.cause(), wanted.reason()), time);
        } catch (Throwable e) { // checked ones too: not every language checks
            long failures = failuresLog.pass(time);
            if (failures > 0) {
                LOG.warn("the level stays {}, since its policy failed, {} times since the last such line: {}", level(),
                        failures, e.toString(), e);
            }
            return false;
        }
    }

    /** Up by one, whatever the policy says. */
    void rise(String reason, long time) {
        move(new LevelMove(level(), Math.min(top, level() + 1), LevelMove.Cause.MEMORY, reason), time);
    }

    private boolean move(LevelMove move, long time) {
        if (!move.moves()) {
            return false;
        }
        last = move;
        moves++;
        if (last.to() > last.from()) {
            lastUp = time;
        } else {
            lastDown = time;
        }
        LOG.info("level {} -> {}: {}", last.from(), last.to(), last.reason());
        try {
            listener.accept(last);
        } catch (Throwable e) { // checked ones too: not every language checks
            LOG.warn("a listener of level moves failed: {}", e.toString(), e);
        }
        return true;
    }
}
