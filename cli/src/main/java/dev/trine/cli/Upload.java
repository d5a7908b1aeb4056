package dev.trine.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.BiConsumer;

/**
 * Sends a file by tus 1.0, in chunks; a chunk that breaks off is resumed at the byte where the server stopped.
 */
public final class Upload {

    private static final int CHUNK = 8 << 20;
    private static final int TRIES = 5;

    private Upload() {}

    /**
     * @param progress told (bytes sent, bytes in all) after each chunk
     * @return the upload's id
     */
    public static String send(Api api, Path file, BiConsumer<Long, Long> progress) {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            String location = create(api, file, size);
            long offset = 0;
            int failures = 0;
            while (offset < size) {
                try {
                    offset = patch(api, location, channel, offset, size);
                    failures = 0;
                } catch (CliException broken) {
                    if (broken.exitCode() != ExitCode.UNREACHABLE || ++failures >= TRIES) {
                        throw broken;
                    }
                    offset = offset(api, location);
                }
                progress.accept(offset, size);
            }
            return location.substring(location.lastIndexOf('/') + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static String create(Api api, Path file, long size) throws IOException {
        String metadata =
                "filename %s,sha256 %s".formatted(base64(String.valueOf(file.getFileName())), base64(sha256(file)));
        var response = api.exchange(api.request("/api/v1/uploads")
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", Long.toString(size))
                .header("Upload-Metadata", metadata)
                .POST(BodyPublishers.noBody())
                .build());
        api.json(response);
        return URI.create(response.headers().firstValue("Location").orElseThrow())
                .getPath();
    }

    private static long patch(Api api, String location, FileChannel channel, long offset, long size)
            throws IOException {
        var chunk = ByteBuffer.allocate((int) Math.min(CHUNK, size - offset));
        while (chunk.hasRemaining() && channel.read(chunk, offset + chunk.position()) >= 0) {
            // read on until the chunk is full or the file ends
        }
        var response = api.exchange(api.request(location)
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Offset", Long.toString(offset))
                .header("Content-Type", "application/offset+octet-stream")
                .method("PATCH", BodyPublishers.ofByteArray(chunk.array(), 0, chunk.position()))
                .build());
        api.json(response);
        return response.headers().firstValueAsLong("Upload-Offset").orElseThrow();
    }

    private static long offset(Api api, String location) {
        var response = api.exchange(
                api.request(location).header("Tus-Resumable", "1.0.0").HEAD().build());
        api.json(response);
        return response.headers().firstValueAsLong("Upload-Offset").orElseThrow();
    }

    private static String sha256(Path file) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
