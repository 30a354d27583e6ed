package io.github.jlamadsla.kernel;

import java.util.Arrays;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

import static io.github.jlamadsla.kernel.VectorMath.F;
import static io.github.jlamadsla.kernel.VectorMath.LANES;

/** The running softmax of a block of rows: largest score so far, and the sum of exp(score - largest) by lanes. */
final class OnlineSoftmax {

    private static final int KEYS = KvLayout.POSITIONS;

    private float[] max = new float[0]; // [rows]
    private float[] sums = new float[0]; // [rows][LANES]

    void reset(int rows) {
        if (max.length < rows) {
            max = new float[rows];
            sums = new float[rows * LANES];
        }
        Arrays.fill(max, 0, rows, Float.NEGATIVE_INFINITY);
        Arrays.fill(sums, 0, rows * LANES, 0);
    }

    /**
     * Turns a row of 64 scores into weights, 0 outside the visible keys {@code [from, to)}, of which there is one at
     * least.
     *
     * @return what earlier weights and sums of the row must be multiplied with
     */
    float weigh(int row, float[] scores, int at, int from, int to) {
        Arrays.fill(scores, at, at + from, Float.NEGATIVE_INFINITY);
        Arrays.fill(scores, at + to, at + KEYS, Float.NEGATIVE_INFINITY);
        FloatVector largest = FloatVector.fromArray(F, scores, at);
        for (int i = LANES; i < KEYS; i += LANES) {
            FloatVector s = FloatVector.fromArray(F, scores, at + i);
            largest = largest.blend(s, s.compare(VectorOperators.GT, largest));
        }
        // The order in which a maximum is taken does not show in it.
        float newMax = Math.max(max[row], largest.reduceLanes(VectorOperators.MAX));
        float factor = newMax == max[row] ? 1 : VectorMath.exp(max[row] - newMax);
        max[row] = newMax;
        FloatVector sum = FloatVector.fromArray(F, sums, row * LANES).mul(factor);
        for (int i = 0; i < KEYS; i += LANES) {
            FloatVector w = VectorMath.expNotLarge(FloatVector.fromArray(F, scores, at + i).sub(newMax));
            w.intoArray(scores, at + i);
            sum = sum.add(w);
        }
        sum.intoArray(sums, row * LANES);
        return factor;
    }

    /** 1 / the sum of all weights of a row; once per row, after its last tile. */
    float inverseSum(int row) {
        return 1 / VectorMath.treeSum(sums, row * LANES, LANES);
    }
}
