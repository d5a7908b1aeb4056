package dev.trine.data;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * Bytes of an upload under this request's claim, which is renewed while they flow and once more at their end. A claim that was
 * lost breaks the stream, so that nothing is stored over what its new owner writes.
 */
final class ClaimedBytes extends InputStream {

    private static final Duration RENEW_AFTER = Duration.ofSeconds(4);

    private final InputStream bytes;
    private final BooleanSupplier renew;
    private final Clock clock;
    private Instant renewed;

    /** Somebody else writes to the upload now, or it was terminated. */
    static final class ClaimLostException extends IOException {
        ClaimLostException() {
            super("another request has taken over this upload");
        }
    }

    /** @param renew renews the claim; false when somebody else has it */
    ClaimedBytes(InputStream bytes, BooleanSupplier renew, Clock clock) {
        this.bytes = bytes;
        this.renew = renew;
        this.clock = clock;
        this.renewed = clock.instant();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = bytes.read(buffer, offset, length);
        Instant now = clock.instant();
        if (count < 0 || Duration.between(renewed, now).compareTo(RENEW_AFTER) > 0) {
            if (!renew.getAsBoolean()) {
                throw new ClaimLostException();
            }
            renewed = now;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
