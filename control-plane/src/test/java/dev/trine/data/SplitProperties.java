package dev.trine.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SplitProperties {

    private static List<String> strata(List<Integer> classes) {
        return classes.stream().map(String::valueOf).toList();
    }

    private static Split.Definition definition(long seed, double test) {
        return new Split.Definition("s", seed, null, Map.of("train", 1 - test, "test", test));
    }

    @Property(tries = 300)
    void everyRowGoesToOnePartAndTheSmallerPartHasItsShareRoundedUp(
            @ForAll @Size(min = 1, max = 200) List<@IntRange(max = 6) Integer> classes,
            @ForAll long seed,
            @ForAll @DoubleRange(min = 0.05, max = 0.45) double test) {
        int[] part = definition(seed, test).assign(strata(classes));
        assertThat(part)
                .hasSize(classes.size())
                .containsOnly(Arrays.stream(part).distinct().toArray());
        long inTest = Arrays.stream(part).filter(index -> index == 1).count();
        assertThat(inTest).isEqualTo((long) Math.ceil(classes.size() * test - 1e-9));
    }

    @Property(tries = 300)
    void everyStratumKeepsItsShareUpToOneRow(
            @ForAll @Size(min = 20, max = 200) List<@IntRange(max = 4) Integer> classes, @ForAll long seed) {
        int[] part = definition(seed, 0.2).assign(strata(classes));
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
        assertThat(one.assign(strata(classes))).isEqualTo(other.assign(strata(classes)));
    }
}
