package dev.trine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class DatasetServiceTest {

    private Workbench bench;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        bench = new Workbench(folder);
    }

    @Test
    void aDatasetIsMadeWithItsFirstVersionOrNotAtAll() throws IOException {
        UploadId bad = bench.upload("a.csv", "a,b\n1\n");
        assertThatThrownBy(() -> make("d", bad)).isInstanceOf(TrineException.class);
        assertThat(bench.datasetStore.byName(bench.scope.projectId(), "d")).isEmpty();

        Dataset made = make("d", bench.upload("a.csv", "a,b\n1,2\n"));
        assertThat(made.latestVersion()).isEqualTo(1);
        assertThat(bench.versions.find(made.id(), 1))
                .hasValueSatisfying(version -> assertThat(version.labelColumn()).isEqualTo("b"));
    }

    @Test
    void aNameThatIsTakenIsSaidBeforeTheUploadsAreRead() throws IOException {
        bench.dataset("d");
        UploadId upload = bench.upload("a.csv", "a,b\n1,2\n");
        bench.objects.watch(key -> {
            throw new AssertionError(key + " was read");
        });
        assertThatThrownBy(() -> make("d", upload))
                .isInstanceOfSatisfying(
                        TrineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    }

    private Dataset make(String name, UploadId upload) throws IOException {
        return bench.datasets.create(
                bench.scope, bench.datasets.prepare(bench.scope, name, "", List.of(), List.of(upload.toString()), "b"));
    }

    @Test
    void aDatasetThatIsDeletedWhileItsNextVersionIsReadIsNotFound() throws IOException {
        Dataset dataset = bench.dataset("d");
        UploadId upload = bench.upload("a.csv", "a\n1\n");
        bench.objects.watch(key -> bench.datasets.delete(bench.scope, dataset));
        assertThatThrownBy(() -> bench.datasets.commit(bench.scope, dataset.id(), List.of(upload.toString()), null))
                .isInstanceOfSatisfying(
                        TrineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
        assertThat(bench.versions.find(dataset.id(), 1)).isEmpty();
    }
}
