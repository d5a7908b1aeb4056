package dev.trine.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Figures as a Markdown table, printed row by row as they are measured. */
final class Table {

    private Table() {}

    static void head(String title, String... columns) {
        System.out.printf("%n## %s%n%n", title);
        row((Object[]) columns);
        System.out.println("|" + "---|".repeat(columns.length));
    }

    static void row(Object... cells) {
        System.out.println(Arrays.stream(cells).map(String::valueOf).collect(Collectors.joining(" | ", "| ", " |")));
        System.out.flush();
    }

    static void note(String format, Object... values) {
        System.out.printf(Locale.ROOT, "%n" + format + "%n", values);
    }

    /** Median, least and greatest of several runs as {@code median (min – max)}. */
    static String spread(List<Double> runs, int decimals) {
        double[] sorted =
                runs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return "%s (%s – %s)"
                .formatted(
                        number(median(runs), decimals),
                        number(sorted[0], decimals),
                        number(sorted[sorted.length - 1], decimals));
    }

    /** The middle of the runs; the mean of the two middle ones of an even number. */
    static double median(List<Double> runs) {
        double[] sorted =
                runs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
