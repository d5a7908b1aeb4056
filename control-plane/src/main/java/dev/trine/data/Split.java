package dev.trine.data;

import dev.trine.shared.TrineException;
import dev.trine.shared.Violation;
import io.swagger.v3.oas.annotations.media.Schema;
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
public record Split(SplitId id, Definition definition, List<Part> parts) {

    public Split {
        parts = List.copyOf(parts);
    }

    /**
     * How to divide. The same definition over the same version gives the same parts, bit for bit, for ever.
     *
     * @param seed of the permutation
     * @param stratifyBy a column whose values keep their shares in every part; null for none
     * @param parts name to share; 2 to 20, and the shares sum to 1
     */
    @Schema(name = "SplitDefinition")
    public record Definition(
            String name, long seed, @Nullable String stratifyBy, Map<String, Double> parts) {

        private static final int MOST_PARTS = 20;
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
            if (parts.size() > MOST_PARTS) {
                throw TrineException.invalid(
                        "parts", "has %d parts; at most %d are taken".formatted(parts.size(), MOST_PARTS));
            }
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
         * @param strata the stratum of each row, in row order, numbered from 0 by first appearance; all 0 for none
         * @return the index of a part for each row
         */
        byte[] assign(char[] strata) {
            int[] sizes = sizes(strata);
            int[] rows = byStratum(strata, sizes);
            var random = new SplittableRandom(seed);
            int[] next = starts(sizes);
            for (int stratum = 0; stratum < sizes.length; stratum++) {
                shuffle(rows, next[stratum], sizes[stratum], random);
            }
            var partOf = new byte[strata.length];
            int[] ends = starts(sizes);
            for (int stratum = 0; stratum < sizes.length; stratum++) {
                ends[stratum] += sizes[stratum];
            }
            List<Double> shares = List.copyOf(parts.values());
            for (int part = shares.size() - 1; part > 0; part--) {
                int[] quota = quota(sizes, shares.get(part), strata.length);
                for (int stratum = 0; stratum < quota.length; stratum++) {
                    for (int i = 0; i < quota[stratum] && next[stratum] < ends[stratum]; i++) {
                        partOf[rows[next[stratum]++]] = (byte) part;
                    }
                }
            }
            return partOf;
        }

        /** How many rows each stratum has. */
        private static int[] sizes(char[] strata) {
            int last = -1;
            for (char stratum : strata) {
                last = Math.max(last, stratum);
            }
            int[] sizes = new int[last + 1];
            for (char stratum : strata) {
                sizes[stratum]++;
            }
            return sizes;
        }

        /** Where each stratum begins when they lie one after the other. */
        private static int[] starts(int[] sizes) {
            int[] starts = new int[sizes.length];
            for (int stratum = 1; stratum < sizes.length; stratum++) {
                starts[stratum] = starts[stratum - 1] + sizes[stratum - 1];
            }
            return starts;
        }

        /** All rows, stratum after stratum, each stratum's in their order. */
        private static int[] byStratum(char[] strata, int[] sizes) {
            int[] next = starts(sizes);
            int[] rows = new int[strata.length];
            for (int row = 0; row < strata.length; row++) {
                rows[next[strata[row]]++] = row;
            }
            return rows;
        }

        /** How many rows of each stratum a share takes; they sum to {@code ceil(rows × share)}. */
        private static int[] quota(int[] sizes, double share, int rows) {
            int[] quota = new int[sizes.length];
            var byRemainder = new ArrayList<Integer>();
            int left = (int) Math.ceil(rows * share - 1e-9);
            for (int stratum = 0; stratum < quota.length; stratum++) {
                quota[stratum] = (int) Math.floor(sizes[stratum] * share + 1e-9);
                left -= quota[stratum];
                byRemainder.add(stratum);
            }
            byRemainder.sort(Comparator.comparingDouble(stratum -> quota[stratum] - sizes[stratum] * share));
            for (int i = 0; i < left && i < byRemainder.size(); i++) {
                quota[byRemainder.get(i)]++;
            }
            return quota;
        }

        private static void shuffle(int[] rows, int from, int count, SplittableRandom random) {
            for (int i = count - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = rows[from + i];
                rows[from + i] = rows[from + j];
                rows[from + j] = swapped;
            }
        }
    }

    /**
     * One part.
     *
     * @param path the file's name, as a workload finds it
     * @param sha256 of the file's bytes, lower-case hex
     */
    @Schema(name = "SplitPart")
    public record Part(String name, long rowCount, String path, String sha256, long sizeBytes) {}
}
