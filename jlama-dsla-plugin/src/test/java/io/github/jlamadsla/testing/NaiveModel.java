package io.github.jlamadsla.testing;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.bridge.RopeScaling;
import io.github.jlamadsla.checkpoint.DslaConfig;
import io.github.jlamadsla.checkpoint.DslaForm;
import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.RawMatrix;

/**
 * A Llama with DSLA layers in plain double loops, one token at a time: the reference of the tests, sharing no
 * arithmetic with the code under test. Every convertible layer in the folding form feeds a shadow state with its keys
 * and values from the first token on (with an exact window as they leave it), so the level may rise at any token.
 */
public final class NaiveModel {
    private final HybridCheckpoint checkpoint;
    private final ModelConfig c;
    private final DslaConfig dsla;
    private final List<List<double[]>> keys = new ArrayList<>(); // per layer, per token [kvHeads * d], rotated
    private final List<List<double[]>> unrotated = new ArrayList<>();
    private final List<List<double[]>> values = new ArrayList<>();
    private final double[][][][][] states; // [layer][stateHead][2][d][d]
    private int position;

    public NaiveModel(HybridCheckpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.c = checkpoint.config();
        this.dsla = checkpoint.dsla();
        this.states = new double[c.layers()][][][][];
        for (int i = 0; i < c.layers(); i++) {
            keys.add(new ArrayList<>());
            unrotated.add(new ArrayList<>());
            values.add(new ArrayList<>());
            if (dsla.order().place(i) >= 0) {
                states[i] = new double[checkpoint.stateHeads()][2][c.headSize()][c.headSize()];
            }
        }
    }

    /** States of a layer {@code [stateHeads][2][d][d]} as floats. */
    public float[] states(int layer) {
        int d = c.headSize();
        float[] all = new float[states[layer].length * 2 * d * d];
        for (int i = 0; i < all.length; i++) {
            all[i] = (float) states[layer][i / (2 * d * d)][i / (d * d) % 2][i / d % d][i % d];
        }
        return all;
    }

    /** Reads one token at a level and returns the logits of the next. */
    public float[] step(int token, int level) {
        double[] x = row(checkpoint.matrix("model.embed_tokens.weight"), token);
        for (int i = 0; i < c.layers(); i++) {
            String prefix = "model.layers." + i + ".";
            double[] normed = norm(x, prefix + "input_layernorm.weight");
            add(x, attention(i, level, normed));
            normed = norm(x, prefix + "post_attention_layernorm.weight");
            double[] gate = times(checkpoint.matrix(prefix + "mlp.gate_proj.weight"), normed);
            double[] up = times(checkpoint.matrix(prefix + "mlp.up_proj.weight"), normed);
            for (int j = 0; j < gate.length; j++) {
                gate[j] = gate[j] / (1 + Math.exp(-gate[j])) * up[j];
            }
            add(x, times(checkpoint.matrix(prefix + "mlp.down_proj.weight"), gate));
        }
        position++;
        double[] logits = times(
                checkpoint.matrix(c.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight"),
                norm(x, "model.norm.weight"));
        float[] out = new float[logits.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) logits[i];
        }
        return out;
    }

    private double[] attention(int layer, int level, double[] x) {
        boolean converted = dsla.order().converted(layer, level);
        boolean folding = dsla.form() == DslaForm.FOLDING;
        double[] fromDsla = null;
        String prefix = "model.layers." + layer + ".self_attn.";
        boolean shadow = dsla.order().place(layer) >= 0 && (folding || converted);
        double[] k = null;
        double[] v = null;
        if (folding || !converted) {
            k = times(checkpoint.matrix(prefix + "k_proj.weight"), x);
            v = times(checkpoint.matrix(prefix + "v_proj.weight"), x);
        }
        if (shadow && dsla.window() == 0) {
            double[] own = folding ? k : times(checkpoint.dslaMatrix(layer, "k_proj.weight"), x);
            double[] ownV = folding ? v : times(checkpoint.dslaMatrix(layer, "v_proj.weight"), x);
            fromDsla = dual(layer, x, own, ownV);
        }
        if (converted && dsla.window() == 0) {
            return times(checkpoint.dslaMatrix(layer, "o_proj.weight"), fromDsla);
        }
        double[] q = times(checkpoint.matrix(prefix + "q_proj.weight"), x);
        unrotated.get(layer).add(k.clone());
        rotate(q, c.heads());
        rotate(k, c.kvHeads());
        keys.get(layer).add(k);
        values.get(layer).add(v);
        if (shadow && dsla.window() > 0) {
            fromDsla = leaving(layer, x);
        }
        if (converted) {
            return times(checkpoint.dslaMatrix(layer, "o_proj.weight"), mixed(layer, x, q, fromDsla));
        }
        return times(checkpoint.matrix(prefix + "o_proj.weight"), softmax(layer, q, Integer.MAX_VALUE, 0));
    }

    /** The key that leaves the window at this token, if it is no sink, enters the states, which are then read. */
    private double[] leaving(int layer, double[] x) {
        int leaves = position - dsla.window();
        return leaves < dsla.sinks()
                ? new double[c.heads() * c.headSize()]
                : dual(layer, x, unrotated.get(layer).get(leaves), values.get(layer).get(leaves));
    }

    private double[] mixed(int layer, double[] x, double[] q, double[] linear) {
        double[] out = softmax(layer, q, dsla.window(), dsla.sinks());
        double[] share = times(checkpoint.dslaMatrix(layer, "mix_proj.weight"), x);
        float[] bias = checkpoint.dslaVector(layer, "mix_proj.bias");
        for (int i = 0; i < out.length; i++) {
            int h = i / c.headSize();
            double m = 1 / (1 + Math.exp(-share[h] - bias[h]));
            out[i] = m * out[i] + (1 - m) * linear[i];
        }
        return out;
    }

