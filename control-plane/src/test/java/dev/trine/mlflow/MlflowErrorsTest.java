package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever is refused below MLflow's paths is refused in MLflow's form. */
@ExtendWith(SharedTracking.class)
class MlflowErrorsTest {

    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @CsvSource({
        "GET, /api/2.0/mlflow/nothing, 404, ENDPOINT_NOT_FOUND",
        "POST, /api/3.0/mlflow/traces/none/of/these, 404, ENDPOINT_NOT_FOUND",
        "PATCH, /ajax-api/2.0/mlflow/nothing, 404, ENDPOINT_NOT_FOUND",
        "GET, /ajax-api/3.0/mlflow, 404, ENDPOINT_NOT_FOUND",
        "GET, /api/2.0/mlflow-artifacts/mpu/none, 404, ENDPOINT_NOT_FOUND",
        "DELETE, /api/2.0/mlflow/runs/create, 405, ENDPOINT_NOT_FOUND",
        "GET, /api/2.0/mlflow/runs/get?run_id=a%00b, 400, INVALID_PARAMETER_VALUE",
        "GET, /api/2.0/mlflow/runs/%00, 400, INVALID_PARAMETER_VALUE",
        "GET, /api/2.0/mlflow/runs/../../../x, 400, INVALID_PARAMETER_VALUE",
        "GET, /api/2.0/mlflow/runs/get, 400, INVALID_PARAMETER_VALUE",
        "GET, /api/2.0/mlflow/runs/get?run_id=none, 404, RESOURCE_DOES_NOT_EXIST",
        "GET, /ajax-api/2.0/mlflow/runs/get?run_id=none, 404, RESOURCE_DOES_NOT_EXIST"
    })
    void everyRefusalHasACodeOfMlflows(String method, String path, int status, String code) {
        var answer = SharedTracking.copy().send(method, path, null, key());
        assertThat(answer.is(status).text("error_code")).isEqualTo(code);
        assertThat(answer.text("message")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | { | INVALID_PARAMETER_VALUE",
                "application/json | [] | INVALID_PARAMETER_VALUE",
                "application/json | {\"name\":\"a\\u0000b\"} | INVALID_PARAMETER_VALUE",
                "text/csv | {\"name\":\"x\"} | INVALID_PARAMETER_VALUE"
            })
    void aBodyThatCannotBeReadIsInvalid(String type, String body, String code) throws Exception {
        assertThat(refusal(type, body, "Bearer " + key(), 400)).isEqualTo(code);
    }

    @Test
    void whoIsNobodyIsToldSo() throws Exception {
        assertThat(refusal("application/json", "{}", "Bearer none", 401)).isEqualTo("UNAUTHENTICATED");
    }

    @Test
    void otherPathsKeepTheirForm() {
        assertThat(SharedTracking.copy().get("/api/v1/nothing").is(404).text("code"))
                .isEqualTo("NOT_FOUND");
        assertThat(SharedTracking.copy().get("/api/2.0/mlflowers").is(404).text("code"))
                .isEqualTo("NOT_FOUND");
        assertThat(SharedTracking.copy().get("/api/v1/runs?a=%00").is(400).text("code"))
                .isEqualTo("MALFORMED_REQUEST");
    }

    private static String key() {
        return SharedTracking.copy()
                .post("/api/v1/api-keys", Map.of("name", "errors", "scopes", List.of("*")))
                .is(201)
                .text("secret");
    }

    private static String refusal(String type, String body, String authorization, int status) throws Exception {
        URI create = SharedTracking.copy().at("/api/2.0/mlflow/experiments/create");
        try (var http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(create)
                            .header("Authorization", authorization)
                            .header("Content-Type", type)
                            .POST(BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            JsonNode told = JSON.readTree(answer.body());
            assertThat(told.path("message").asString()).isNotEmpty();
            return told.path("error_code").asString();
        }
    }
}
