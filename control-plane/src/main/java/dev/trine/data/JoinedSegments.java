package dev.trine.data;

import dev.trine.data.UploadStore.Upload;
import dev.trine.storage.ObjectStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The segments of an upload as one stream; one of them is open at a time. */
final class JoinedSegments extends InputStream {

    private final ObjectStore objects;
    private final Upload upload;
    private final int segments;
    private int next;
    private InputStream current = InputStream.nullInputStream();

    JoinedSegments(ObjectStore objects, Upload upload, int segments) {
        this.objects = objects;
        this.upload = upload;
        this.segments = segments;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = current.read(buffer, offset, length);
        while (count < 0 && next < segments) {
            current.close();
            String key = upload.segmentKey(next++);
            current =
                    objects.open(key).orElseThrow(() -> new FileNotFoundException("segment %s is gone".formatted(key)));
            count = current.read(buffer, offset, length);
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        current.close();
    }
}
