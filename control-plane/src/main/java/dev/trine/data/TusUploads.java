package dev.trine.data;

import dev.trine.data.ClaimedBytes.ClaimLostException;
import dev.trine.data.UploadStore.Upload;
import dev.trine.identity.ProjectScope;
import dev.trine.lib.workload.Input;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.InstanceProperties;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs;
import dev.trine.storage.Blobs.Blob;
import dev.trine.storage.Blobs.WrongDigestException;
import dev.trine.storage.ObjectStore;
import dev.trine.storage.StorageFullException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/**
 * Uploads by tus 1.0. Each PATCH becomes one object, so that any copy of the control plane can go on; a PATCH that breaks off
 * keeps what had arrived. No database connection is held while bytes flow.
 */
@Service
class TusUploads implements Uploads {

    private static final Logger LOG = LoggerFactory.getLogger(TusUploads.class);
    private static final Duration CLAIM = Duration.ofMinutes(1);
    private static final int PAGE = 1_000;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final InstanceProperties self;
    private final UploadStore store;
    private final ObjectStore objects;
    private final Blobs blobs;
    private final DataProperties properties;
    private final IdSource ids;
    private final Clock clock;
    /** What requests of this very copy are writing to; between copies the claim in the database decides. */
    private final Set<UploadId> writing = ConcurrentHashMap.newKeySet();

    TusUploads(
            InstanceProperties self,
            UploadStore store,
            ObjectStore objects,
            Blobs blobs,
            DataProperties properties,
            IdSource ids,
            Clock clock) {
        this.self = self;
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
        if (!writing.add(id)) {
            throw busy();
        }
        try {
            if (!claim(id)) {
                throw busy();
            }
            return appendAlone(scope, id, offset, bytes, checksum);
        } finally {
            writing.remove(id);
        }
    }

    private static TrineException busy() {
        return new TrineException(ErrorCode.UPLOAD_OFFSET_CONFLICT, "another request is writing to this upload");
    }

    private boolean claim(UploadId id) {
        Instant now = clock.instant();
        return store.claim(id, self.name(), now, now.plus(CLAIM));
    }

    /** Renews the claim; with the database away the one in force has to do, and the end of the bytes will show. */
    private boolean renew(UploadId id) {
        try {
            return claim(id);
        } catch (DataAccessException e) {
            LOG.warn("the claim on upload {} could not be renewed: {}", id, e.getMessage());
            return true;
        }
    }

    /** A claim that cannot be given back now is ours to take again. */
    private void release(UploadId id) {
        try {
            store.release(id, self.name());
        } catch (DataAccessException e) {
            LOG.warn("the claim on upload {} could not be given back: {}", id, e.getMessage());
        }
    }

    private long appendAlone(
            ProjectScope scope, UploadId id, long offset, InputStream bytes, @Nullable TusChecksum checksum)
            throws IOException {
        try {
            Upload upload = get(scope, id);
            if (offset != upload.offset()) {
                throw new TrineException(
                        ErrorCode.UPLOAD_OFFSET_CONFLICT,
                        "the upload continues at byte %d, not %d".formatted(upload.offset(), offset));
            }
            return appendClaimed(upload, bytes, checksum);
        } finally {
            release(id);
        }
    }

    /**
     * What to say when the claim is lost: to another request, or with the upload itself, which was terminated meanwhile. Then
     * what this request has stored goes too.
     */
    private TrineException lost(Upload upload) throws IOException {
        if (store.exists(upload.id())) {
            return busy();
        }
        removeSegments(upload, upload.segments() + 1);
        return TrineException.notFound("upload", upload.id());
    }

    private long appendClaimed(Upload upload, InputStream bytes, @Nullable TusChecksum checksum) throws IOException {
        long left = upload.sizeBytes() - upload.offset();
        var arriving = new ArrivingBytes(bytes, left, checksum);
        String key = upload.segmentKey(upload.segments());
        long stored;
        try (var claimed = new ClaimedBytes(arriving, () -> renew(upload.id()), clock)) {
            stored = objects.put(key, claimed).sizeBytes();
        } catch (ClaimLostException lost) {
            throw lost(upload);
        }
        if (arriving.tooMany() || (checksum != null && !checksum.matches())) {
            objects.delete(key);
            throw arriving.tooMany()
                    ? new TrineException(ErrorCode.UPLOAD_TOO_LARGE, "only %d bytes were left to send".formatted(left))
                    : new TrineException(ErrorCode.CHECKSUM_MISMATCH, "the bytes do not have the Upload-Checksum");
        }
        long offset = upload.offset() + stored;
        if (offset == upload.sizeBytes()) {
            finish(upload, key, upload.segments() + (stored > 0 ? 1 : 0));
            return offset;
        }
        if (stored == 0) {
            objects.delete(key);
        } else if (!store.advance(upload.id(), self.name(), offset, upload.segments() + 1)) {
            throw lost(upload);
        }
        if (arriving.brokenOff() != null) {
            throw arriving.brokenOff();
        }
        return offset;
    }

    /**
     * Joins the segments into one blob. A wrong hash ends the upload: its bytes can never become right. With no room for the
     * blob the last segment is dropped, so that the client sends it again.
     */
    private void finish(Upload upload, String lastKey, int segments) throws IOException {
        Blob blob;
        try (InputStream all = joined(upload, segments)) {
            blob = upload.sha256() == null
                    ? blobs.put(upload.projectId(), all)
                    : blobs.put(upload.projectId(), all, upload.sha256());
        } catch (WrongDigestException wrong) {
            store.delete(upload.id());
            removeSegments(upload, segments);
            throw new TrineException(
                    ErrorCode.CHECKSUM_MISMATCH,
                    "the file's SHA-256 is %s, but %s was promised; upload it again"
                            .formatted(wrong.actual(), upload.sha256()),
                    List.of(),
                    wrong);
        } catch (StorageFullException full) {
            objects.delete(lastKey);
            throw full;
        } catch (ClaimLostException lost) {
            throw lost(upload);
        } catch (FileNotFoundException segment) {
            if (store.exists(upload.id())) {
                throw segment;
            }
            throw lost(upload);
        }
        // in this order: a crash in between leaves segments to sweep, and never an upload without its bytes
        if (!store.complete(upload.id(), segments, blob)) {
            throw lost(upload);
        }
        removeSegments(upload, segments);
    }

    private InputStream joined(Upload upload, int segments) {
        return new ClaimedBytes(new JoinedSegments(objects, upload, segments), () -> renew(upload.id()), clock);
    }

    private void removeSegments(Upload upload, int segments) throws IOException {
        for (int number = 0; number < segments; number++) {
            objects.delete(upload.segmentKey(number));
        }
    }

    void terminate(ProjectScope scope, UploadId id) throws IOException {
        Upload upload = get(scope, id);
        removeSegments(upload, store.delete(id));
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

    /** Removes the segments of uploads that are gone: one that was stored as its upload was terminated, or its process died. */
    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT2M")
    void sweepSegments() throws IOException {
        for (String project : objects.folders()) {
            String folder = project + UploadStore.SEGMENTS;
            List<String> keys = objects.list(folder, "", PAGE);
            while (!keys.isEmpty()) {
                for (String key : keys) {
                    if (Upload.ofSegment(key).filter(id -> !store.exists(id)).isPresent()) {
                        objects.delete(key);
                        LOG.info("removed {}, whose upload is gone", key);
                    }
                }
                keys = objects.list(folder, keys.getLast(), PAGE);
            }
        }
    }
}
