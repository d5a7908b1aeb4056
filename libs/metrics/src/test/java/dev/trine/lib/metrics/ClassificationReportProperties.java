package dev.trine.lib.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ClassificationReportProperties {

    record Row(String truth, String prediction) {}

    @Provide
    Arbitrary<List<Row>> rows() {
        Arbitrary<String> label = Arbitraries.of("a", "b", "c", "d");
        return net.jqwik.api.Combinators.combine(label, label)
                .as(Row::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    private static ClassificationReport report(List<Row> rows) {
        return ClassificationReport.of(
                rows.stream().map(Row::truth).toList(),
                rows.stream().map(Row::prediction).toList());
    }

    @Property(tries = 200)
    void accuracyIsTheMatrixDiagonalOverAllRows(@ForAll("rows") List<Row> rows) {
        ClassificationReport report = report(rows);
        long diagonal = 0;
        for (int i = 0; i < report.classes().size(); i++) {
            diagonal += report.confusionMatrix().get(i).get(i);
        }
        assertThat(report.accuracy()).isEqualTo((double) diagonal / rows.size());
    }

    @Property(tries = 200)
    void aRowOfTheMatrixSumsToTheSupportOfItsClass(@ForAll("rows") List<Row> rows) {
        ClassificationReport report = report(rows);
        for (int i = 0; i < report.classes().size(); i++) {
            long sum = report.confusionMatrix().get(i).stream()
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat(sum).isEqualTo(report.perClass().get(i).support());
        }
    }

    @Property(tries = 200)
    void theOrderOfRowsDoesNotMatter(@ForAll("rows") List<Row> rows, @ForAll long seed) {
        var shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(report(shuffled)).isEqualTo(report(rows));
    }
}
