package dev.trine.data;

import dev.trine.identity.Idempotent;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.lib.workload.Input;
import dev.trine.shared.Download;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/datasets/{id}/versions")
class DatasetVersionController {

    private static final int MOST_PREVIEW = 1_000;

    private final DatasetService datasets;
    private final DatasetVersionStore versions;
    private final Splits splits;
    private final Blobs blobs;

    DatasetVersionController(DatasetService datasets, DatasetVersionStore versions, Splits splits, Blobs blobs) {
        this.datasets = datasets;
        this.versions = versions;
        this.splits = splits;
        this.blobs = blobs;
    }

    record NewVersion(List<String> uploads, @Nullable String labelColumn) {}

    /** The first rows of a version, as text. */
    record Preview(List<String> columns, List<List<String>> rows) {}

    record SplitList(List<Split> items) {}

    /** Makes the next version of a dataset out of completed uploads. */
    @PostMapping
    @Idempotent(prepares = true)
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.DATASETS_WRITE)
    DatasetVersion commit(ProjectScope scope, @PathVariable DatasetId id, @RequestBody NewVersion asked)
            throws IOException {
        return datasets.commit(scope, id, asked.uploads(), asked.labelColumn());
    }

    /** The versions of a dataset, newest first. */
    @GetMapping
    @Requires(Permission.DATASETS_READ)
    Page<DatasetVersion> list(ProjectScope scope, @PathVariable DatasetId id, PageRequest page) {
        return datasets.versions(scope, id, page);
    }

    /** A version of a dataset. */
    @GetMapping("/{number}")
    @Requires(Permission.DATASETS_READ)
    DatasetVersion get(ProjectScope scope, @PathVariable DatasetId id, @PathVariable int number) {
        return datasets.version(scope, id, number);
    }

    /**
     * The first rows of a version.
     *
     * @param limit how many rows, 1 to 1,000
     */
    @GetMapping("/{number}/preview")
    @Requires(Permission.DATASETS_READ)
    Preview preview(
            ProjectScope scope,
            @PathVariable DatasetId id,
            @PathVariable int number,
            @RequestParam(defaultValue = "50") int limit)
            throws IOException {
        if (limit < 1 || limit > MOST_PREVIEW) {
            throw TrineException.invalid("limit", "must be between 1 and %d, was %d".formatted(MOST_PREVIEW, limit));
        }
        DatasetVersion version = datasets.version(scope, id, number);
        Input.File first = versions.files(version.id()).getFirst();
        try (var reader = TableReader.open(first.path(), blobs.open(first.objectKey()))) {
            var rows = new ArrayList<List<String>>();
            while (rows.size() < limit && reader.hasNext()) {
                rows.add(reader.next());
            }
            return new Preview(reader.header(), rows);
        }
    }

    /** The bytes of one file of a version. */
    @GetMapping("/{number}/files/{path}")
    @Download
    @Requires(Permission.DATASETS_READ)
    void download(
            ProjectScope scope,
            @PathVariable DatasetId id,
            @PathVariable int number,
            @PathVariable String path,
            HttpServletResponse response)
            throws IOException {
        DatasetVersion version = datasets.version(scope, id, number);
        Input.File file = versions.files(version.id()).stream()
                .filter(candidate -> candidate.path().equals(path))
                .findFirst()
                .orElseThrow(() -> TrineException.notFound("file", path));
        send(file, response);
    }

    /** Divides a version into parts; the same definition gives the same split. */
    @PostMapping("/{number}/splits")
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.DATASETS_WRITE)
    Split split(
            ProjectScope scope,
            @PathVariable DatasetId id,
            @PathVariable int number,
            @RequestBody Split.Definition definition)
            throws IOException {
        return splits.ensure(scope, datasets.version(scope, id, number), definition);
    }

    /** The splits of a version. */
    @GetMapping("/{number}/splits")
    @Requires(Permission.DATASETS_READ)
    SplitList splits(ProjectScope scope, @PathVariable DatasetId id, @PathVariable int number) {
        return new SplitList(versions.splits(datasets.version(scope, id, number).id()));
    }

    /** The bytes of one part of a split, a CSV file. */
    @GetMapping("/{number}/splits/{split}/parts/{part}")
    @Download
    @Requires(Permission.DATASETS_READ)
    void downloadPart(
            ProjectScope scope,
            @PathVariable DatasetId id,
            @PathVariable int number,
            @PathVariable String split,
            @PathVariable String part,
            HttpServletResponse response)
            throws IOException {
        DatasetVersion version = datasets.version(scope, id, number);
        Split.Part found = versions.split(version.id(), split).stream()
                .flatMap(all -> all.parts().stream())
                .filter(one -> one.name().equals(part))
                .findFirst()
                .orElseThrow(() -> TrineException.notFound("part", part));
        send(DatasetReadings.file(scope.projectId(), found), response);
    }

    private void send(Input.File file, HttpServletResponse response) throws IOException {
        response.setContentType("application/octet-stream");
        response.setContentLengthLong(file.sizeBytes());
        response.setHeader(HttpHeaders.ETAG, "\"" + file.sha256() + "\"");
        response.setHeader(
                HttpHeaders.CONTENT_DISPOSITION,
                ContentDisposition.attachment()
                        .filename(file.path(), java.nio.charset.StandardCharsets.UTF_8)
                        .build()
                        .toString());
        try (var bytes = blobs.open(file.objectKey())) {
            bytes.transferTo(response.getOutputStream());
        }
    }
}
