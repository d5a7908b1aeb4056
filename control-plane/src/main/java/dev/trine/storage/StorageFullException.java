package dev.trine.storage;

import java.io.IOException;

/** The store has no room left; nothing of the object is kept. */
public final class StorageFullException extends IOException {
    public StorageFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
