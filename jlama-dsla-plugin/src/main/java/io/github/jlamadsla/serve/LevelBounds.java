package io.github.jlamadsla.serve;

import java.util.Arrays;
import java.util.stream.IntStream;

import io.github.jlamadsla.checkpoint.DslaConfig;
import io.github.jlamadsla.checkpoint.LayerOrder;

/** What a {@link LevelMode} allows a request of one checkpoint, by its length (DESIGN section 4). Pure. */
public final class LevelBounds {
    private final LevelMode mode;
    private final LayerOrder order;
    // Asked for each sequence several times a step, so worked out once.
    private final int[] lengths; // [step] shortest length, ascending from 0; empty for a fixed level
    private final int[] highest; // [step] highest level from that length on, below 0 if not even 0 passes

    /**
     * @param layers of the base model
     * @throws IllegalArgumentException if a fixed level is not valid for the order
     */
    public LevelBounds(LevelMode mode, DslaConfig dsla, int layers) {
        this.mode = mode;
        this.order = dsla.order();
        if (mode instanceof LevelMode.Fixed fixed && (fixed.level() < order.bottom() || fixed.level() > order.top())) {
            throw new IllegalArgumentException("level is " + fixed.level() + "; allowed: "
                    + (order.onlyTop() ? order.top() + " alone" : "0 to " + order.top()));
        }
        this.lengths = switch (mode) {
            case LevelMode.Fixed _ -> new int[0];
            case LevelMode.LengthClasses classes -> borders(classes.caps(), dsla);
            case LevelMode.Adaptive adaptive -> borders(adaptive.caps(), dsla);
        };
        this.highest = switch (mode) {
            case LevelMode.Fixed _ -> new int[0];
            case LevelMode.LengthClasses classes -> levels(classes.caps(), classes.limit(), dsla, layers);
            case LevelMode.Adaptive adaptive -> levels(adaptive.caps(), adaptive.limit(), dsla, layers);
        };
    }

    /** Lengths at which the cap or the limit may change: the figure of a measured length holds up to that length. */
    private static int[] borders(LengthCaps caps, DslaConfig dsla) {
        IntStream classes = caps.classes().stream().mapToInt(LengthCaps.LengthClass::fromTokens);
        IntStream measured = dsla.quality().stream().flatMap(point -> point.hiddenFact().keySet().stream())
                .mapToInt(Integer::intValue).filter(length -> length >= 0 && length < Integer.MAX_VALUE)
                .map(length -> length + 1);
        return IntStream.concat(classes, measured).sorted().distinct().toArray();
    }

    private int[] levels(LengthCaps caps, QualityLimit limit, DslaConfig dsla, int layers) {
        return Arrays.stream(lengths).map(length -> Math.min(limit.level(dsla.quality(), length, order.top()),
                caps.cap(length, layers))).toArray();
    }

    /** Whether every request has the same level, whatever its length. */
    boolean fixed() {
        return mode instanceof LevelMode.Fixed;
    }

    /** Whether levels follow the load. */
    public boolean adaptive() {
        return mode instanceof LevelMode.Adaptive;
    }

    /** What moves the global level; null unless {@link #adaptive}. */
    LevelPolicy policy() {
        return mode instanceof LevelMode.Adaptive adaptive ? adaptive.policy() : null;
    }

    public LayerOrder order() {
        return order;
    }

    /**
     * Level of an unpinned request.
     *
     * @param length prompt plus generated tokens, 0 or more
     * @param global the level that the load asks for; of no effect unless {@link #adaptive}
     */
    public int level(int length, int global) {
        return switch (mode) {
            case LevelMode.Fixed fixed -> fixed.level();
            case LevelMode.LengthClasses _ -> bound(length, order.top());
            case LevelMode.Adaptive _ -> bound(length, global);
        };
    }

    /** The highest level that an unpinned request of this length can come to. */
    public int highest(int length) {
        return level(length, order.top());
    }

    /** The highest level that an unpinned request of any length can come to: bounds may fall with the length. */
    public int highest() {
        int most = mode instanceof LevelMode.Fixed fixed ? fixed.level() : Arrays.stream(highest).max().getAsInt();
        return Math.max(order.bottom(), Math.min(order.top(), most));
    }

    /** Lengths at which {@link #highest(int)} may change, ascending. */
    IntStream borders() {
        return Arrays.stream(lengths);
    }

    private int bound(int length, int global) {
        int found = Arrays.binarySearch(lengths, length);
        // What is not found comes back as -1 less the place where it would be inserted.
        int step = found >= 0 ? found : -found - 2;
        return Math.max(order.bottom(), Math.min(Math.min(order.top(), global), highest[step]));
    }
}
