package io.github.jlamadsla.model;

import io.github.jlamadsla.bridge.RopeScaling;
import io.github.jlamadsla.kernel.RowOps;
import io.github.jlamadsla.kernel.Rows;

/**
 * Rotary position embedding at the true position of a token, half-split order, with the model's scaling. The table is
 * computed in double precision and rounded once. (Jlama's own table shifts head h by 2h and ignores {@code llama3}.)
 */
public final class RotaryEmbedding {
    private final int headSize;
    private final float[] cos; // [positions][headSize / 2]
    private final float[] sin; // [positions][headSize / 2]

    /**
     * @param headSize even
     * @param positions length of the table: the context
     * @param theta base of the frequencies, above 0
     */
    public RotaryEmbedding(int headSize, int positions, double theta, RopeScaling scaling) {
        this.headSize = headSize;
        int half = headSize / 2;
        this.cos = new float[Math.multiplyExact(positions, half)];
        this.sin = new float[cos.length];
        for (int i = 0; i < half; i++) {
            double frequency = scaled(Math.pow(theta, -2.0 * i / headSize), scaling);
            for (int p = 0; p < positions; p++) {
                cos[p * half + i] = (float) Math.cos(p * frequency);
                sin[p * half + i] = (float) Math.sin(p * frequency);
            }
        }
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

    /** Positions in the table. */
    public int positions() {
        return cos.length / (headSize / 2);
    }

    /** Rotates {@code heads} consecutive heads of each row; row r is at {@code firstPosition + r}. */
    void rotate(RowOps ops, Rows x, int rows, int heads, int firstPosition) {
        ops.rotate(x, rows, heads, headSize, cos, sin, firstPosition, false);
    }

    /** Undoes {@link #rotate}. */
    void unrotate(RowOps ops, Rows x, int rows, int heads, int firstPosition) {
        ops.rotate(x, rows, heads, headSize, cos, sin, firstPosition, true);
    }
}
