package dev.trine.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object store on a disk of 12 MiB that fills up while bytes come in. */
class FullDiskST {

    private static final int CHUNK = 1 << 20;
    private static final String MOUNT_AND_RUN =
            "mkdir -p \"$0\" && mount -t tmpfs -o size=12m,mode=700 tmpfs \"$0\" && head -c 9961472 /dev/zero > \"$0/filler\""
                    + " && exec \"$@\"";

    @Test
    void anUploadThatFillsTheDiskIsToldSoAndGoesOnWhenThereIsRoom(@TempDir Path folder) throws Exception {
        assumeTrue(
                Shell.hasNamespaces(), "no namespaces here, in which a small file system could be mounted: not tested");
        Path home = folder.resolve("home");
        Path objects = home.resolve("objects");
        // a start wants an empty folder or a home, and the file system with the filler is neither: so make a home first
        try (Platform first = Platform.up(home)) {
            Processes.signal("TERM", first.pid());
            assertThat(first.awaitEnd()).isEqualTo(143);
        }
        var before = List.of("unshare", "-rm", "sh", "-c", MOUNT_AND_RUN, objects.toString());
        try (Platform platform = Platform.begin(home, 0, Map.of(), before)) {
            platform.awaitUp();
            // the disk as the platform sees it, from outside of its namespace
            Path disk = Path.of("/proc/%d/root%s".formatted(platformPid(home), objects));
            assertThat(disk.resolve("filler")).isRegularFile();
            Http http = platform.http();
            byte[] table = "number,twice\n1,2\n".getBytes(StandardCharsets.UTF_8);
            byte[] content = table(4 * CHUNK, table);
            String upload = http.beginUpload("large.csv", content.length);
            long offset = 0;
            Http.Answer refused = http.patch(upload, 0, slice(content, 0));
            while (refused.status() == 204) {
                offset += CHUNK;
                assertThat(offset).as("the disk fills up").isLessThan(content.length);
                refused = http.patch(upload, offset, slice(content, offset));
            }
            assertThat(refused.is(507).code()).isEqualTo("STORAGE_FULL");
            assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(refused.text("detail")).contains("go on when there is room");
            assertThat(refused.text("requestId")).isNotBlank();
            assertThat(http.offset(upload)).as("what had come before is kept").isEqualTo(offset);
            assertThat(files(disk))
                    .as("no half object")
                    .hasSize((int) (offset / CHUNK))
                    .allMatch(size -> size == CHUNK);
            assertThat(http.patch(upload, offset, slice(content, offset))
                            .is(507)
                            .code())
                    .as("still full")
                    .isEqualTo("STORAGE_FULL");

            http.get("/api/v1/overview").is(200);
            http.post("/api/v1/datasets", Map.of("name", "made on a full disk")).is(201);
            String experiment = http.post("/api/2.0/mlflow/runs/create", Map.of("experiment_id", "0", "start_time", 1))
                    .is(200)
                    .json()
                    .path("run")
                    .path("info")
                    .path("artifact_uri")
                    .asString()
                    .replace("mlflow-artifacts:/", "/api/2.0/mlflow-artifacts/artifacts/");
            Http.Answer artifact = http.put(experiment + "/big.bin", new byte[3 * CHUNK]);
            assertThat(artifact.status()).as(artifact.body()).isIn(503, 507);
            assertThat(artifact.text("error_code")).isEqualTo("TEMPORARILY_UNAVAILABLE");

            Files.delete(disk.resolve("filler"));
            offset = http.offset(upload);
            while (offset < content.length) {
                http.patch(upload, offset, slice(content, offset)).is(204);
                offset += Math.min(CHUNK, content.length - offset);
            }
            String dataset = http.post("/api/v1/datasets", Map.of("name", "large"))
                    .is(201)
                    .text("id");
            Http.Answer version = http.post(
                    "/api/v1/datasets/%s/versions".formatted(dataset),
                    Map.of("uploads", List.of(upload.replaceAll(".*/", ""))));
            assertThat(version.is(201).json().path("sizeBytes").asLong()).isEqualTo(content.length);
            assertThat(files(disk)).as("the one blob, and no segments").containsExactly((long) content.length);
        }
    }

    private static byte[] table(int size, byte[] start) {
        byte[] content = Arrays.copyOf(start, size);
        byte[] row = "1234567,1234567\n".getBytes(StandardCharsets.UTF_8);
        for (int at = start.length; at + row.length <= size; at += row.length) {
            System.arraycopy(row, 0, content, at, row.length);
        }
        // rows of 16 bytes do not end where the file does
        int left = (size - start.length) % row.length;
        return Arrays.copyOf(content, size - left);
    }

    private static byte[] slice(byte[] content, long offset) {
        return Arrays.copyOfRange(content, (int) offset, (int) Math.min(content.length, offset + CHUNK));
    }

    /** The sizes of all objects, half ones included. */
    private static List<Long> files(Path disk) throws IOException {
        try (Stream<Path> all = Files.walk(disk)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("filler"))
                    .map(FullDiskST::size)
                    .toList();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long platformPid(Path home) {
        return Processes.of(home).entrySet().stream()
                .filter(process -> process.getValue().contains("dev.trine.launcher.Launcher up"))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }
}