    private double[] softmax(int layer, double[] q, int window, int sinks) {
        int d = c.headSize();
        int group = c.heads() / c.kvHeads();
        double[] out = new double[q.length];
        for (int h = 0; h < c.heads(); h++) {
            int n = keys.get(layer).size();
            double[] p = new double[n];
            double sum = 0;
            for (int j = 0; j < n; j++) {
                if (j >= sinks && j <= position - window) {
                    continue;
                }
                double s = 0;
                for (int i = 0; i < d; i++) {
                    s += q[h * d + i] * keys.get(layer).get(j)[h / group * d + i];
                }
                p[j] = Math.exp(s / Math.sqrt(d));
                sum += p[j];
            }
            for (int j = 0; j < n; j++) {
                for (int i = 0; i < d; i++) {
                    out[h * d + i] += p[j] / sum * values.get(layer).get(j)[h / group * d + i];
                }
            }
        }
        return out;
    }

    private double[] dual(int layer, double[] x, double[] k, double[] v) {
        int d = c.headSize();
        int heads = states[layer].length;
        double[] q = times(checkpoint.dslaMatrix(layer, "q_proj.weight"), x);
        float[] alpha = checkpoint.dslaVector(layer, "alpha_list");
        double total = Math.exp(alpha[0]) + Math.exp(alpha[1]);
        double[] a = {Math.exp(alpha[0]) / total, Math.exp(alpha[1]) / total};
        double[] out = new double[q.length];
        for (int s = 0; s < 2; s++) {
            double[] g = logGates(layer, s == 0 ? "gk_proj" : "gk_proj2", x, k, v);
            for (int h = 0; h < heads; h++) {
                int kv = h * c.kvHeads() / heads;
                double[][] state = states[layer][h][s];
                for (int i = 0; i < d; i++) {
                    for (int j = 0; j < d; j++) {
                        state[i][j] = Math.exp(g[h * d + i]) * state[i][j] + k[kv * d + i] * v[kv * d + j];
                    }
                }
                int group = c.heads() / heads;
                for (int qh = h * group; qh < (h + 1) * group; qh++) {
                    for (int i = 0; i < d; i++) {
                        for (int j = 0; j < d; j++) {
                            out[qh * d + j] += a[s] * q[qh * d + i] / Math.sqrt(d) * state[i][j];
                        }
                    }
                }
            }
        }
        return out;
    }

    private double[] logGates(int layer, String name, double[] x, double[] k, double[] v) {
        RawMatrix w = checkpoint.dslaMatrix(layer, name + ".weight");
        float[] bias = checkpoint.dslaVector(layer, name + ".bias");
        int d = c.headSize();
        double[] g = new double[bias.length];
        for (int i = 0; i < g.length; i++) {
            double[] input = x;
            if (dsla.form() == DslaForm.FOLDING) {
                input = new double[2 * d];
                System.arraycopy(k, i / d * d, input, 0, d);
                System.arraycopy(v, i / d * d, input, d, d);
            }
            double[] weights = row(w, i);
            double z = bias[i];
            for (int j = 0; j < input.length; j++) {
                z += weights[j] * input[j];
            }
            double logSigmoid = Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z)));
            g[i] = Math.max(logSigmoid / dsla.gateLogitNormalizer(), dsla.logGateMin());
        }
        return g;
    }

    private void rotate(double[] x, int heads) {
        int d = c.headSize();
        for (int i = 0; i < d / 2; i++) {
            double angle = position * frequency(i);
            for (int h = 0; h < heads; h++) {
                double a = x[h * d + i];
                double b = x[h * d + i + d / 2];
                x[h * d + i] = a * Math.cos(angle) - b * Math.sin(angle);
                x[h * d + i + d / 2] = b * Math.cos(angle) + a * Math.sin(angle);
            }
        }
    }

    private double frequency(int i) {
        double base = Math.pow(c.ropeTheta(), -2.0 * i / c.headSize());
        return switch (c.ropeScaling()) {
            case RopeScaling.None none -> base;
            case RopeScaling.Linear linear -> base / linear.factor();
            case RopeScaling.Llama3 s -> {
                double wavelength = 2 * Math.PI / base;
                double smooth = Math.clamp((s.originalMaxPositions() / wavelength - s.lowFreqFactor())
                        / (s.highFreqFactor() - s.lowFreqFactor()), 0, 1);
                yield (1 - smooth) * base / s.factor() + smooth * base;
            }
        };
    }

    private double[] norm(double[] x, String weight) {
        float[] w = checkpoint.vector(weight);
        double sum = 0;
        for (double value : x) {
            sum += value * value;
        }
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = x[i] / Math.sqrt(sum / x.length + c.normEpsilon()) * w[i];
        }
        return out;
    }

    private static void add(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += y[i];
        }
    }

    private static double[] times(RawMatrix w, double[] x) {
        double[] out = new double[w.rows()];
        for (int r = 0; r < out.length; r++) {
            double[] weights = row(w, r);
            for (int i = 0; i < x.length; i++) {
                out[r] += weights[i] * x[i];
            }
        }
        return out;
    }

    private static double[] row(RawMatrix w, int row) {
        double[] out = new double[w.columns()];
        for (int i = 0; i < out.length; i++) {
            long index = (long) row * out.length + i;
            out[i] = switch (w.type()) {
                case F32 -> w.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * index);
                case BF16 -> Float.intBitsToFloat(w.data().get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index) << 16);
                case F16 -> Float.float16ToFloat(w.data().get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index));
            };
        }
        return out;
    }
}
