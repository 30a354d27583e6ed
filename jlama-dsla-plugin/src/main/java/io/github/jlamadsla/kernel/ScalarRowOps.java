package io.github.jlamadsla.kernel;

/** {@link RowOps} by plain loops over the JDK's own functions: the reference of the vector form. */
final class ScalarRowOps implements RowOps {

    @Override
    public void rmsNorm(Rows x, int rows, float[] weight, float eps, Rows out) {
        int n = weight.length;
        for (int r = 0; r < rows; r++) {
            int from = x.at(r);
            int to = out.at(r);
            double squares = 0;
            for (int i = 0; i < n; i++) {
                squares += (double) x.data()[from + i] * x.data()[from + i];
            }
            float factor = (float) (1 / Math.sqrt(squares / n + eps));
            for (int i = 0; i < n; i++) {
                out.data()[to + i] = x.data()[from + i] * factor * weight[i];
            }
        }
    }

    @Override
    public void siluMultiply(Rows gate, Rows up, int rows, int n, Rows out) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < n; i++) {
                float g = gate.data()[gate.at(r) + i];
                double silu = g / (1 + Math.exp(-g));
                out.data()[out.at(r) + i] = (float) (silu * up.data()[up.at(r) + i]);
            }
        }
    }

    @Override
    public void add(Rows x, Rows y, int rows, int n) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < n; i++) {
                x.data()[x.at(r) + i] += y.data()[y.at(r) + i];
            }
        }
    }

    @Override
    public void addBias(Rows x, int rows, float[] bias, int biasOffset, int n) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < n; i++) {
                x.data()[x.at(r) + i] += bias[biasOffset + i];
            }
        }
    }

    @Override
    public void logGates(Rows z, int rows, int n, float[] bias, int biasOffset, float normalizer, float min, Rows out) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < n; i++) {
                float logit = z.data()[z.at(r) + i] + bias[biasOffset + i];
                double logSigmoid = Math.min(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));
                out.data()[out.at(r) + i] = Math.max((float) (logSigmoid / normalizer), min);
            }
        }
    }

    @Override
    public void decays(Rows logGate, int rows, int n, Rows out) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < n; i++) {
                float g = logGate.data()[logGate.at(r) + i];
                out.data()[out.at(r) + i] = g < -80 ? 0 : (float) Math.exp(g);
            }
        }
    }

    @Override
    public void mix(Rows a, Rows b, Rows logits, float[] bias, int rows, int heads, int headSize, Rows out) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < heads * headSize; i++) {
                int head = i / headSize;
                double share = 1 / (1 + Math.exp(-(logits.data()[logits.at(r) + head] + bias[head])));
                out.data()[out.at(r) + i] = (float) (share * a.data()[a.at(r) + i]
                        + (1 - share) * b.data()[b.at(r) + i]);
            }
        }
    }

    @Override
    public void rotate(Rows x, int rows, int heads, int headSize, float[] cos, float[] sin, int firstPosition,
            boolean inverse) {
        int half = headSize / 2;
        for (int r = 0; r < rows; r++) {
            int angles = (firstPosition + r) * half;
            for (int h = 0; h < heads; h++) {
                int low = x.at(r) + h * headSize;
                for (int i = 0; i < half; i++) {
                    float a = x.data()[low + i];
                    float b = x.data()[low + half + i];
                    float c = cos[angles + i];
                    float s = inverse ? -sin[angles + i] : sin[angles + i];
                    x.data()[low + i] = a * c - b * s;
                    x.data()[low + half + i] = b * c + a * s;
                }
            }
        }
    }
}
