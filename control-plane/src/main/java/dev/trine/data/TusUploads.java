package dev.trine.data;

import dev.trine.data.UploadStore.Upload;
import dev.trine.identity.ProjectScope;
import dev.trine.lib.workload.Input;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs;
import dev.trine.storage.Blobs.Blob;
import dev.trine.storage.ObjectStore;
import dev.trine.storage.StorageFullException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/**
 * Uploads by tus 1.0. Each PATCH becomes one object, so that any copy of the control plane can go on; a PATCH that breaks off
 * keeps what had arrived. No database connection is held while bytes flow.
 */
@Service
class TusUploads implements Uploads {

    private static final Logger LOG = LoggerFactory.getLogger(TusUploads.class);
    private static final Duration LONGEST_PATCH = Duration.ofHours(6);
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final UploadStore store;
    private final ObjectStore objects;
    private final Blobs blobs;
    private final DataProperties properties;
    private final IdSource ids;
    private final Clock clock;

    TusUploads(
            UploadStore store, ObjectStore objects, Blobs blobs, DataProperties properties, IdSource ids, Clock clock) {
        this.store = store;
        this.objects = objects;
        this.blobs = blobs;
        this.properties = properties;
        this.ids = ids;
        this.clock = clock;
    }

    Upload create(ProjectScope scope, long size, String filename, @Nullable String sha256) {
        long most = properties.maxUploadSize().toBytes();
        if (size > most) {
            throw new TrineException(
                    ErrorCode.UPLOAD_TOO_LARGE, "the file has %d bytes; at most %d are taken".formatted(size, most));
        }
        if (size < 0) {
            throw TrineException.invalid("Upload-Length", "must not be negative, was " + size);
        }
        if (sha256 != null && !SHA256.matcher(sha256).matches()) {
            throw TrineException.invalid("sha256", "must be 64 lower-case hex digits, was '%s'".formatted(sha256));
        }
        String name = plainName(filename);
        Instant now = clock.instant();
        var upload = new Upload(
                new UploadId(ids.next()),
                scope.projectId(),
                name,
                size,
                sha256,
                0,
                0,
                null,
                now.plus(properties.uploadLifetime()));
        store.insert(upload, scope.caller().userId(), now);
        return upload;
    }

    /** The last segment of a path, without what would make it special. */
    private static String plainName(String filename) {
        String last = filename.substring(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1)
                .strip();
        if (last.isEmpty() || last.equals(".") || last.equals("..") || last.length() > 255) {
            throw TrineException.invalid("filename", "'%s' is not the name of a file".formatted(filename));
        }
        return last;
    }

    Upload get(ProjectScope scope, UploadId id) {
        Upload upload = store.find(scope.projectId(), id).orElseThrow(() -> TrineException.notFound("upload", id));
        if (clock.instant().isAfter(upload.expiresAt())) {
            throw new TrineException(ErrorCode.UPLOAD_EXPIRED, "the upload expired at " + upload.expiresAt());
        }
        return upload;
    }

    /**
     * Appends bytes at an offset, and checks the hash when the last one is here.
     *
     * @param checksum what these bytes must hash to; null when the client does not say
     * @return the offset after them
     */
    long append(ProjectScope scope, UploadId id, long offset, InputStream bytes, @Nullable TusChecksum checksum)
            throws IOException {
        get(scope, id);
        Instant now = clock.instant();
        if (!store.claim(id, now, now.plus(LONGEST_PATCH))) {
            throw new TrineException(ErrorCode.UPLOAD_OFFSET_CONFLICT, "another request is writing to this upload");
        }
        try {
            Upload upload = get(scope, id);
            if (offset != upload.offset()) {
                throw new TrineException(
                        ErrorCode.UPLOAD_OFFSET_CONFLICT,
                        "the upload continues at byte %d, not %d".formatted(upload.offset(), offset));
            }
            return appendClaimed(upload, bytes, checksum);
        } finally {
            store.release(id);
        }
    }

