package io.github.jlamadsla.kernel;

/** {@link LogitOps} by plain loops in double: the reference of the vector form. */
final class ScalarLogitOps implements LogitOps {

    @Override
    public int argmax(float[] x, int offset, int n) {
        int best = 0;
        for (int i = 0; i < n; i++) {
            if (Float.isNaN(x[offset + i])) {
                return -1;
            }
            if (x[offset + i] > x[offset + best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public double sumExp(float[] x, int offset, int n, float max) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.exp((double) x[offset + i] - max);
        }
        return sum;
    }

    @Override
    public double expTerms(float[] x, int offset, int n, float max, float[] terms) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double term = Math.exp((double) x[offset + i] - max);
            terms[i] = (float) term;
            sum += term;
        }
        return sum;
    }

    @Override
    public double weightedDifference(float[] terms, int n, float[] a, int aOffset, float aMax, float[] b, int bOffset,
            float bMax) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += terms[i] * (((double) a[aOffset + i] - aMax) - ((double) b[bOffset + i] - bMax));
        }
        return sum;
    }
}
