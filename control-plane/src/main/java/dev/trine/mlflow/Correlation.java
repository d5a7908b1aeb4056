package dev.trine.mlflow;

/**
 * How two conditions go together, by how many hold for both, for each, and for all that there are: the normalized pointwise mutual
 * information (Gerlof Bouma, "Normalized (Pointwise) Mutual Information in Collocation Extraction", 2009). It is 1 if one never holds
 * without the other, 0 if they have nothing to do with each other, and -1 if they never hold together.
 */
record Correlation(long joint, long first, long second, long total) {

    /** Added to each of the four ways in which two conditions can hold (Harold Jeffreys' prior). */
    private static final double PRIOR = 0.5;

    /** NaN where one of them never holds. */
    double npmi() {
        if (isUndefined()) {
            return Double.NaN;
        }
        return joint == 0 ? -1 : npmi(0);
    }

    /** The same as it is likely to be, seen that these may be few. */
    double smoothedNpmi() {
        return isUndefined() ? Double.NaN : npmi(PRIOR);
    }

    private boolean isUndefined() {
        return first == 0 || second == 0;
    }

    private double npmi(double more) {
        double both = joint + more;
        double one = first + 2 * more;
        double other = second + 2 * more;
        double all = total + 4 * more;
        if (joint == total) {
            return 1;
        }
        double mutual = Math.log(both) + Math.log(all) - Math.log(one) - Math.log(other);
        return Math.clamp(mutual / (Math.log(all) - Math.log(both)), -1, 1);
    }
}
