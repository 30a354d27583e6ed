package io.github.jlamadsla.serve;

import java.time.Duration;
import java.util.Objects;

/**
 * The global level follows predicted time to first token, age of the oldest waiting request and free memory: quick up,
 * slow down, at most two levels a move. Up when any of them is past its upper threshold and a higher level helps, down
 * one level when all are below their lower ones; how long after an earlier move is for {@link CoolDowns} to say. Every
 * threshold is passed only beyond it, not at it.
 *
 * @param latency when requests wait too long
 * @param memory when it runs short
 * @param coolDowns time between moves
 */
public record AdaptivePolicy(Latency latency, Headroom memory, CoolDowns coolDowns) implements LevelPolicy {

    /** The defaults of all three; made for models of 0.1 to 8 billion weights on 2 to 16 cores. */
    public static final AdaptivePolicy DEFAULT = new AdaptivePolicy(Latency.DEFAULT, Headroom.DEFAULT,
            CoolDowns.DEFAULT);

    public AdaptivePolicy {
        Objects.requireNonNull(latency, "latency");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(coolDowns, "coolDowns");
    }

    /**
     * When requests wait too long for their first token. A request that waits alone keeps no other from its answer, so
     * these ask for company.
     *
     * @param up predicted time to first token of the last in line above which the level goes up; above three times as
     *        much by two
     * @param down at most so much of it for the level to go down; at most {@code up}
     * @param upAge age of the oldest request that waits, above which the level goes up
     * @param downAge at most so much of it for the level to go down; at most {@code upAge}
     * @param requests that wait, from which on all this counts; with fewer none waits too long, 1 or more
     */
    public record Latency(Duration up, Duration down, Duration upAge, Duration downAge, int requests) {

        /** Up above 2 s or an age of 10 s, down at 0.5 s and an age of 2 s, of 2 requests and more. */
        public static final Latency DEFAULT = new Latency(Duration.ofSeconds(2), Duration.ofMillis(500),
                Duration.ofSeconds(10), Duration.ofSeconds(2), 2);

        public Latency {
            Thresholds.checkTime("latency.up", up);
            Thresholds.checkTime("latency.down", down);
            Thresholds.checkTime("latency.upAge", upAge);
            Thresholds.checkTime("latency.downAge", downAge);
            Thresholds.checkOrder("latency.down", down, "latency.up", up);
            Thresholds.checkOrder("latency.downAge", downAge, "latency.upAge", upAge);
            if (requests < 1) {
                throw new IllegalArgumentException("latency.requests is " + requests + "; allowed: 1 or more");
            }
        }
    }

    /**
     * When memory runs short.
     *
     * @param up share of the limit that is free, below which the level goes up; below half of it by two
     * @param down at least so much of it for the level to go down; above {@code up}
     * @param within time in which what is free, if it is less than {@code down}, would be used up at its present
     *        growth, below which the level goes up
     */
    public record Headroom(double up, double down, Duration within) {

        /** Up below 15 % or 20 s from the end, down from 35 % on. */
        public static final Headroom DEFAULT = new Headroom(.15, .35, Duration.ofSeconds(20));

        public Headroom {
            if (!(up >= 0 && up < down && down <= 1)) {
                throw new IllegalArgumentException(
                        "memory.up is " + up + ", memory.down " + down + "; allowed: 0 to 1, up below down");
            }
            Thresholds.checkTime("memory.within", within);
        }
    }

    /**
     * Time between moves. A level that turned out too low, so that the last move up came soon after one down, is not
     * tried again soon: this is what keeps a constant load from flapping.
     *
     * @param up after a move up, for the next one up; requests stalled for memory do not wait for it
     * @param quiet after a move up, for one down in quiet times
     * @param step after a move down, for the next one down in quiet times
     * @param down after any move, for one down at other times; a move up within as much after one down is a failure
     * @param failed after a move up that was a failure, for one down
     * @param idleShare quiet are times in which the engine had a request for at most this share, 0 to 1,
     * @param quietShare or for at most this one, where the last move up is less than {@code failed} ago and was no
     *        failure: a peak is over; at least {@code idleShare}
     */
    public record CoolDowns(Duration up, Duration quiet, Duration step, Duration down, Duration failed,
            double idleShare, double quietShare) {

        /** 2 s; 60 s, 10 s; 15 minutes, 60 minutes; 1 % and 10 % busy. */
        public static final CoolDowns DEFAULT = new CoolDowns(Duration.ofSeconds(2), Duration.ofSeconds(60),
                Duration.ofSeconds(10), Duration.ofMinutes(15), Duration.ofMinutes(60), .01, .1);

        public CoolDowns {
            Thresholds.checkTime("coolDowns.up", up);
            Thresholds.checkTime("coolDowns.quiet", quiet);
            Thresholds.checkTime("coolDowns.step", step);
            Thresholds.checkTime("coolDowns.down", down);
            Thresholds.checkTime("coolDowns.failed", failed);
            Thresholds.checkOrder("coolDowns.down", down, "coolDowns.failed", failed);
            if (!(idleShare >= 0 && idleShare <= quietShare && quietShare <= 1)) {
                throw new IllegalArgumentException("coolDowns.idleShare is " + idleShare + ", coolDowns.quietShare "
                        + quietShare + "; allowed: 0 to 1, idleShare at most quietShare");
            }
        }
    }

    public AdaptivePolicy withLatency(Latency thresholds) {
        return new AdaptivePolicy(thresholds, memory, coolDowns);
    }

    /** Up above one predicted time to first token, down at the other or less; all else as it is. */
    public AdaptivePolicy withFirstToken(Duration up, Duration down) {
        return withLatency(new Latency(up, down, latency.upAge(), latency.downAge(), latency.requests()));
    }

    public AdaptivePolicy withMemory(Headroom thresholds) {
        return new AdaptivePolicy(latency, thresholds, coolDowns);
    }

    public AdaptivePolicy withCoolDowns(CoolDowns times) {
        return new AdaptivePolicy(latency, memory, times);
    }

    @Override
    public LevelMove decide(LoadSnapshot load) {
        return new AdaptiveDecision(this, load).move();
    }
}
