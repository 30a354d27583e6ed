package io.github.jlamadsla.kernel;

/** What is done to each row by itself: norms, activations, gates, rotation. Inputs and outputs may be the same rows. */
public interface RowOps {

    /** {@code out = x / sqrt(mean(x^2) + eps) * weight}, rows of {@code n = weight.length}. */
    void rmsNorm(Rows x, int rows, float[] weight, float eps, Rows out);

    /** {@code out = silu(gate) * up}, rows of {@code n}; silu(x) = x / (1 + exp(-x)). */
    void siluMultiply(Rows gate, Rows up, int rows, int n, Rows out);

    /** {@code x += y}, rows of {@code n}. */
    void add(Rows x, Rows y, int rows, int n);

    /** {@code x[i] += bias[biasOffset + i]}, rows of {@code n}. */
    void addBias(Rows x, int rows, float[] bias, int biasOffset, int n);

    /**
     * Log-space gates (DESIGN section 2): {@code out = max(logsigmoid(z + bias) / normalizer, min)}, rows of {@code n}.
     *
     * @param bias values from {@code biasOffset} on, one per channel
     * @param normalizer above 0
     * @param min below 0
     */
    void logGates(Rows z, int rows, int n, float[] bias, int biasOffset, float normalizer, float min, Rows out);

    /** {@code out = exp(logGate)}, exactly 1 for 0 and exactly 0 below -80, rows of {@code n}. */
    void decays(Rows logGate, int rows, int n, Rows out);

    /**
     * Mixes two outputs of attention with a share per head: {@code out = m * a + (1 - m) * b} with
     * {@code m = sigmoid(logits[head] + bias[head])}.
     *
     * @param a {@code [rows][heads][headSize]}; likewise {@code b} and {@code out}
     * @param logits {@code [rows][heads]}
     * @param bias {@code [heads]}
     */
    void mix(Rows a, Rows b, Rows logits, float[] bias, int rows, int heads, int headSize, Rows out);

    /**
     * Rotary embedding, half-split order: with {@code c, s} of row r's position, {@code x'[i] = x[i] c[i] - x[i+half]
     * s[i]}, {@code x'[i+half] = x[i+half] c[i] + x[i] s[i]} for each of {@code heads} consecutive heads of a row.
     *
     * @param x {@code [rows][heads][headSize]}, rotated in place
     * @param cos {@code [position][headSize / 2]}, likewise sin
     * @param firstPosition position of row 0; row r has {@code firstPosition + r}
     * @param inverse rotate back
     */
    void rotate(Rows x, int rows, int heads, int headSize, float[] cos, float[] sin, int firstPosition,
            boolean inverse);
}
