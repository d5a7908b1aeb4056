package dev.trine.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.Schema;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However a path is spelled, what answers is a handler that has decided, or nothing. */
class SpelledPathsTest {

    @TempDir
    private Path folder;

    @Test
    void noSpellingOfAPathGetsAroundTheDecision() {
        try (var copy = new Copy(Schema.freshDatabase(), folder, new MemoryExecutor("a", 1))) {
            for (String path : List.of(
                    "/internal/gateway/config",
                    "/internal;a=b/gateway/config",
                    "/internal/gateway;a/config;b",
                    "//internal/gateway/config",
                    "/internal//gateway/config",
                    "/%69nternal/gateway/config",
                    "/internal%2Fgateway/config",
                    "/internal/gateway/%63onfig",
                    "/api/../internal/gateway/config",
                    "/api/%2e%2e/internal/gateway/config",
                    "/internal/gateway/config/",
                    "/INTERNAL/gateway/config",
                    "/META-INF/MANIFEST.MF",
                    "/application.yml",
                    "/env",
                    "/actuator/env",
                    "/beans")) {
                assertThat(copy.send("GET", path, null, "none").status())
                        .as(path)
                        .isIn(400, 404);
            }
            for (String path : List.of(
                    "/api/v1/datasets",
                    "/api/v1;a=b/datasets",
                    "/api/v1/datasets;a",
                    "//api/v1/datasets",
                    "/api/v1//datasets",
                    "/api/v1/%64atasets",
                    "/api%2Fv1/datasets",
                    "/api/../api/v1/datasets",
                    "/api/v1/datasets/")) {
                assertThat(copy.send("GET", path, null, "none").status())
                        .as(path)
                        .isIn(400, 401, 404);
            }
            for (String path : List.of("/health", "/metrics", "/openapi.json")) {
                assertThat(copy.send("GET", path, null, "none").status())
                        .as(path)
                        .isEqualTo(200);
            }
        }
    }
}
