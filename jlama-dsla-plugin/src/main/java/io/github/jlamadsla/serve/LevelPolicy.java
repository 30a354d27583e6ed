package io.github.jlamadsla.serve;

import java.util.List;

import io.github.jlamadsla.checkpoint.DslaConfig;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.checkpoint.QualityPoint;
import io.github.jlamadsla.engine.LevelRule;

/** A {@link LevelMode} applied to one checkpoint. Pure. */
public final class LevelPolicy implements LevelRule {
    private final LevelMode mode;
    private final LayerOrder order;
    private final List<QualityPoint> quality;
    private final int layers;

    /**
     * @param layers of the base model
     * @throws IllegalArgumentException if a fixed level is not valid for the order
     */
    public LevelPolicy(LevelMode mode, DslaConfig dsla, int layers) {
        this.mode = mode;
        this.order = dsla.order();
        this.quality = dsla.quality();
        this.layers = layers;
        if (mode instanceof LevelMode.Fixed fixed && (fixed.level() < order.bottom() || fixed.level() > order.top())) {
            throw new IllegalArgumentException("level is " + fixed.level() + "; allowed: "
                    + (order.onlyTop() ? order.top() + " alone" : "0 to " + order.top()));
        }
    }

    @Override
    public int level(int length) {
        return switch (mode) {
            case LevelMode.Fixed fixed -> fixed.level();
            case LevelMode.LengthClasses classes -> Math.max(order.bottom(),
                    Math.min(order.top(), Math.min(classes.limit().level(quality, length, order.top()),
                            classes.caps().cap(length, layers))));
        };
    }
}
