package dev.trine.storage;

import dev.trine.identity.ProjectId;
import dev.trine.shared.IdSource;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Blobs under {@code <project>/blobs/<first two hex digits>/<sha256>}; each project has its own copy, so none sees another's.
 * While the hash of large ones is not known yet they lie under {@code <project>/tmp/<UUIDv7>}.
 */
@Component
class ContentAddressedBlobs implements Blobs {

    private static final Logger LOG = LoggerFactory.getLogger(ContentAddressedBlobs.class);
    /** No bytes take that long to arrive; if some do, their put fails and can be done again. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    /** Up to so many bytes a blob is held in memory whole. */
    private static final int IN_MEMORY = 64 << 10;

    /** Small ones that are noted by one statement. */
    private static final int MOST_TOGETHER = 64;

    private static final int MOST_SWEPT = 1_000;

    private final ObjectStore store;
    private final LooseBlobStore loose;
    private final IdSource ids;
    private final Clock clock;

    ContentAddressedBlobs(ObjectStore store, LooseBlobStore loose, IdSource ids, Clock clock) {
        this.store = store;
        this.loose = loose;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public Blob put(ProjectId project, InputStream bytes) throws IOException {
        return store(project, bytes, null);
    }

    @Override
    public Blob put(ProjectId project, InputStream bytes, String sha256) throws IOException {
        return store(project, bytes, sha256);
    }

    private Blob store(ProjectId project, InputStream bytes, @Nullable String expected) throws IOException {
        byte[] head = bytes.readNBytes(IN_MEMORY + 1);
        if (head.length > IN_MEMORY) {
            return storeLarge(project, new SequenceInputStream(new ByteArrayInputStream(head), bytes), expected);
        }
        Blob blob = blob(project, checked(sha256().digest(head), expected), head.length);
        storeSmall(project, Map.of(blob, head));
        return blob;
    }

    @Override
    public List<Blob> putAll(ProjectId project, List<? extends Source> sources) throws IOException {
        var blobs = new ArrayList<Blob>(sources.size());
        var small = new HashMap<Blob, byte[]>();
        for (Source source : sources) {
            try (InputStream bytes = source.open()) {
                byte[] head = bytes.readNBytes(IN_MEMORY + 1);
                if (head.length > IN_MEMORY) {
                    blobs.add(
                            storeLarge(project, new SequenceInputStream(new ByteArrayInputStream(head), bytes), null));
                } else {
                    Blob blob = blob(project, checked(sha256().digest(head), null), head.length);
                    small.put(blob, head);
                    blobs.add(blob);
                }
            }
            if (small.size() == MOST_TOGETHER) {
                storeSmall(project, small);
                small.clear();
            }
        }
        storeSmall(project, small);
        return blobs;
    }

    private static Blob blob(ProjectId project, String sha256, long size) {
        return new Blob(Blobs.key(project, sha256), sha256, size);
    }

    /** Their hashes are known before they are stored, which saves the way by another key. */
    private void storeSmall(ProjectId project, Map<Blob, byte[]> blobs) throws IOException {
        if (blobs.isEmpty()) {
            return;
        }
        // noted before the look, so that from now on nobody removes them
        loose.stored(project, blobs.keySet().stream().map(Blob::objectKey).toList(), clock.instant());
        for (Map.Entry<Blob, byte[]> blob : blobs.entrySet()) {
            String key = blob.getKey().objectKey();
            if (store.stat(key).isEmpty()) {
                store.put(key, new ByteArrayInputStream(blob.getValue()));
            }
        }
    }

    private Blob storeLarge(ProjectId project, InputStream bytes, @Nullable String expected) throws IOException {
        MessageDigest digest = sha256();
        String temporary = project + "/tmp/" + ids.next();
        long size = store.put(temporary, new DigestInputStream(bytes, digest)).sizeBytes();
        boolean moved = false;
        try {
            Blob blob = blob(project, checked(digest.digest(), expected), size);
            loose.stored(project, List.of(blob.objectKey()), clock.instant());
            if (store.stat(blob.objectKey()).isEmpty()) {
                store.move(temporary, blob.objectKey());
                moved = true;
            }
            return blob;
        } finally {
            if (!moved) {
                store.delete(temporary);
            }
        }
    }

    private static String checked(byte[] digest, @Nullable String expected) throws WrongDigestException {
        String sha256 = HexFormat.of().formatHex(digest);
        if (expected != null && !expected.equals(sha256)) {
            throw new WrongDigestException(expected, sha256);
        }
        return sha256;
    }

    /** Removes what crashes left between storing bytes and giving them their key. */
    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT2M")
    void sweep() throws IOException {
        long oldest = clock.instant().minus(ABANDONED).toEpochMilli();
        for (String project : store.folders()) {
            String folder = project + "/tmp/";
            for (String key : store.list(folder, "", MOST_SWEPT)) {
                if (madeAt(key.substring(folder.length())) < oldest) {
                    store.delete(key);
                    LOG.info("removed {}, which a crash left behind", key);
                }
            }
        }
    }

    /** Milliseconds since 1970 in a UUIDv7; the latest time of all for another name, which is not ours to remove. */
    private static long madeAt(String name) {
        try {
            UUID id = UUID.fromString(name);
            return id.version() == 7 ? id.getMostSignificantBits() >>> 16 : Long.MAX_VALUE;
        } catch (IllegalArgumentException noId) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public InputStream open(String objectKey) throws IOException {
        return open(objectKey, 0, -1);
    }

    @Override
    public InputStream open(String objectKey, long offset, long length) throws IOException {
        return store.open(objectKey, offset, length)
                .orElseThrow(() -> new FileNotFoundException("no object '%s'".formatted(objectKey)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
