package dev.trine.runner;

import java.util.List;

/**
 * Per-feature scaling: {@code (x - mean) * factor}, where the factor is 1 / (greatest - least), or 1 for a feature that never
 * varies. By the range, not by the deviation: a pixel that is lit once in a thousand rows must not become the loudest of all.
 */
@SuppressWarnings("ArrayRecordComponent") // plain numbers for arithmetic, never compared
record Scaling(float[] mean, float[] factor) {

    static Scaling of(List<float[]> rows) {
        int n = rows.getFirst().length;
        var mean = new float[n];
        var factor = new float[n];
        for (int feature = 0; feature < n; feature++) {
            double sum = 0;
            float least = Float.POSITIVE_INFINITY;
            float most = Float.NEGATIVE_INFINITY;
            for (float[] row : rows) {
                sum += row[feature];
                least = Math.min(least, row[feature]);
                most = Math.max(most, row[feature]);
            }
            mean[feature] = (float) (sum / rows.size());
            factor[feature] = most > least ? 1 / (most - least) : 1;
        }
        return new Scaling(mean, factor);
    }

    double[] apply(float[] row) {
        var scaled = new double[row.length];
        for (int feature = 0; feature < row.length; feature++) {
            scaled[feature] = (row[feature] - mean[feature]) * (double) factor[feature];
        }
        return scaled;
    }
}
