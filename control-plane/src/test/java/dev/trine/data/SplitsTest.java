package dev.trine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class SplitsTest {

    private Workbench bench;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        bench = new Workbench(folder);
    }

    @Test
    void thePartsOfSeveralFilesHoldEveryRowOnceBelowTheHeader() throws IOException {
        DatasetVersion version = version(Map.of("a.csv", rows(0, 30_000), "b.csv", rows(30_000, 30_001)));
        Split split = splits(1_000_000).ensure(bench.scope, version, definition(null));
        var all = new ArrayList<String>();
        for (Split.Part part : split.parts()) {
            List<String> lines = lines(part);
            assertThat(lines.getFirst()).isEqualTo("n,text");
            assertThat(lines.subList(1, lines.size())).hasSize((int) part.rowCount());
            all.addAll(lines.subList(1, lines.size()));
        }
        assertThat(split.parts().get(1).rowCount()).isEqualTo(6_001);
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 30_001).mapToObj(SplitsTest::row).toList());
        assertThat(bench.leftovers()).isEmpty();
        assertThat(bench.objects.open()).isZero();
    }

    /** Hashes of the parts as they were before the rows were kept in arrays. */
    @Test
    void aDefinitionGivesTheSameBytesForEver() throws IOException {
        DatasetVersion version = version(Map.of("a.csv", rows(0, 1_000)));
        Split split = splits(1_000_000).ensure(bench.scope, version, definition("text"));
        assertThat(split.parts())
                .extracting(Split.Part::sha256)
                .containsExactly(
                        "20b41f6338573487aa50e135fe384ad4442d0a08ef9f660b09c0ae1b48f9d785",
                        "4b63e3a2b9bdf92826436a384c08249d373f95b6d1f3f6595351c17c189a8a31");
    }

    @Test
    void moreRowsThanFitAreRefusedWithTheFigure() throws IOException {
        DatasetVersion version = version(Map.of("a.csv", rows(0, 101)));
        assertThatThrownBy(() -> splits(100).ensure(bench.scope, version, definition(null)))
                .isInstanceOfSatisfying(TrineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_FAILED);
                    assertThat(e).hasMessage("version: has 101 rows; at most 100 can be split in the memory here");
                });
    }

    @Test
    void aColumnThatIsDifferentInEveryRowIsNothingToStratifyBy() throws IOException {
        DatasetVersion version = version(Map.of("a.csv", rows(0, 65_537)));
        assertThatThrownBy(() -> splits(1_000_000).ensure(bench.scope, version, definition("n")))
                .isInstanceOfSatisfying(TrineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_FAILED);
                    assertThat(e).hasMessageContaining("stratifyBy: column 'n' has more than 65536 different values");
                });
    }

    @Test
    void moreThanTwentyPartsAreRefusedInOneSentence() {
        Map<String, Double> parts = IntStream.range(0, 4_000)
                .boxed()
                .collect(Collectors.toMap(i -> "p" + i, i -> 1.0 / 4_000, (a, b) -> a, LinkedHashMap::new));
        assertThatThrownBy(() -> new Split.Definition("s", 1, null, parts).check())
                .hasMessage("parts: has 4000 parts; at most 20 are taken");
    }

    private Splits splits(long mostRows) {
        return new Splits(
                bench.versions, bench.blobs, bench.audit, bench.transactions, bench.ids, bench.clock, mostRows);
    }

    private static Split.Definition definition(@Nullable String stratifyBy) {
        return new Split.Definition("s", 7, stratifyBy, Map.of("train", 0.8, "test", 0.2));
    }

    private DatasetVersion version(Map<String, String> files) throws IOException {
        var uploads = new ArrayList<String>();
        for (var file : files.entrySet()) {
            uploads.add(bench.upload(file.getKey(), file.getValue()).toString());
        }
        return bench.datasets.commit(bench.scope, bench.dataset("d").id(), uploads, null);
    }

    private static String rows(int from, int to) {
        return "n,text\n"
                + IntStream.range(from, to).mapToObj(i -> row(i) + "\n").collect(Collectors.joining());
    }

    private static String row(int i) {
        return "%d,\"t, %d\"".formatted(i, i % 7);
    }

    private List<String> lines(Split.Part part) throws IOException {
        try (InputStream bytes = bench.blobs.open(Blobs.key(bench.scope.projectId(), part.sha256()))) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
