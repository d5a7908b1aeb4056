package dev.trine.lib.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * How well a classifier did, computed as scikit-learn does ({@code accuracy_score}, {@code f1_score(average="macro")}, {@code
 * precision_recall_fscore_support}, {@code confusion_matrix}, each with {@code zero_division=0}).
 *
 * @param accuracy share of predictions that are right, 0 to 1
 * @param macroF1 unweighted mean of the classes' F1
 * @param rows number of predictions
 * @param classes every class that occurs as truth or prediction, sorted as text
 * @param confusionMatrix {@code [truth][prediction]} counts, in the order of {@code classes}
 * @param perClass one entry per class, in the same order
 */
public record ClassificationReport(
        double accuracy,
        double macroF1,
        long rows,
        List<String> classes,
        List<List<Long>> confusionMatrix,
        List<ClassScores> perClass) {

    /** The confusion matrix has the square of it as counts: at this many, a million. */
    public static final int MOST_CLASSES = 1_000;

    public ClassificationReport {
        classes = List.copyOf(classes);
        confusionMatrix = confusionMatrix.stream().map(List::copyOf).toList();
        perClass = List.copyOf(perClass);
    }

    /**
     * One class against all others.
     *
     * @param precision of the rows predicted so, the share that are so; 0 when none was
     * @param recall of the rows that are so, the share predicted so; 0 when there is none
     * @param f1 harmonic mean of the two; 0 when both are
     * @param support rows that are so
     */
    public record ClassScores(String label, double precision, double recall, double f1, long support) {}

    /**
     * Compares predictions with the truth, row by row.
     *
     * @throws IllegalArgumentException if the lists differ in length, are empty or have more than {@link #MOST_CLASSES} classes
     */
    public static ClassificationReport of(List<String> truth, List<String> predictions) {
        if (truth.size() != predictions.size()) {
            throw new IllegalArgumentException(
                    "%d truths but %d predictions".formatted(truth.size(), predictions.size()));
        }
        if (truth.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to compare");
        }
        var sorted = new TreeSet<>(truth);
        sorted.addAll(predictions);
        if (sorted.size() > MOST_CLASSES) {
            throw new IllegalArgumentException(
                    "there are %d classes; a report has at most %d. Is the label a number or an id?"
                            .formatted(sorted.size(), MOST_CLASSES));
        }
        List<String> classes = List.copyOf(sorted);
        return of(classes, counts(classes, truth, predictions));
    }

    private static long[][] counts(List<String> classes, List<String> truth, List<String> predictions) {
        Map<String, Integer> index = new HashMap<>();
        classes.forEach(label -> index.put(label, index.size()));
        long[][] matrix = new long[classes.size()][classes.size()];
        for (int row = 0; row < truth.size(); row++) {
            int is = index.getOrDefault(truth.get(row), 0);
            int predicted = index.getOrDefault(predictions.get(row), 0);
            matrix[is][predicted]++;
        }
        return matrix;
    }

    private static ClassificationReport of(List<String> classes, long[][] matrix) {
        int n = classes.size();
        long rows = 0;
        long right = 0;
        double f1Sum = 0;
        var perClass = new ArrayList<ClassScores>(n);
        var lines = new ArrayList<List<Long>>(n);
        for (int i = 0; i < n; i++) {
            long support = 0;
            long predicted = 0;
            var line = new ArrayList<Long>(n);
            for (int j = 0; j < n; j++) {
                support += matrix[i][j];
                predicted += matrix[j][i];
                line.add(matrix[i][j]);
            }
            lines.add(line);
            rows += support;
            right += matrix[i][i];
            double precision = ratio(matrix[i][i], predicted);
            double recall = ratio(matrix[i][i], support);
            double f1 = ratio(2 * matrix[i][i], predicted + support);
            f1Sum += f1;
            perClass.add(new ClassScores(classes.get(i), precision, recall, f1, support));
        }
        return new ClassificationReport((double) right / rows, f1Sum / n, rows, classes, lines, perClass);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
