package dev.trine.experiment;

import dev.trine.experiment.Experiments.MetricPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Fewer points that draw the same line: largest triangle three buckets (Sveinn Steinarsson, "Downsampling Time Series for
 * Visual Representation", 2013). The first and the last point always stay.
 */
final class Downsampling {

    private Downsampling() {}

    /** @param most at least 3 */
    static List<MetricPoint> of(List<MetricPoint> points, int most) {
        if (points.size() <= most) {
            return points;
        }
        var kept = new ArrayList<MetricPoint>(most);
        MetricPoint last = points.getFirst();
        kept.add(last);
        double bucket = (points.size() - 2) / (double) (most - 2);
        for (int i = 0; i < most - 2; i++) {
            int from = 1 + (int) (i * bucket);
            int to = 1 + (int) ((i + 1) * bucket);
            last = largestTriangle(last, points.subList(from, to), center(points, to, 1 + (int) ((i + 2) * bucket)));
            kept.add(last);
        }
        kept.add(points.getLast());
        return kept;
    }

    private static double[] center(List<MetricPoint> points, int from, int to) {
        List<MetricPoint> next = points.subList(Math.min(from, points.size() - 1), Math.min(to, points.size()));
        double x = next.stream().mapToDouble(MetricPoint::step).average().orElse(0);
        double y = next.stream()
                .mapToDouble(MetricPoint::value)
                .filter(Double::isFinite)
                .average()
                .orElse(0);
        return new double[] {x, y};
    }

    private static MetricPoint largestTriangle(MetricPoint left, List<MetricPoint> candidates, double[] right) {
        MetricPoint best = candidates.getFirst();
        double bestArea = -1;
        for (MetricPoint candidate : candidates) {
            double area = Math.abs((left.step() - right[0]) * (candidate.value() - left.value())
                    - (left.step() - (double) candidate.step()) * (right[1] - left.value()));
            if (area > bestArea) {
                bestArea = area;
                best = candidate;
            }
        }
        return best;
    }
}
