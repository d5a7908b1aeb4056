package dev.trine.data;

import dev.trine.shared.TrineException;
import dev.trine.shared.Violation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version's rows divided into parts.
 *
 * @param parts in the order of the definition
 */
public record Split(String id, Definition definition, List<Part> parts) {

    public Split {
        parts = List.copyOf(parts);
    }

    /**
     * How to divide. The same definition over the same version gives the same parts, bit for bit, for ever.
     *
     * @param seed of the permutation
     * @param stratifyBy a column whose values keep their shares in every part; null for none
     * @param parts name to share; the shares sum to 1
     */
    public record Definition(
            String name, long seed, @Nullable String stratifyBy, Map<String, Double> parts) {

        private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

        public Definition {
            parts = ordered(parts);
        }

        /** The largest share first, then by name, so that the order of a JSON object's members means nothing. */
        private static Map<String, Double> ordered(Map<String, Double> parts) {
            var ordered = new LinkedHashMap<String, Double>();
            parts.entrySet().stream()
                    .sorted(Map.Entry.<String, Double>comparingByValue()
                            .reversed()
                            .thenComparing(Map.Entry.comparingByKey()))
                    .forEach(part -> ordered.put(part.getKey(), part.getValue()));
            return Collections.unmodifiableMap(ordered);
        }

        void check() {
            var found = new ArrayList<Violation>();
            if (!NAME.matcher(name).matches()) {
                found.add(new Violation("name", "'%s' must match %s".formatted(name, NAME)));
            }
            if (parts.size() < 2) {
                found.add(new Violation("parts", "needs at least two parts"));
            }
            double sum = 0;
            for (var part : parts.entrySet()) {
                if (!NAME.matcher(part.getKey()).matches()) {
                    found.add(new Violation("parts." + part.getKey(), "the name must match " + NAME));
                }
                if (!(part.getValue() > 0 && part.getValue() < 1)) {
                    found.add(
                            new Violation("parts." + part.getKey(), "must be between 0 and 1, was " + part.getValue()));
                }
                sum += part.getValue();
            }
            if (Math.abs(sum - 1) > 1e-9) {
                found.add(new Violation("parts", "must sum to 1, but sum to " + sum));
            }
            if (!found.isEmpty()) {
                throw TrineException.invalid(found);
            }
        }

        /**
         * Which part each row goes to: within each stratum a Fisher-Yates permutation by {@link SplittableRandom}, then the
         * parts take their turns. Every part but the largest has {@code ceil(rows × share)} rows in all, dealt out to the strata
         * by largest remainder; the largest part has the rest.
         *
         * @param strata the stratum of each row, in row order; all the same for none
         * @return the index of a part for each row
         */
        int[] assign(List<String> strata) {
            var rowsOf = new LinkedHashMap<String, List<Integer>>();
            for (int row = 0; row < strata.size(); row++) {
                rowsOf.computeIfAbsent(strata.get(row), key -> new ArrayList<>())
                        .add(row);
            }
            List<List<Integer>> groups = List.copyOf(rowsOf.values());
            int[] taken = new int[groups.size()];
            int[] partOf = new int[strata.size()];
            var random = new SplittableRandom(seed);
            groups.forEach(rows -> shuffle(rows, random));
            List<Double> shares = List.copyOf(parts.values());
            for (int part = shares.size() - 1; part > 0; part--) {
                int[] quota = quota(groups, shares.get(part), strata.size());
                for (int group = 0; group < quota.length; group++) {
                    List<Integer> rows = groups.get(group);
                    for (int i = 0; i < quota[group] && taken[group] < rows.size(); i++) {
                        partOf[rows.get(taken[group]++)] = part;
                    }
                }
            }
            return partOf;
        }

        /** How many rows of each stratum a share takes; they sum to {@code ceil(rows × share)}. */
        private static int[] quota(List<List<Integer>> groups, double share, int rows) {
            int[] quota = new int[groups.size()];
            var byRemainder = new ArrayList<Integer>();
            int left = (int) Math.ceil(rows * share - 1e-9);
            for (int group = 0; group < quota.length; group++) {
                quota[group] = (int) Math.floor(groups.get(group).size() * share + 1e-9);
                left -= quota[group];
                byRemainder.add(group);
            }
            byRemainder.sort(Comparator.comparingDouble(
                    group -> quota[group] - groups.get(group).size() * share));
            for (int i = 0; i < left && i < byRemainder.size(); i++) {
                quota[byRemainder.get(i)]++;
            }
            return quota;
        }

        private static void shuffle(List<Integer> rows, SplittableRandom random) {
            for (int i = rows.size() - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                Integer swapped = rows.get(i);
                rows.set(i, rows.get(j));
                rows.set(j, swapped);
            }
        }
    }

    /** @param path the file's name, as a workload finds it */
    public record Part(String name, long rowCount, String path, String sha256, long sizeBytes) {}
}