    private long appendClaimed(Upload upload, InputStream bytes, @Nullable TusChecksum checksum) throws IOException {
        long left = upload.sizeBytes() - upload.offset();
        var arriving = new ArrivingBytes(bytes, left, checksum);
        String key = upload.segmentKey(upload.segments());
        long stored = store(key, arriving);
        if (arriving.tooMany() || (checksum != null && !checksum.matches())) {
            objects.delete(key);
            throw arriving.tooMany()
                    ? new TrineException(ErrorCode.UPLOAD_TOO_LARGE, "only %d bytes were left to send".formatted(left))
                    : new TrineException(ErrorCode.CHECKSUM_MISMATCH, "the bytes do not have the Upload-Checksum");
        }
        long offset = upload.offset() + stored;
        if (stored > 0) {
            store.advance(upload.id(), offset, upload.segments() + 1);
        } else {
            objects.delete(key);
        }
        if (arriving.brokenOff() != null) {
            throw arriving.brokenOff();
        }
        if (offset == upload.sizeBytes()) {
            finish(upload, upload.segments() + (stored > 0 ? 1 : 0));
        }
        return offset;
    }

    private long store(String key, InputStream bytes) throws IOException {
        try {
            return objects.put(key, bytes).sizeBytes();
        } catch (StorageFullException full) {
            throw new TrineException(
                    ErrorCode.STORAGE_FULL, "the object store is full; resume when there is room", List.of(), full);
        }
    }

    /** Joins the segments into one blob. A wrong hash ends the upload: its bytes can never become right. */
    private void finish(Upload upload, int segments) throws IOException {
        Blob blob;
        try (InputStream all = joined(upload, segments)) {
            blob = blobs.put(upload.projectId(), all);
        } catch (StorageFullException full) {
            throw new TrineException(
                    ErrorCode.STORAGE_FULL, "the object store is full; resume when there is room", List.of(), full);
        }
        removeSegments(upload, segments);
        if (upload.sha256() != null && !upload.sha256().equals(blob.sha256())) {
            store.delete(upload.id());
            throw new TrineException(
                    ErrorCode.CHECKSUM_MISMATCH,
                    "the file's SHA-256 is %s, but %s was promised; upload it again"
                            .formatted(blob.sha256(), upload.sha256()));
        }
        store.complete(upload.id(), blob.objectKey(), blob.sha256());
    }

    private InputStream joined(Upload upload, int segments) throws IOException {
        var parts = new ArrayList<InputStream>();
        for (int number = 0; number < segments; number++) {
            String key = upload.segmentKey(number);
            parts.add(objects.open(key)
                    .orElseThrow(() -> new FileNotFoundException("segment %s is gone".formatted(key))));
        }
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    private void removeSegments(Upload upload, int segments) throws IOException {
        for (int number = 0; number < segments; number++) {
            objects.delete(upload.segmentKey(number));
        }
    }

    void terminate(ProjectScope scope, UploadId id) throws IOException {
        Upload upload = get(scope, id);
        removeSegments(upload, upload.segments());
        store.delete(id);
    }

    @Override
    public Input.File keep(ProjectScope scope, UploadId id) {
        Upload upload = get(scope, id);
        String key = upload.objectKey();
        String sha256 = upload.sha256();
        if (key == null || sha256 == null) {
            throw new TrineException(
                    ErrorCode.UPLOAD_INCOMPLETE,
                    "upload %s has %d of %d bytes".formatted(id, upload.offset(), upload.sizeBytes()));
        }
        return new Input.File(upload.filename(), key, sha256, upload.sizeBytes());
    }

    /** Forgets uploads that nobody finished or used. */
    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT1M")
    void sweep() throws IOException {
        for (Upload upload : store.expired(clock.instant(), 100)) {
            removeSegments(upload, upload.segments());
            store.delete(upload.id());
            LOG.info("forgot the expired upload {}", upload.id());
        }
    }
}
