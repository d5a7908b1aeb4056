package dev.trine.storage;

import java.io.IOException;

/** The store does not answer, or refuses us; the same call may succeed later. The message is for the log, not for callers. */
public final class StorageUnavailableException extends IOException {
    public StorageUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
