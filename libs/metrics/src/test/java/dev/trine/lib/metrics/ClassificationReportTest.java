package dev.trine.lib.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.trine.lib.metrics.ClassificationReport.ClassScores;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The expected values are scikit-learn 1.9.1's, with zero_division=0. */
class ClassificationReportTest {

    private static List<String> letters(String text) {
        return List.of(text.split("", -1)).subList(0, text.length());
    }

    @Test
    void agreesWithScikitLearnAlsoForClassesThatAreOnlyPredictedOrNever() {
        ClassificationReport report = ClassificationReport.of(letters("aaabbbbccd"), letters("aabbbbacce"));
        // row 3 (a) is predicted b, row 7 (b) is predicted a, row 10 (d) is predicted e
        assertThat(report.classes()).containsExactly("a", "b", "c", "d", "e");
        assertThat(report.accuracy()).isCloseTo(0.7, within(1e-12));
        assertThat(report.macroF1()).isCloseTo(0.4833333333333333, within(1e-12));
        assertThat(report.confusionMatrix())
                .containsExactly(
                        List.of(2L, 1L, 0L, 0L, 0L),
                        List.of(1L, 3L, 0L, 0L, 0L),
                        List.of(0L, 0L, 2L, 0L, 0L),
                        List.of(0L, 0L, 0L, 0L, 1L),
                        List.of(0L, 0L, 0L, 0L, 0L));
        assertThat(report.perClass().get(1)).isEqualTo(new ClassScores("b", 0.75, 0.75, 0.75, 4));
        assertThat(report.perClass().get(3)).isEqualTo(new ClassScores("d", 0, 0, 0, 1));
        assertThat(report.perClass().get(4)).isEqualTo(new ClassScores("e", 0, 0, 0, 0));
    }

    @Test
    void allRightIsOne() {
        ClassificationReport report = ClassificationReport.of(letters("abc"), letters("abc"));
        assertThat(report.accuracy()).isEqualTo(1);
        assertThat(report.macroF1()).isEqualTo(1);
    }

    @Test
    void moreClassesThanAMatrixCanHaveAreRefusedBeforeItIsMade() {
        List<String> most = IntStream.range(0, 1_000).mapToObj(String::valueOf).toList();
        assertThat(ClassificationReport.of(most, most).classes()).hasSize(1_000);
        List<String> ids = IntStream.range(0, 50_000).mapToObj(String::valueOf).toList();
        assertThatThrownBy(() -> ClassificationReport.of(ids, ids))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there are 50000 classes; a report has at most 1000. Is the label a number or an id?");
    }

    @Test
    void listsThatDoNotMatchAreRefused() {
        assertThatThrownBy(() -> ClassificationReport.of(letters("ab"), letters("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 truths but 1 predictions");
        assertThatThrownBy(() -> ClassificationReport.of(List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
