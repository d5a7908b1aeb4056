package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Files of runs, logged models and registered versions, as MLflow's clients list, read and delete them. */
@ExtendWith(SharedTracking.class)
class MlflowArtifactsTest {

    private static final String MLFLOW = "/api/2.0/mlflow/";
    private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts";

    private static Copy copy() {
        return SharedTracking.copy();
    }

    private static String run() {
        return copy().post(MLFLOW + "runs/create", Map.of("experiment_id", "0"))
                .is(200)
                .body()
                .path("run")
                .path("info")
                .path("run_id")
                .asString();
    }

    private static void put(String run, String path) {
        copy().put(PROXY + "/0/" + run + "/artifacts/" + path, "bytes").is(200);
    }

    private static List<String> listed(String run, String path) {
        return told(copy().get(MLFLOW + "artifacts/list?run_id=%s&path=%s".formatted(run, path))
                .is(200)
                .body());
    }

    private static List<String> told(JsonNode listing) {
        return listing.path("files")
                .valueStream()
                .map(file -> file.path("path").asString()
                        + (file.path("is_dir").asBoolean()
                                ? "/"
                                : " " + file.path("file_size").asLong()))
                .toList();
    }

    @Test
    void aRunListsItsOwnFilesAndThoseOfItsModelsFolderByFolder() {
        String run = run();
        String model = copy().post(
                        MLFLOW + "logged-models", Map.of("experiment_id", "0", "source_run_id", run, "name", "net"))
                .is(200)
                .body()
                .path("model")
                .path("info")
                .path("model_id")
                .asString();
        copy().put(PROXY + "/0/models/" + model + "/artifacts/MLmodel", "m").is(200);
        put(run, "b.txt");
        put(run, "a/c.txt");
        put(run, "net/extra.txt");

        assertThat(listed(run, "")).containsExactly("a/", "b.txt 7", "net/");
        assertThat(listed(run, "net")).containsExactly("net/MLmodel 3", "net/extra.txt 7");
        assertThat(listed(run, "a/c.txt")).isEmpty();
        assertThat(listed(run, "none")).isEmpty();
        assertThat(told(copy().get(PROXY + "?path=0/%s/artifacts/a".formatted(run))
                        .is(200)
                        .body()))
                .containsExactly("c.txt 7");
        assertThat(copy().get("/api/v1/runs/run_%s/artifacts?pageSize=2".formatted(run))
                        .is(200)
                        .body()
                        .path("items")
                        .valueStream()
                        .map(file -> file.path("path").asString()))
                .containsExactly("a/c.txt", "b.txt");
        for (String path : List.of("..", "a/../b", "/a//b")) {
            assertThat(copy().get(MLFLOW + "artifacts/list?run_id=%s&path=%s".formatted(run, path))
                            .is(400)
                            .text("error_code"))
                    .isEqualTo("INVALID_PARAMETER_VALUE");
        }
    }

    @Test
    void aFileIsAnAttachmentOfItsKind() {
        String run = run();
        Map.of(
                        "m/MLmodel",
                        "text/plain",
                        "m/a b.png",
                        "image/png",
                        "m/x.json",
                        "text/plain",
                        "m/w",
                        "application/octet-stream")
                .forEach((path, kind) -> put(run, path.replace(" ", "%20")));
        HttpResponse<String> text = copy().whole("/get-artifact?run_id=%s&path=m/MLmodel".formatted(run));
        assertThat(text.statusCode()).isEqualTo(200);
        assertThat(text.body()).isEqualTo("\"bytes\"");
        assertThat(text.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(text.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        HttpResponse<String> image = copy().whole(PROXY + "/0/%s/artifacts/m/a%%20b.png".formatted(run));
        assertThat(image.headers().firstValue("Content-Type")).hasValue("image/png");
        assertThat(image.headers().firstValue("Content-Disposition").orElseThrow())
                .startsWith("attachment;")
                .contains("a%20b.png");

        copy().post(MLFLOW + "registered-models/create", Map.of("name", "attached"))
                .is(200);
        copy().post(
                        MLFLOW + "model-versions/create",
                        Map.of("name", "attached", "source", "runs:/" + run + "/m", "run_id", run))
                .is(200);
        HttpResponse<String> ofVersion =
                copy().whole("/model-versions/get-artifact?name=attached&version=1&path=x.json");
        assertThat(ofVersion.statusCode()).isEqualTo(200);
        assertThat(ofVersion.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        for (String none : List.of(
                "/get-artifact?run_id=%s&path=m".formatted(run),
                "/get-artifact?run_id=none&path=m",
                "/model-versions/get-artifact?name=attached&version=1&path=none")) {
            assertThat(copy().get(none).is(404).text("error_code")).isEqualTo("RESOURCE_DOES_NOT_EXIST");
        }
    }

    @Test
    void aFileOrAFolderIsDeletedAndWhatARegisteredVersionHoldsStays() {
        String run = run();
        for (String path : List.of("a/b.txt", "a/c/d.txt", "ab.txt", "e.txt")) {
            put(run, path);
        }
        copy().post(MLFLOW + "registered-models/create", Map.of("name", "kept")).is(200);
        copy().post(
                        MLFLOW + "model-versions/create",
                        Map.of("name", "kept", "source", "runs:/" + run + "/a", "run_id", run))
                .is(200);
        String root = PROXY + "/0/" + run + "/artifacts/";
        copy().delete(root + "e.txt").is(200);
        copy().delete(root + "a").is(200);
        copy().delete(root + "a").is(200);
        assertThat(listed(run, "")).containsExactly("ab.txt 7");

        String held = copy().get(MLFLOW + "model-versions/get-download-uri?name=kept&version=1")
                .is(200)
                .text("artifact_uri")
                .replace("mlflow-artifacts:/", PROXY + "/");
        assertThat(copy().text(held + "/b.txt")).isEqualTo("\"bytes\"");
        copy().delete(held + "/b.txt").is(400);
    }
}
