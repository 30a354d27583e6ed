package io.github.jlamadsla.checkpoint;

import java.util.List;

/**
 * The order in which layers are converted, most tolerant first, and which levels of it may be served. Level n means
 * that the first n layers of the order are served as DSLA.
 *
 * @param layers distinct layer indexes; empty for a model without DSLA layers
 * @param onlyTop whether only the top level is valid (a checkpoint without softmax weights for its DSLA layers)
 */
public record LayerOrder(List<Integer> layers, boolean onlyTop) {
    public LayerOrder {
        layers = List.copyOf(layers);
    }

    /** The highest level. */
    public int top() {
        return layers.size();
    }

    /** The lowest level: 0, or the top where only that is valid. */
    public int bottom() {
        return onlyTop ? top() : 0;
    }

    /** Place of a layer in the order, -1 if it is never converted. A layer is DSLA at level n if {@code 0 <= place < n}. */
    public int place(int layer) {
        return layers.indexOf(layer);
    }

    /** Whether a layer is served as DSLA at a level. */
    public boolean converted(int layer, int level) {
        int place = place(layer);
        return place >= 0 && place < level;
    }
}
