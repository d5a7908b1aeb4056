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
import dev.trine.storage.BoundedInputStream;
import dev.trine.storage.ObjectStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
 * Uploads by tus 1.0. The bytes of a PATCH become objects, one after the other as they arrive, so that any copy of the control plane
 * can go on; a PATCH that breaks off keeps what had arrived. No database connection is held while bytes flow.
 */
@Service
class TusUploads implements Uploads {

    private static final Logger LOG = LoggerFactory.getLogger(TusUploads.class);
    /** Of a writer that died others know after so long; one that lives says so much more often. */
    private static final Duration CLAIM = Duration.ofSeconds(20);
    /** So much is lost at most when a process dies while bytes arrive. */
    private static final long SEGMENT_BYTES = 16L << 20;

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

    /** The same for a client that wants to go on: where a crash came before the end, that is made up for. */
    Upload resume(ProjectScope scope, UploadId id) throws IOException {
        Upload upload = get(scope, id);
        if (!upload.awaitsJoining()) {
            return upload;
        }
        try {
            join(upload);
        } catch (IOException away) {
            LOG.warn("upload {} could not be put together, and will be tried again: {}", id, away.getMessage());
        }
        return get(scope, id);
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
        return alone(id, () -> {
                    Upload upload = get(scope, id);
                    if (upload.objectKey() != null) {
                        return appendToWhole(upload, offset, bytes);
                    }
                    requireOffset(upload, offset);
                    return appendClaimed(upload, bytes, checksum);
                })
                .orElseThrow(TusUploads::busy);
    }

    /** What needs the claim on an upload. */
    @FunctionalInterface
    private interface ClaimedWork<T> {
        T run() throws IOException;
    }

    /** Does something with an upload that nobody else writes to meanwhile; empty when somebody does. */
    private <T> Optional<T> alone(UploadId id, ClaimedWork<T> work) throws IOException {
        if (!writing.add(id)) {
            return Optional.empty();
        }
        try {
            if (!store.claim(id, self.name(), CLAIM)) {
                return Optional.empty();
            }
            try {
                return Optional.of(work.run());
            } finally {
                release(id);
            }
        } finally {
            writing.remove(id);
        }
    }

    private static TrineException busy() {
        return new TrineException(ErrorCode.UPLOAD_OFFSET_CONFLICT, "another request is writing to this upload");
    }

    private static void requireOffset(Upload upload, long offset) {
        if (offset != upload.offset()) {
            throw new TrineException(
                    ErrorCode.UPLOAD_OFFSET_CONFLICT,
                    "the upload continues at byte %d, not %d".formatted(upload.offset(), offset));
        }
    }

    /** Nothing can be added to an upload that is complete; to add nothing at its end is to ask whether it is. */
    private static long appendToWhole(Upload upload, long offset, InputStream bytes) throws IOException {
        requireOffset(upload, offset);
        if (bytes.read() >= 0) {
            throw tooMany(0);
        }
        return offset;
    }

    private static TrineException tooMany(long left) {
        return new TrineException(ErrorCode.UPLOAD_TOO_LARGE, "only %d bytes were left to send".formatted(left));
    }

