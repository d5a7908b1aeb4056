package dev.trine.storage;

import dev.trine.identity.ProjectId;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Blobs under {@code <project>/blobs/<first two hex digits>/<sha256>}; each project has its own copy, so none sees another's. */
@Component
class ContentAddressedBlobs implements Blobs {

    private final ObjectStore store;

    ContentAddressedBlobs(ObjectStore store) {
        this.store = store;
    }

    @Override
    public Blob put(ProjectId project, InputStream bytes) throws IOException {
        MessageDigest digest = sha256();
        String temporary = project + "/tmp/" + UUID.randomUUID();
        long size = store.put(temporary, new DigestInputStream(bytes, digest)).sizeBytes();
        String sha256 = HexFormat.of().formatHex(digest.digest());
        String key = "%s/blobs/%s/%s".formatted(project, sha256.substring(0, 2), sha256);
        if (store.stat(key).isPresent()) {
            store.delete(temporary);
        } else {
            store.move(temporary, key);
        }
        return new Blob(key, sha256, size);
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
