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
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.BiConsumer;

/**
 * Sends a file by tus 1.0, in chunks; a chunk that breaks off is resumed at the byte where the server stopped.
 */
public final class Upload {

    private static final int CHUNK = 8 << 20;
    /** Over a minute in all: that long a request that died may keep an upload to itself. */
    private static final int TRIES = 9;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(150);

    private Upload() {}

    /** With a progress bar. */
    static String send(Api api, Path file, Output output) {
        ProgressBar bar = ProgressBar.of(String.valueOf(file.getFileName()), output);
        String id = send(api, file, bar::show);
        bar.end();
        return id;
    }

    /**
     * @param progress told (bytes sent, bytes in all) after each chunk
     * @return the upload's id
     * @throws CliException when the server refuses it, or does not come back, or the file has become shorter
     */
    public static String send(Api api, Path file, BiConsumer<Long, Long> progress) {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            String location = create(api, file, size);
            try {
                patchAll(api, channel, file, location, progress);
            } catch (CliException failed) {
                giveUp(api, location);
                throw failed;
            }
            return location.substring(location.lastIndexOf('/') + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static void patchAll(
            Api api, FileChannel channel, Path file, String location, BiConsumer<Long, Long> progress)
            throws IOException {
        long size = channel.size();
        long offset = 0;
        int failures = 0;
        while (offset < size) {
            try {
                offset = patch(api, location, chunk(channel, file, offset, size), offset);
                failures = 0;
            } catch (CliException broken) {
                if (!broken.passing() || ++failures >= TRIES) {
                    throw broken;
                }
                Api.pause(FIRST_PAUSE.multipliedBy(1L << failures));
                offset = offsetOr(api, location, offset);
            }
            progress.accept(offset, size);
        }
    }

    /** Takes back what has arrived; what cannot be taken back expires at the server. */
    static void giveUp(Api api, String location) {
        try {
            var _ = api.exchange(api.request(location)
                    .header("Tus-Resumable", "1.0.0")
                    .DELETE()
                    .build());
        } catch (CliException _) {
            // the failure that led here is the one to be told
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

    private static byte[] chunk(FileChannel channel, Path file, long offset, long size) throws IOException {
        var chunk = ByteBuffer.allocate((int) Math.min(CHUNK, size - offset));
        while (chunk.hasRemaining()) {
            if (channel.read(chunk, offset + chunk.position()) < 0) {
                throw new CliException(
                        ExitCode.FAILED,
                        "%s had %d bytes when its upload began, and has %d now; push it when nobody writes to it"
                                .formatted(file, size, channel.size()));
            }
        }
        return chunk.array();
    }

    private static long patch(Api api, String location, byte[] chunk, long offset) {
        var response = api.exchange(api.request(location)
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Offset", Long.toString(offset))
                .header("Content-Type", "application/offset+octet-stream")
                .method("PATCH", BodyPublishers.ofByteArray(chunk))
                .build());
        api.json(response);
        return response.headers().firstValueAsLong("Upload-Offset").orElseThrow();
    }

    /** Where the server is; with the server still away, where we believe it to be. */
    private static long offsetOr(Api api, String location, long believed) {
        try {
            return offset(api, location);
        } catch (CliException e) {
            if (e.passing()) {
                return believed;
            }
            throw e;
        }
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
