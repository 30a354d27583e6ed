package io.github.jlamadsla.model;

import java.util.Arrays;

import io.github.jlamadsla.bridge.RopeScaling;
import io.github.jlamadsla.kernel.RowOps;
import io.github.jlamadsla.kernel.Rows;

/**
 * Rotary position embedding at the true position of a token, half-split order, with the model's scaling. The table is
 * computed in double precision and rounded once; it grows to the longest sequence seen, since a model's context may be
 * far longer than any request. (Jlama's own table shifts head h by 2h and ignores {@code llama3}.)
 */
public final class RotaryEmbedding {
    private static final int FIRST_POSITIONS = 2_048;

    private final int headSize;
    private final int most;
    private final double[] frequencies; // [headSize / 2], radians per position
    private volatile Table table = new Table(new float[0], new float[0], 0);

    /**
     * @param cos {@code [positions][headSize / 2]}, likewise {@code sin}
     */
    private record Table(float[] cos, float[] sin, int positions) {}

    /**
     * @param headSize even
     * @param positions most positions: the context
     * @param theta base of the frequencies, above 0
     */
    public RotaryEmbedding(int headSize, int positions, double theta, RopeScaling scaling) {
        this.headSize = headSize;
        this.most = positions;
        this.frequencies = new double[headSize / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = scaled(Math.pow(theta, -2.0 * i / headSize), scaling);
        }
    }

    /** Makes sure that the first {@code positions} positions can be rotated; called before rows are shared out. */
    void prepare(int positions) {
        if (table.positions() < positions) {
            grow(positions);
        }
    }

    private synchronized void grow(int needed) {
        Table old = table;
        if (old.positions() >= needed) {
            return;
        }
        int positions = Math.max(needed, (int) Math.min(most, Math.max(FIRST_POSITIONS, 2L * old.positions())));
        int half = frequencies.length;
        float[] cos = Arrays.copyOf(old.cos(), Math.multiplyExact(positions, half));
        float[] sin = Arrays.copyOf(old.sin(), cos.length);
        for (int p = old.positions(); p < positions; p++) {
            for (int i = 0; i < half; i++) {
                cos[p * half + i] = (float) Math.cos(p * frequencies[i]);
                sin[p * half + i] = (float) Math.sin(p * frequencies[i]);
            }
        }
        table = new Table(cos, sin, positions);
    }

    /** A frequency in radians per position after scaling. */
    static double scaled(double frequency, RopeScaling scaling) {
        return switch (scaling) {
            case RopeScaling.None none -> frequency;
            case RopeScaling.Linear linear -> frequency / linear.factor();
            case RopeScaling.Llama3 llama3 -> scaled(frequency, llama3);
        };
    }

    private static double scaled(double frequency, RopeScaling.Llama3 s) {
        // Turns that the frequency makes within the original context.
        double turns = s.originalMaxPositions() * frequency / (2 * Math.PI);
        if (turns > s.highFreqFactor()) {
            return frequency;
        }
        if (turns < s.lowFreqFactor()) {
            return frequency / s.factor();
        }
        double smooth = (turns - s.lowFreqFactor()) / (s.highFreqFactor() - s.lowFreqFactor());
        return (1 - smooth) * frequency / s.factor() + smooth * frequency;
    }

    /** Rotates {@code heads} consecutive heads of each row; row r is at {@code firstPosition + r}, prepared before. */
    void rotate(RowOps ops, Rows x, int rows, int heads, int firstPosition) {
        Table t = table;
        ops.rotate(x, rows, heads, headSize, t.cos(), t.sin(), firstPosition, false);
    }

    /** Undoes {@link #rotate}. */
    void unrotate(RowOps ops, Rows x, int rows, int heads, int firstPosition) {
        Table t = table;
        ops.rotate(x, rows, heads, headSize, t.cos(), t.sin(), firstPosition, true);
    }
}