    /** Renews the claim; with the database away the one in force has to do, and the end of the bytes will show. */
    private boolean renew(UploadId id) {
        try {
            return store.renew(id, self.name(), CLAIM);
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

    /**
     * What to say when the claim is lost: to another request, or with the upload itself, which was terminated meanwhile. Then
     * what this request has stored goes too.
     */
    private TrineException lost(Upload upload) {
        if (store.exists(upload.id())) {
            return busy();
        }
        removeSegments(upload, upload.segments() + 1);
        return TrineException.notFound("upload", upload.id());
    }

    private long appendClaimed(Upload before, InputStream bytes, @Nullable TusChecksum checksum) throws IOException {
        var arriving = new ArrivingBytes(bytes, before.left(), checksum);
        Upload upload = before;
        do {
            // bytes whose hash is promised count together or not at all
            boolean whole = checksum != null || upload.left() <= SEGMENT_BYTES;
            upload =
                    appendSegment(upload, whole ? arriving : new BoundedInputStream(arriving, SEGMENT_BYTES), arriving);
        } while (!arriving.ended());
        if (upload.awaitsJoining()) {
            finish(upload);
        } else if (arriving.brokenOff() != null) {
            throw arriving.brokenOff();
        }
        return upload.offset();
    }

    /** Stores one segment; what was stored before stays, whatever becomes of this one. */
    private Upload appendSegment(Upload upload, InputStream segment, ArrivingBytes arriving) throws IOException {
        String key = upload.segmentKey(upload.segments());
        long stored;
        try (var claimed = new ClaimedBytes(segment, () -> renew(upload.id()), clock)) {
            stored = objects.put(key, claimed).sizeBytes();
        } catch (ClaimLostException lost) {
            throw lost(upload);
        }
        if (arriving.tooMany() || !arriving.asPromised()) {
            objects.delete(key);
            throw arriving.tooMany()
                    ? tooMany(upload.left())
                    : new TrineException(ErrorCode.CHECKSUM_MISMATCH, "the bytes do not have the Upload-Checksum");
        }
        if (stored == 0) {
            objects.delete(key);
            return upload;
        }
        Upload after = upload.with(stored);
        if (!store.advance(upload.id(), self.name(), after.offset(), after.segments())) {
            throw lost(upload);
        }
        return after;
    }

    /** Finishes an upload that has all its bytes, unless somebody is at it. */
    private void join(Upload upload) throws IOException {
        alone(upload.id(), () -> {
            finish(upload);
            return upload;
        });
    }

    /**
     * Joins the segments into one blob; done again after a crash or a full disk. A wrong hash ends the upload: its bytes can never
     * become right.
     */
    private void finish(Upload upload) throws IOException {
        Blob blob;
        try (InputStream all = joined(upload)) {
            blob = upload.sha256() == null
                    ? blobs.put(upload.projectId(), all)
                    : blobs.put(upload.projectId(), all, upload.sha256());
        } catch (WrongDigestException wrong) {
            store.delete(upload.id());
            removeSegments(upload, upload.segments());
            throw new TrineException(
                    ErrorCode.CHECKSUM_MISMATCH,
                    "the file's SHA-256 is %s, but %s was promised; upload it again"
                            .formatted(wrong.actual(), upload.sha256()),
                    List.of(),
                    wrong);
        } catch (ClaimLostException lost) {
            throw lost(upload);
        } catch (FileNotFoundException segment) {
            if (store.exists(upload.id())) {
                throw segment;
            }
            throw lost(upload);
        }
        // in this order: a crash in between leaves segments to sweep, and never an upload without its bytes
        if (!store.complete(upload.id(), blob)) {
            throw lost(upload);
        }
        removeSegments(upload, upload.segments());
    }

    private InputStream joined(Upload upload) {
        return new ClaimedBytes(
                new JoinedSegments(objects, upload, upload.segments()), () -> renew(upload.id()), clock);
    }

    private void removeSegments(Upload upload, int segments) {
        for (int number = 0; number < segments; number++) {
            remove(upload.segmentKey(number));
        }
    }

    /** Removes a segment; one that cannot be is left to {@link #sweepSegments}. */
    private void remove(String segment) {
        try {
            objects.delete(segment);
        } catch (IOException e) {
            LOG.warn("{} could not be removed, and will be tried again: {}", segment, e.getMessage());
        }
    }

    void terminate(ProjectScope scope, UploadId id) {
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
                    upload.awaitsJoining()
                            ? "upload %s has all its bytes, but is being put together yet; try again".formatted(id)
                            : "upload %s has %d of %d bytes".formatted(id, upload.offset(), upload.sizeBytes()));
        }
        return new Input.File(upload.filename(), key, sha256, upload.sizeBytes());
    }

    /** Finishes uploads that have all their bytes, and whose writer died or had no room before it was done with them. */
    @Scheduled(fixedDelayString = "PT30S", initialDelayString = "PT10S")
    void finishAbandoned() {
        for (Upload upload : store.toJoin(clock.instant(), PAGE)) {
            try {
                join(upload);
            } catch (IOException | TrineException e) {
                LOG.warn("upload {} could not be finished: {}", upload.id(), e.getMessage());
            }
        }
    }

    /** Forgets uploads that nobody finished or used. */
    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT1M")
    void sweep() {
        for (Upload upload : store.removeExpired(clock.instant(), PAGE)) {
            removeSegments(upload, upload.segments());
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
                        remove(key);
                        LOG.info("removed {}, whose upload is gone", key);
                    }
                }
                keys = objects.list(folder, keys.getLast(), PAGE);
            }
        }
    }
}
