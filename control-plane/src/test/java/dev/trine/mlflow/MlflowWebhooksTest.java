package dev.trine.mlflow;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.shared.Json;
import dev.trine.webhook.Receiver;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Webhooks on MLflow's wire and our own: who is told what of the registry, and what becomes of it. */
@ExtendWith(SharedTracking.class)
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class MlflowWebhooksTest {

    private static final String MLFLOW = "/api/2.0/mlflow/";
    private static final String HOOKS = MLFLOW + "webhooks";
    private static final String OWN = "/api/v1/webhooks/";

    private Copy copy;
    private Receiver receiver;
    /** All that is made in a project of its own. */
    private String project;

    @BeforeEach
    void begin() throws Exception {
        copy = SharedTracking.copy();
        receiver = Receiver.start();
        String organization =
                copy.get("/api/v1/orgs").body().path("items").path(0).path("id").asString();
        String slug = "w" + UUID.randomUUID().toString().substring(0, 8);
        copy.post("/api/v1/orgs/" + organization + "/projects", Map.of("name", slug, "slug", slug))
                .is(201);
        project = "/p/" + slug;
    }

    @AfterEach
    void end() {
        receiver.close();
    }

    private static Map<String, String> event(String entity, String action) {
        return Map.of("entity", entity, "action", action);
    }

    private JsonNode hook(Map<String, ?> more, Map<?, ?>... events) {
        var asked = new java.util.HashMap<String, Object>(
                Map.of("name", "hook", "url", receiver.url() + "/told", "events", List.of(events)));
        asked.putAll(more);
        return copy.post(project + HOOKS, asked).is(200).body().path("webhook");
    }

    private void model(String name, Map<String, String> tags) {
        copy.post(project + MLFLOW + "registered-models/create", Map.of("name", name, "tags", pairs(tags)))
                .is(200);
    }

    private void version(String name, Map<String, String> tags) {
        copy.post(
                        project + MLFLOW + "model-versions/create",
                        Map.of(
                                "name",
                                name,
                                "source",
                                Prompts.are(tags) ? "dummy-source" : "s3://there/model",
                                "tags",
                                pairs(tags)))
                .is(200);
    }

    private static List<Map<String, String>> pairs(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> Map.of("key", tag.getKey(), "value", tag.getValue()))
                .toList();
    }

    private JsonNode next() throws InterruptedException {
        return Json.read(receiver.next().body(), JsonNode.class);
    }

    private JsonNode deliveries(JsonNode hook) {
        return copy.get(project + OWN + hook.path("webhook_id").asString() + "/deliveries")
                .is(200)
                .body()
                .path("items");
    }

    @Test
    void oneIsMadeReadListedChangedAndDeleted() {
        JsonNode made = hook(
                Map.of("description", "for the team", "secret", "s"),
                event("MODEL_VERSION", "CREATED"),
                event("MODEL_VERSION_ALIAS", "DELETED"));
        String id = made.path("webhook_id").asString();
        assertThat(made.path("status").asString()).isEqualTo("ACTIVE");
        assertThat(made.has("secret")).isFalse();
        assertThat(made.path("creation_timestamp").asLong()).isPositive();
        assertThat(copy.get(project + HOOKS + "/" + id).is(200).body().path("webhook"))
                .isEqualTo(made);

        JsonNode changed = copy.patch(
                        project + HOOKS + "/" + id,
                        Map.of("name", "another", "events", List.of(event("PROMPT", "CREATED"))))
                .is(200)
                .body()
                .path("webhook");
        assertThat(changed.path("name").asString()).isEqualTo("another");
        assertThat(changed.path("description").asString()).isEqualTo("for the team");
        assertThat(changed.path("events").toString())
                .contains("\"PROMPT\"", "\"CREATED\"")
                .doesNotContain("ALIAS");

        hook(Map.of("name", "second"), event("PROMPT", "CREATED"));
        JsonNode first = copy.get(project + HOOKS + "?max_results=1").is(200).body();
        assertThat(first.at("/webhooks/0/name").asString()).isEqualTo("second");
        JsonNode rest = copy.get(project + HOOKS + "?max_results=1&page_token="
                        + first.path("next_page_token").asString())
                .is(200)
                .body();
        assertThat(rest.at("/webhooks/0/webhook_id").asString()).isEqualTo(id);
        assertThat(rest.has("next_page_token")).isFalse();

        copy.delete(project + HOOKS + "/" + id, Map.of()).is(200);
        assertThat(copy.get(project + HOOKS + "/" + id).is(404).text("message"))
                .isEqualTo("Webhook with ID %s not found.".formatted(id));
        copy.delete(project + HOOKS + "/" + id, Map.of()).is(404);
        copy.patch(project + HOOKS + "/" + id, Map.of("name", "n")).is(404);
        copy.post(project + HOOKS + "/no-id/test", Map.of()).is(404);
    }

    @Test
    void whatIsWrongIsRefused() {
        Map<String, Object> good =
                Map.of("name", "hook", "url", "https://example.com", "events", List.of(event("PROMPT", "CREATED")));
        for (Map<String, ?> wrong : List.of(
                Map.of("name", "-hook"),
                Map.of("name", "a".repeat(64)),
                Map.of("name", "a b"),
                Map.of("url", ""),
                Map.of("url", "file:///etc/passwd"),
                Map.of("url", "https://10.0.0.1/"),
                Map.of("events", List.of()),
                Map.of("events", List.of(event("PROMPT", "EXCEEDED"))),
                Map.of("events", List.of(event("MODEL_VERSION", "UPDATED"))),
                Map.of("status", "ASLEEP"))) {
            var asked = new java.util.HashMap<String, Object>(good);
            asked.putAll(wrong);
            assertThat(copy.post(project + HOOKS, asked).is(400).text("error_code"))
                    .as(wrong.toString())
                    .isEqualTo("INVALID_PARAMETER_VALUE");
        }
        assertThat(copy.get(project + HOOKS + "?max_results=1001").status()).isEqualTo(400);
        assertThat(copy.get(project + HOOKS + "?page_token=x").status()).isEqualTo(400);
    }

    @Test
    void aNewVersionIsToldWithASignature() throws Exception {
        JsonNode hook = hook(Map.of("secret", "shared secret"), event("MODEL_VERSION", "CREATED"));
        model("told", Map.of());
        version("told", Map.of("stage", "first"));

        Receiver.Told told = receiver.next();
        JsonNode message = Json.read(told.body(), JsonNode.class);
        assertThat(message.path("entity").asString()).isEqualTo("model_version");
        assertThat(message.path("action").asString()).isEqualTo("created");
        assertThat(message.path("timestamp").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        JsonNode data = message.path("data");
        assertThat(data.path("name").asString()).isEqualTo("told");
        assertThat(data.path("version").asString()).isEqualTo("1");
        assertThat(data.path("source").asString()).isEqualTo("s3://there/model");
        assertThat(data.path("tags").path("stage").asString()).isEqualTo("first");

        String signed = told.id() + "." + told.headers().get("x-mlflow-timestamp") + "." + told.body();
        assertThat(told.headers())
                .containsEntry("x-mlflow-signature", "v1," + hmac("shared secret", signed))
                .containsEntry("content-type", "application/json; charset=UTF-8");
        await("the delivery to be over")
                .until(() -> deliveries(hook).path(0).path("state").asString().equals("DELIVERED"));
        assertThat(deliveries(hook).path(0).path("id").asString()).isEqualTo(told.id());
        assertThat(deliveries(hook)).as("of the model nothing was asked").hasSize(1);
    }

    private static String hmac(String secret, String message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(message.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void oneWithoutASecretIsToldWithoutASignature() throws Exception {
        hook(Map.of(), event("REGISTERED_MODEL", "CREATED"));
        model("unsigned", Map.of("a", "b"));
        Receiver.Told told = receiver.next();
        assertThat(told.headers()).doesNotContainKey("x-mlflow-signature");
        assertThat(Json.read(told.body(), JsonNode.class).path("data").toString())
                .contains("\"name\":\"unsigned\"", "\"a\":\"b\"");
    }

    @Test
    void tagsAndAliasesAreToldWhenTheyAreSetAndWhenTheyGo() throws Exception {
        JsonNode hook = hook(
                Map.of(),
                event("PROMPT_TAG", "SET"),
                event("PROMPT_TAG", "DELETED"),
                event("MODEL_VERSION_TAG", "SET"),
                event("MODEL_VERSION_TAG", "DELETED"),
                event("MODEL_VERSION_ALIAS", "CREATED"),
                event("MODEL_VERSION_ALIAS", "DELETED"));
        model("tagged", Map.of());
        version("tagged", Map.of());
        String registry = project + MLFLOW;
        Map<String, String> alias = Map.of("name", "tagged", "alias", "best", "version", "1");
        copy.post(registry + "registered-models/alias", alias).is(200);
        assertThat(next().toString()).contains("model_version_alias", "created", "\"best\"", "\"version\":\"1\"");
        copy.delete(registry + "registered-models/alias", alias).is(200);
        assertThat(next().toString()).contains("model_version_alias", "deleted", "\"best\"");
        Map<String, String> tag = Map.of("name", "tagged", "version", "1", "key", "k", "value", "v");
        copy.post(registry + "model-versions/set-tag", tag).is(200);
        assertThat(next().toString()).contains("model_version_tag", "\"set\"", "\"value\":\"v\"");
        copy.delete(registry + "model-versions/delete-tag", tag).is(200);
        assertThat(next().toString()).contains("model_version_tag", "deleted").doesNotContain("value");
        copy.post(registry + "registered-models/set-tag", tag).is(200);
        copy.delete(registry + "registered-models/delete-tag", tag).is(200);
        assertThat(deliveries(hook)).as("a model's own tags are told to nobody").hasSize(4);
    }

    @Test
    void whatIsAPromptIsToldAsOne() throws Exception {
        hook(
                Map.of(),
                event("PROMPT", "CREATED"),
                event("PROMPT_VERSION", "CREATED"),
                event("PROMPT_TAG", "SET"),
                event("PROMPT_VERSION_TAG", "SET"),
                event("PROMPT_ALIAS", "CREATED"),
                event("REGISTERED_MODEL", "CREATED"),
                event("MODEL_VERSION", "CREATED"));
        model("greeting", Map.of(Prompts.IS_PROMPT, "true", "team", "blue"));
        JsonNode made = next();
        assertThat(made.path("entity").asString()).isEqualTo("prompt");
        assertThat(made.path("data").path("tags").toString()).isEqualTo("{\"team\":\"blue\"}");
        version("greeting", Map.of(Prompts.IS_PROMPT, "true", Prompts.TEXT, "Hello {{name}}!", "a", "b"));
        JsonNode version = next();
        assertThat(version.path("entity").asString()).isEqualTo("prompt_version");
        assertThat(version.at("/data/template").asString()).isEqualTo("Hello {{name}}!");
        assertThat(version.at("/data/tags").toString()).isEqualTo("{\"a\":\"b\"}");
        Map<String, String> tag = Map.of("name", "greeting", "version", "1", "key", "k", "value", "v");
        copy.post(project + MLFLOW + "registered-models/set-tag", tag).is(200);
        assertThat(next().path("entity").asString()).isEqualTo("prompt_tag");
        copy.post(project + MLFLOW + "model-versions/set-tag", tag).is(200);
        assertThat(next().path("entity").asString()).isEqualTo("prompt_version_tag");
        copy.post(
                        project + MLFLOW + "registered-models/alias",
                        Map.of("name", "greeting", "alias", "best", "version", "1"))
                .is(200);
        assertThat(next().path("entity").asString()).isEqualTo("prompt_alias");
    }

    @Test
    void whatIsMadeByOurOwnApiIsToldToo() throws Exception {
        hook(Map.of(), event("REGISTERED_MODEL", "CREATED"));
        copy.post(project + "/api/v1/models", Map.of("name", "own")).is(201);
        assertThat(next().at("/data/name").asString()).isEqualTo("own");
    }

    @Test
    void whatWasRefusedIsToldToNobody() {
        JsonNode hook = hook(Map.of(), event("REGISTERED_MODEL", "CREATED"));
        model("once", Map.of());
        copy.post(project + MLFLOW + "registered-models/create", Map.of("name", "once"))
                .is(400);
        assertThat(deliveries(hook)).hasSize(1);
    }

    @Test
    void anotherProjectsWebhooksAreToldNothing() {
        JsonNode hook = hook(Map.of(), event("REGISTERED_MODEL", "CREATED"));
        copy.post("/api/v1/models", Map.of("name", "of-the-default-" + UUID.randomUUID()))
                .is(201);
        assertThat(deliveries(hook)).isEmpty();
        assertThat(copy.get(OWN + hook.path("webhook_id").asString()).status()).isEqualTo(404);
    }

    @Test
    void anAddressThatCannotNowIsToldAgainByTheSameId() throws Exception {
        JsonNode hook = hook(Map.of(), event("REGISTERED_MODEL", "CREATED"));
        receiver.answers(503);
        model("again", Map.of());
        Receiver.Told first = receiver.next();
        Receiver.Told second = receiver.next();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.body()).isEqualTo(first.body());
        await("the delivery to be over")
                .until(() -> deliveries(hook).path(0).path("state").asString().equals("DELIVERED"));
        assertThat(deliveries(hook).path(0).path("attempts").asInt()).isEqualTo(2);
        assertThat(deliveries(hook).path(0).has("error")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 404, 410})
    void aRefusalIsFinalAndARedirectIsOne(int status) {
        JsonNode hook = hook(Map.of(), event("REGISTERED_MODEL", "CREATED"));
        receiver.answers(status);
        model("refused", Map.of());
        await("the delivery to be over")
                .until(() -> deliveries(hook).path(0).path("state").asString().equals("FAILED"));
        JsonNode told = deliveries(hook).path(0);
        assertThat(told.path("attempts").asInt()).isEqualTo(1);
        assertThat(told.path("status").asInt()).isEqualTo(status);
        assertThat(told.path("error").asString()).contains(Integer.toString(status));
        assertThat(told.has("nextAttemptAt")).isFalse();
    }

    @Test
    void anAddressWhereNobodyIsIsTriedAgainLater() {
        JsonNode hook = hook(Map.of(), event("REGISTERED_MODEL", "CREATED"));
        receiver.close();
        model("nobody", Map.of());
        await("an attempt").until(() -> deliveries(hook).path(0).has("error"));
        JsonNode told = deliveries(hook).path(0);
        assertThat(told.path("state").asString()).isEqualTo("PENDING");
        assertThat(told.path("error").asString()).containsIgnoringCase("refused");
        assertThat(told.has("nextAttemptAt")).isTrue();

        copy.patch(project + OWN + hook.path("webhook_id").asString(), Map.of("status", "DISABLED"))
                .is(200);
        assertThat(deliveries(hook)).as("forgotten").isEmpty();
        model("meanwhile", Map.of());
        assertThat(deliveries(hook)).isEmpty();
    }

    @Test
    void oneCanBeTried() throws Exception {
        JsonNode hook = hook(Map.of("secret", "s"), event("PROMPT_ALIAS", "CREATED"));
        String test = project + HOOKS + "/" + hook.path("webhook_id").asString() + "/test";
        JsonNode result = copy.post(test, Map.of()).is(200).body().path("result");
        assertThat(result.path("success").asBoolean()).isTrue();
        assertThat(result.path("response_status").asInt()).isEqualTo(200);
        assertThat(result.path("response_body").asString()).isEqualTo("thanks");
        assertThat(receiver.next().headers()).containsKey("x-mlflow-signature");

        receiver.answers(500);
        JsonNode failed = copy.post(test, Map.of("event", event("MODEL_VERSION", "CREATED")))
                .is(200)
                .body()
                .path("result");
        assertThat(failed.path("success").asBoolean()).isFalse();
        assertThat(failed.path("response_status").asInt()).isEqualTo(500);
        assertThat(next().path("entity").asString()).isEqualTo("model_version");
        assertThat(deliveries(hook)).as("a trial is no delivery").isEmpty();

        receiver.close();
        JsonNode nobody = copy.post(test, Map.of()).is(200).body().path("result");
        assertThat(nobody.path("success").asBoolean()).isFalse();
        assertThat(nobody.path("error_message").asString()).startsWith("Failed to test webhook");
    }

    @Test
    void onOurOwnApiOneIsTheSame() {
        JsonNode made = copy.post(
                        project + "/api/v1/webhooks",
                        Map.of(
                                "name",
                                "own",
                                "url",
                                receiver.url(),
                                "events",
                                List.of("PROMPT_CREATED", "PROMPT_CREATED"),
                                "secret",
                                "s"))
                .is(201)
                .body();
        String path = project + OWN + made.path("id").asString();
        assertThat(made.path("signed").asBoolean()).isTrue();
        assertThat(made.path("events")).hasSize(1);
        assertThat(made.toString()).doesNotContain("\"s\"");
        assertThat(copy.patch(path, Map.of("secret", ""))
                        .is(200)
                        .body()
                        .path("signed")
                        .asBoolean())
                .isFalse();
        assertThat(copy.post(path + "/test", Map.of())
                        .is(200)
                        .body()
                        .path("success")
                        .asBoolean())
                .isTrue();
        assertThat(copy.get(project + "/api/v1/webhooks").body().path("items")).hasSize(1);
        assertThat(copy.patch(path, Map.of("events", List.of())).is(422).text("code"))
                .isEqualTo("VALIDATION_FAILED");
        copy.delete(path).is(204);
        copy.delete(path).is(404);
        copy.get(path + "/deliveries").is(404);
    }
}
