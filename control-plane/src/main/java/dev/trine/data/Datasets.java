package dev.trine.data;

import dev.trine.identity.ProjectId;
import dev.trine.lib.workload.Input;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a neighbour may ask of datasets. */
public interface Datasets {

    /**
     * Finds what a job wants to read.
     *
     * @throws dev.trine.shared.TrineException {@code NOT_FOUND}, naming the dataset, version, split or part that is missing
     */
    Reading resolve(ProjectId project, Reference reference);

    /** Whether this is a version of one of the project's datasets, also of one that was deleted. */
    boolean has(ProjectId project, DatasetVersionId version);

    /** How many datasets a project has. */
    int count(ProjectId project);

    /**
     * Data as a job names it.
     *
     * @param dataset the dataset's id or name
     * @param version number of the version; null for the latest
     * @param split name of a split of the version; null for the whole version
     * @param part part of the split, e.g. {@code train}; null for all its parts
     */
    record Reference(
            String dataset,
            @Nullable Integer version,
            @Nullable String split,
            @Nullable String part) {}

    /**
     * Data found: with its exact version and bytes.
     *
     * @param labelColumn the version's label column, where it names one
     * @param parts one input each: a split's parts by name, or one part {@code data} for a whole version
     */
    record Reading(
            DatasetId datasetId,
            String datasetName,
            DatasetVersionId versionId,
            int version,
            String digest,
            @Nullable String labelColumn,
            List<String> columns,
            List<Part> parts) {
        public Reading {
            columns = List.copyOf(columns);
            parts = List.copyOf(parts);
        }
    }

    /** One part: its name, rows and files (as a workload mounts them). */
    record Part(String name, long rowCount, List<Input.File> files) {
        public Part {
            files = List.copyOf(files);
        }
    }
}
