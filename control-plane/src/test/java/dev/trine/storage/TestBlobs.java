package dev.trine.storage;

import dev.trine.shared.IdSource;
import java.time.Clock;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The blobs of the platform over a store of the caller's. */
public final class TestBlobs {

    private TestBlobs() {}

    public static Blobs over(ObjectStore store, JdbcClient jdbc, IdSource ids, Clock clock) {
        return new ContentAddressedBlobs(store, new LooseBlobStore(jdbc), ids, clock);
    }
}
