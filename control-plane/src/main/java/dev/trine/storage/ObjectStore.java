package dev.trine.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bytes under keys. A key is {@code segment/segment/…} of letters, digits, {@code . _ -}; anything else (so {@code ..} too)
 * is refused with {@link IllegalArgumentException}. No key may be another one's folder ({@code a} beside {@code a/b}): a file
 * system cannot hold both. An object is visible whole or not at all, and immutable until deleted or replaced. {@code
 * AbstractObjectStoreContract} tests every implementation.
 *
 * <p>A store without room says {@link StorageFullException}, one that does not answer {@link StorageUnavailableException};
 * what goes wrong in a stream that a caller hands in comes back to the caller as it is.
 *
 * <p>All methods are safe to call from several threads, and from several processes over the same store.
 */
public interface ObjectStore {

    /**
     * Stores a whole stream, which need not tell its length; the object appears only after the last byte is safe. Replaces an
     * older one; of several at once, one stays, whole.
     */
    Stored put(String key, InputStream bytes) throws IOException;

    /**
     * Opens an object from a byte offset; {@code length} &lt; 0 for all the rest. Empty when there is none. Past its end there
     * are no bytes.
     */
    Optional<InputStream> open(String key, long offset, long length) throws IOException;

    /** Size of an object. */
    Optional<Stored> stat(String key) throws IOException;

    /** Removes an object; no error if there is none. */
    void delete(String key) throws IOException;

    /**
     * Gives an object a new key without copying where the store can. The target must not exist or be identical.
     *
     * @throws java.nio.file.NoSuchFileException if there is nothing under {@code from}
     */
    void move(String from, String to) throws IOException;

    /**
     * At most {@code limit} keys that begin with {@code prefix} and sort after {@code after} (empty string for the first), in
     * the order of their characters.
     */
    List<String> list(String prefix, String after, int limit) throws IOException;

    /** The first segments of all keys that have more than one, in order: each folder at the top once. */
    default List<String> folders() throws IOException {
        var folders = new ArrayList<String>();
        String after = "";
        while (true) {
            List<String> next = list("", after, 1);
            if (next.isEmpty()) {
                return folders;
            }
            String key = next.getFirst();
            int slash = key.indexOf('/');
            if (slash > 0) {
                folders.add(key.substring(0, slash));
            }
            // the character after the slash, so behind all keys of the folder
            after = slash > 0 ? key.substring(0, slash) + (char) ('/' + 1) : key;
        }
    }

    default Optional<InputStream> open(String key) throws IOException {
        return open(key, 0, -1);
    }

    /** An object's length. */
    record Stored(String key, long sizeBytes) {}
}
