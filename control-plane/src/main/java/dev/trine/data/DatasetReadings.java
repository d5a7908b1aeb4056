package dev.trine.data;

import dev.trine.identity.ProjectId;
import dev.trine.lib.workload.Input;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs;
import java.util.List;
import org.springframework.stereotype.Service;

/** Finds the bytes that a job wants to read. */
@Service
class DatasetReadings implements Datasets {

    private final DatasetService datasets;
    private final DatasetVersionStore versions;

    DatasetReadings(DatasetService datasets, DatasetVersionStore versions) {
        this.datasets = datasets;
        this.versions = versions;
    }

    @Override
    public Reading resolve(ProjectId project, Reference reference) {
        Dataset dataset = datasets.find(project, reference.dataset());
        int number = reference.version() == null ? dataset.latestVersion() : reference.version();
        DatasetVersion version = versions.find(dataset.id(), number)
                .orElseThrow(() -> new TrineException(
                        ErrorCode.NOT_FOUND,
                        dataset.latestVersion() == 0
                                ? "dataset '%s' has no version yet".formatted(dataset.name())
                                : "dataset '%s' has no version %d; the latest is %d"
                                        .formatted(dataset.name(), number, dataset.latestVersion())));
        return new Reading(
                dataset.id(),
                dataset.name(),
                version.id(),
                version.number(),
                version.digest(),
                version.labelColumn(),
                version.schema().stream().map(Column::name).toList(),
                parts(project, version, reference));
    }

    @Override
    public boolean has(ProjectId project, DatasetVersionId version) {
        return versions.isOf(project, version);
    }

    private List<Part> parts(ProjectId project, DatasetVersion version, Reference reference) {
        String splitName = reference.split();
        if (splitName == null) {
            return List.of(new Part("data", version.rowCount(), versions.files(version.id())));
        }
        List<Split> splits = versions.splits(version.id());
        Split split = splits.stream()
                .filter(candidate -> candidate.definition().name().equals(splitName))
                .findFirst()
                .orElseThrow(() -> new TrineException(
                        ErrorCode.NOT_FOUND,
                        "version %d has no split '%s'; it has %s"
                                .formatted(
                                        version.number(),
                                        splitName,
                                        splits.stream()
                                                .map(one -> one.definition().name())
                                                .toList())));
        List<Part> parts = split.parts().stream()
                .filter(part -> reference.part() == null || part.name().equals(reference.part()))
                .map(part -> new Part(part.name(), part.rowCount(), List.of(file(project, part))))
                .toList();
        if (parts.isEmpty()) {
            throw new TrineException(
                    ErrorCode.NOT_FOUND,
                    "split '%s' has no part '%s'; it has %s"
                            .formatted(
                                    splitName,
                                    reference.part(),
                                    split.parts().stream().map(Split.Part::name).toList()));
        }
        return parts;
    }

    static Input.File file(ProjectId project, Split.Part part) {
        return new Input.File(part.path(), Blobs.key(project, part.sha256()), part.sha256(), part.sizeBytes());
    }

    @Override
    public int count(ProjectId project) {
        return datasets.count(project);
    }
}
