package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.shared.ProjectPaths;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code /p/<project>/…}: a project named by the address alone. */
@ExtendWith(SharedTracking.class)
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class ProjectPathsTest {

    private static final String EXPERIMENTS = "/api/2.0/mlflow/experiments";

    private static Copy copy;
    private static String project;

    @BeforeAll
    static void begin() {
        copy = SharedTracking.copy();
        String organization =
                copy.get("/api/v1/orgs").body().path("items").path(0).path("id").asString();
        project = copy.post("/api/v1/orgs/" + organization + "/projects", Map.of("name", "Other", "slug", "other"))
                .is(201)
                .text("id");
    }

    @Test
    void whatIsMadeBelowAProjectsPathIsThatProjects() {
        copy.post("/p/other" + EXPERIMENTS + "/create", Map.of("name", "elsewhere"))
                .is(200);
        for (String path : new String[] {"/p/other", "/p/" + project}) {
            assertThat(copy.get(path + EXPERIMENTS + "/get-by-name?experiment_name=elsewhere")
                            .status())
                    .isEqualTo(200);
            assertThat(copy.get(path + "/api/v1/experiments").body().toString()).contains("elsewhere");
        }
        assertThat(copy.get(EXPERIMENTS + "/get-by-name?experiment_name=elsewhere")
                        .status())
                .isEqualTo(404);
        assertThat(copy.get("/p/default/api/v1/experiments").body().toString()).doesNotContain("elsewhere");
    }

    @Test
    void whoReachesNoSuchProjectIsToldSoInTheFormOfTheWire() {
        assertThat(copy.get("/p/nowhere" + EXPERIMENTS + "/get?experiment_id=0")
                        .is(404)
                        .text("error_code"))
                .isEqualTo("RESOURCE_DOES_NOT_EXIST");
        assertThat(copy.get("/p/nowhere/api/v1/experiments").is(404).text("code"))
                .isEqualTo("NOT_FOUND");
        assertThat(copy.get("/p/other/api/2.0/mlflow/no-such-thing").is(404).text("error_code"))
                .isEqualTo("ENDPOINT_NOT_FOUND");
        assertThat(copy.get("/p/other").status()).isEqualTo(404);
        assertThat(copy.get("/p/../api/v1/experiments").status()).isEqualTo(400);
        assertThat(copy.get("/p/other/p/default/api/v1/experiments").status()).isEqualTo(404);
        assertThat(copy.send("GET", "/p/other/api/v1/experiments", null, "none").status())
                .isEqualTo(401);
    }

    @Test
    void aHeaderThatNamesAnotherProjectIsRefused() throws Exception {
        assertThat(asked("other", "GET", "/p/other/api/v1/experiments").statusCode())
                .isEqualTo(200);
        assertThat(asked("default", "GET", "/p/other/api/v1/experiments").statusCode())
                .isEqualTo(400);
        assertThat(asked("default", "GET", "/p/other" + EXPERIMENTS + "/get?experiment_id=0")
                        .body())
                .contains("\"error_code\":\"INVALID_PARAMETER_VALUE\"");
    }

    @Test
    void whatAnAnswerLeadsToIsBelowTheSamePath() throws Exception {
        var begun = asked("other", "POST", "/p/other/api/v1/uploads");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
        String location = begun.headers().firstValue("Location").orElseThrow();
        assertThat(location).startsWith("/p/other/api/v1/uploads/");
        assertThat(asked("other", "HEAD", location).statusCode()).isEqualTo(200);
        assertThat(asked("default", "HEAD", location.substring("/p/other".length()))
                        .statusCode())
                .isEqualTo(404);
    }

    private static HttpResponse<String> asked(String header, String method, String path)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(copy.at(path))
                            .header("Authorization", "Bearer " + copy.token())
                            .header(ProjectPaths.HEADER, header)
                            .header("Tus-Resumable", "1.0.0")
                            .header("Upload-Length", "4")
                            .method(method, BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());
        }
    }
}
