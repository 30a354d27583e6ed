package io.github.jlamadsla.serve;

import java.util.List;

import io.github.jlamadsla.checkpoint.DslaConfig;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.checkpoint.QualityPoint;

/** What a {@link LevelMode} allows a request of one checkpoint, by its length (DESIGN section 4). Pure. */
public final class LevelBounds {
    private final LevelMode mode;
    private final LayerOrder order;
    private final List<QualityPoint> quality;
    private final int layers;

    /**
     * @param layers of the base model
     * @throws IllegalArgumentException if a fixed level is not valid for the order
     */
    public LevelBounds(LevelMode mode, DslaConfig dsla, int layers) {
        this.mode = mode;
        this.order = dsla.order();
        this.quality = dsla.quality();
        this.layers = layers;
        if (mode instanceof LevelMode.Fixed fixed && (fixed.level() < order.bottom() || fixed.level() > order.top())) {
            throw new IllegalArgumentException("level is " + fixed.level() + "; allowed: "
                    + (order.onlyTop() ? order.top() + " alone" : "0 to " + order.top()));
        }
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
     * @param length prompt plus generated tokens
     * @param global the level that the load asks for; of no effect unless {@link #adaptive}
     */
    public int level(int length, int global) {
        return switch (mode) {
            case LevelMode.Fixed fixed -> fixed.level();
            case LevelMode.LengthClasses classes -> bound(classes.caps(), classes.limit(), length, order.top());
            case LevelMode.Adaptive adaptive -> bound(adaptive.caps(), adaptive.limit(), length, global);
        };
    }

    /** The highest level that an unpinned request of this length can come to. */
    public int highest(int length) {
        return level(length, order.top());
    }

    private int bound(LengthCaps caps, QualityLimit limit, int length, int global) {
        return Math.max(order.bottom(), Math.min(Math.min(order.top(), global),
                Math.min(limit.level(quality, length, order.top()), caps.cap(length, layers))));
    }
}
