package dev.trine.storage;

import dev.trine.identity.ProjectId;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Content-addressed bytes of a project: the same bytes are kept once, under their SHA-256. */
public interface Blobs {

    /** Where a project's blob lies in the object store. */
    static String key(ProjectId project, String sha256) {
        return folder(project) + sha256.substring(0, 2) + "/" + sha256;
    }

    /** What the keys of all blobs of a project begin with. */
    static String folder(ProjectId project) {
        return project + "/blobs/";
    }

    /** Stores a stream under its own hash; a second copy of the same bytes costs nothing. */
    Blob put(ProjectId project, InputStream bytes) throws IOException;

    /**
     * The same for bytes whose hash is known beforehand.
     *
     * @param sha256 lower-case hex
     * @throws WrongDigestException if they have another one; then nothing of them is kept
     */
    Blob put(ProjectId project, InputStream bytes, String sha256) throws IOException;

    /** Stores several, each as {@link #put(ProjectId, InputStream)} would, at less cost; in the same order. */
    List<Blob> putAll(ProjectId project, List<? extends Source> sources) throws IOException;

    /** Bytes that are not read yet. */
    @FunctionalInterface
    interface Source {
        InputStream open() throws IOException;
    }

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

    /** Bytes are not the ones that were promised. */
    final class WrongDigestException extends IOException {

        private final String actual;

        WrongDigestException(String expected, String actual) {
            super("the bytes have the SHA-256 %s, not %s".formatted(actual, expected));
            this.actual = actual;
        }

        /** The hash that they have, lower-case hex. */
        public String actual() {
            return actual;
        }
    }
}
