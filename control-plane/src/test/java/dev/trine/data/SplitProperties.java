package dev.trine.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SplitProperties {

    /** The classes numbered by first appearance. */
    private static char[] strata(List<Integer> classes) {
        List<Integer> known = classes.stream().distinct().toList();
        var strata = new char[classes.size()];
        for (int row = 0; row < strata.length; row++) {
            strata[row] = (char) known.indexOf(classes.get(row));
        }
        return strata;
    }

    private static int[] assign(Split.Definition definition, List<Integer> classes) {
        byte[] partOf = definition.assign(strata(classes));
        return IntStream.range(0, partOf.length).map(row -> partOf[row]).toArray();
    }

    private static Split.Definition definition(long seed, double test) {
        return new Split.Definition("s", seed, null, Map.of("train", 1 - test, "test", test));
    }

    @Property(tries = 300)
    void everyRowGoesToOnePartAndTheSmallerPartHasItsShareRoundedUp(
            @ForAll @Size(min = 1, max = 200) List<@IntRange(max = 6) Integer> classes,
            @ForAll long seed,
            @ForAll @DoubleRange(min = 0.05, max = 0.45) double test) {
        int[] part = assign(definition(seed, test), classes);
        assertThat(part)
                .hasSize(classes.size())
                .containsOnly(Arrays.stream(part).distinct().toArray());
        long inTest = Arrays.stream(part).filter(index -> index == 1).count();
        assertThat(inTest).isEqualTo((long) Math.ceil(classes.size() * test - 1e-9));
    }

    @Property(tries = 300)
    void everyStratumKeepsItsShareUpToOneRow(
            @ForAll @Size(min = 20, max = 200) List<@IntRange(max = 4) Integer> classes, @ForAll long seed) {
        int[] part = assign(definition(seed, 0.2), classes);
        for (int label : classes.stream().distinct().toList()) {
            long all = classes.stream().filter(one -> one == label).count();
            long test = IntStream.range(0, part.length)
                    .filter(row -> classes.get(row) == label && part[row] == 1)
                    .count();
            assertThat((double) test).isBetween(Math.floor(all * 0.2), Math.floor(all * 0.2) + 1);
        }
    }

    @Property(tries = 100)
    void theSameSeedGivesTheSamePartsInWhateverOrderTheyAreNamed(
            @ForAll @Size(min = 1, max = 100) List<@IntRange(max = 3) Integer> classes, @ForAll long seed) {
        var forwards = new LinkedHashMap<String, Double>();
        forwards.put("train", 0.8);
        forwards.put("test", 0.2);
        var backwards = new LinkedHashMap<String, Double>();
        backwards.put("test", 0.2);
        backwards.put("train", 0.8);
        var one = new Split.Definition("s", seed, null, forwards);
        var other = new Split.Definition("s", seed, null, backwards);
        assertThat(one).isEqualTo(other);
        assertThat(assign(one, classes)).isEqualTo(assign(other, classes));
    }

    /** What a split gave when each row was an object in a list; splits that users have must come out the same. */
    @Property(tries = 300)
    void theArraysGiveWhatListsOfRowsGave(
            @ForAll @Size(min = 1, max = 200) List<@IntRange(max = 6) Integer> classes,
            @ForAll long seed,
            @ForAll @Size(min = 2, max = 20) List<@DoubleRange(min = 0.01, max = 1) Double> weights) {
        double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
        var parts = new LinkedHashMap<String, Double>();
        weights.forEach(weight -> parts.put("p" + parts.size(), weight / sum));
        var definition = new Split.Definition("s", seed, null, parts);
        assertThat(assign(definition, classes)).isEqualTo(assignedByLists(definition, classes));
    }

    private static int[] assignedByLists(Split.Definition definition, List<Integer> classes) {
        var rowsOf = new LinkedHashMap<Integer, List<Integer>>();
        for (int row = 0; row < classes.size(); row++) {
            rowsOf.computeIfAbsent(classes.get(row), key -> new ArrayList<>()).add(row);
        }
        List<List<Integer>> groups = List.copyOf(rowsOf.values());
        var random = new SplittableRandom(definition.seed());
        for (List<Integer> rows : groups) {
            for (int i = rows.size() - 1; i > 0; i--) {
                Collections.swap(rows, i, random.nextInt(i + 1));
            }
        }
        int[] partOf = new int[classes.size()];
        int[] taken = new int[groups.size()];
        List<Double> shares = List.copyOf(definition.parts().values());
        for (int part = shares.size() - 1; part > 0; part--) {
            double share = shares.get(part);
            int[] quota = new int[groups.size()];
            var byRemainder = new ArrayList<Integer>();
            int left = (int) Math.ceil(classes.size() * share - 1e-9);
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
            for (int group = 0; group < quota.length; group++) {
                List<Integer> rows = groups.get(group);
                for (int i = 0; i < quota[group] && taken[group] < rows.size(); i++) {
                    partOf[rows.get(taken[group]++)] = part;
                }
            }
        }
        return partOf;
    }
}
