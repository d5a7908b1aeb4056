package dev.trine.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Bytes under keys. A key is {@code segment/segment/…} of letters, digits, {@code . _ -}; anything else (so {@code ..} too)
 * is refused with {@link IllegalArgumentException}. An object is visible whole or not at all, and immutable until deleted or
 * replaced. {@code AbstractObjectStoreContract} tests every implementation.
 *
 * <p>I/O failures are {@link IOException}; a full disk is {@link StorageFullException}.
 */
public interface ObjectStore {

    /** Stores a whole stream; the object appears only after the last byte is safe. Replaces an older one. */
    Stored put(String key, InputStream bytes) throws IOException;

    /** Opens an object from a byte offset; {@code length} &lt; 0 for all the rest. Empty when there is none. */
    Optional<InputStream> open(String key, long offset, long length) throws IOException;

    /** Size of an object. */
    Optional<Stored> stat(String key) throws IOException;

    /** Removes an object; no error if there is none. */
    void delete(String key) throws IOException;

    /** Gives an object a new key without copying where the store can. The target must not exist or be identical. */
    void move(String from, String to) throws IOException;

    /** At most {@code limit} keys that begin with {@code prefix} and sort after {@code after} (empty string for the first). */
    List<String> list(String prefix, String after, int limit) throws IOException;

    default Optional<InputStream> open(String key) throws IOException {
        return open(key, 0, -1);
    }

    /** An object's length. */
    record Stored(String key, long sizeBytes) {}
}
