package dev.trine.storage;

import dev.trine.identity.ProjectId;
import java.io.IOException;
import java.io.InputStream;

/** Content-addressed bytes of a project: the same bytes are kept once, under their SHA-256. */
public interface Blobs {

    /** Stores a stream under its own hash; a second copy of the same bytes costs nothing. */
    Blob put(ProjectId project, InputStream bytes) throws IOException;

    /** Opens a blob by its object key; throws {@link java.io.FileNotFoundException} when it is gone. */
    InputStream open(String objectKey) throws IOException;

    /** The same from an offset, {@code length} bytes (all the rest if negative). */
    InputStream open(String objectKey, long offset, long length) throws IOException;

    /**
     * A stored blob.
     *
     * @param sha256 lower-case hex
     */
    record Blob(String objectKey, String sha256, long sizeBytes) {}
}
