package dev.trine.data;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A request body that may break off: the break looks like the end, so that what arrived is stored, and is told afterwards. More
 * bytes than are left to send end it too.
 */
final class ArrivingBytes extends InputStream {

    private final InputStream body;
    private final long most;
    private final @Nullable TusChecksum checksum;
    private long arrived;
    private boolean ended;
    private @Nullable IOException brokenOff;

    ArrivingBytes(InputStream body, long most, @Nullable TusChecksum checksum) {
        this.body = body;
        this.most = most;
        this.checksum = checksum;
    }

    boolean tooMany() {
        return arrived > most;
    }

    /** Whether nothing more comes. */
    boolean ended() {
        return ended;
    }

    /** Whether the bytes so far have the hash that was promised of them, if one was. */
    boolean asPromised() {
        return checksum == null || checksum.matches();
    }

    @Nullable
    IOException brokenOff() {
        return brokenOff;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        if (tooMany() || brokenOff != null) {
            ended = true;
            return -1;
        }
        try {
            int count = body.read(buffer, offset, length);
            if (count > 0) {
                arrived += count;
                if (checksum != null) {
                    checksum.update(buffer, offset, count);
                }
            }
            ended = count < 0;
            return count;
        } catch (IOException e) {
            brokenOff = e;
            ended = true;
            return -1;
        }
    }
}
