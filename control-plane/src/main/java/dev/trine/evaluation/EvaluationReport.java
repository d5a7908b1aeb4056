package dev.trine.evaluation;

import java.util.List;

/**
 * What an evaluation of a classifier found.
 *
 * @param accuracy share of rows whose prediction is the label, 0 to 1
 * @param macroF1 unweighted mean of the classes' F1
 * @param rows how many rows were predicted
 * @param classes the labels, in the order of the matrix
 * @param confusionMatrix {@code [truth][prediction]} counts
 * @param perClass one entry per class, in the same order
 */
public record EvaluationReport(
        double accuracy,
        double macroF1,
        long rows,
        List<String> classes,
        List<List<Long>> confusionMatrix,
        List<ClassReport> perClass) {

    /** @param support rows whose label this is */
    public record ClassReport(String label, double precision, double recall, double f1, long support) {}
}
