package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Scorers as MLflow's clients register, list and delete them. */
@ExtendWith(SharedTracking.class)
class MlflowScorersTest {

    private static final String SCORERS = "/api/3.0/mlflow/scorers";

    private static Copy copy() {
        return SharedTracking.copy();
    }

    private static String experiment(String name) {
        return copy().post("/api/3.0/mlflow/experiments/create", Map.of("name", name))
                .is(200)
                .text("experiment_id");
    }

    private static Copy.Answer register(String experiment, String name, String definition) {
        return copy().post(
                        SCORERS + "/register",
                        Map.of("experiment_id", experiment, "name", name, "serialized_scorer", definition));
    }

    private static Copy.Answer ask(String what, String experiment, String more) {
        return copy().get("%s/%s?experiment_id=%s%s".formatted(SCORERS, what, experiment, more));
    }

    private static List<String> listed(JsonNode body) {
        return body.path("scorers")
                .valueStream()
                .map(one -> "%s %d"
                        .formatted(
                                one.path("scorer_name").asString(),
                                one.path("scorer_version").asInt()))
                .toList();
    }

    private static Copy.Answer delete(String experiment, Map<String, ?> which) {
        var body = new HashMap<String, Object>(which);
        body.put("experiment_id", experiment);
        return copy().delete(SCORERS + "/delete", body);
    }

    @Test
    void eachRegistrationIsAVersion() {
        String experiment = experiment("scorers");
        JsonNode first = register(experiment, "polite", "{\"v\": 1}").is(200).body();
        JsonNode second = register(experiment, "polite", "{\"v\": 2}").is(200).body();
        register(experiment, "correct", "{}").is(200);
        assertThat(first.path("version").asInt()).isEqualTo(1);
        assertThat(second.path("version").asInt()).isEqualTo(2);
        assertThat(second.path("scorer_id")).isEqualTo(first.path("scorer_id"));
        assertThat(second.path("experiment_id").asString()).isEqualTo(experiment);
        assertThat(listed(ask("list", experiment, "").is(200).body())).containsExactly("correct 1", "polite 2");
        assertThat(listed(ask("versions", experiment, "&name=polite").is(200).body()))
                .containsExactly("polite 1", "polite 2");
        JsonNode latest = ask("get", experiment, "&name=polite").is(200).body().path("scorer");
        assertThat(latest.path("serialized_scorer").asString()).isEqualTo("{\"v\": 2}");
        assertThat(latest.path("experiment_id").asLong()).isEqualTo(Long.parseLong(experiment));
        assertThat(ask("get", experiment, "&name=polite&version=1")
                        .is(200)
                        .body()
                        .path("scorer")
                        .path("serialized_scorer")
                        .asString())
                .isEqualTo("{\"v\": 1}");
    }

    @Test
    void oneVersionOrAllAreDeleted() {
        String experiment = experiment("deleted scorers");
        for (int i = 0; i < 3; i++) {
            register(experiment, "polite", "{}").is(200);
        }
        delete(experiment, Map.of("name", "polite", "version", 1)).is(200);
        assertThat(delete(experiment, Map.of("name", "polite", "version", 1))
                        .is(404)
                        .text("message"))
                .isEqualTo(
                        "Scorer with name 'polite' and version 1 not found for experiment %s.".formatted(experiment));
        assertThat(listed(ask("versions", experiment, "&name=polite").body())).containsExactly("polite 2", "polite 3");
        delete(experiment, Map.of("name", "polite")).is(200);
        assertThat(listed(ask("list", experiment, "").is(200).body())).isEmpty();
        for (String what : List.of("versions", "get")) {
            assertThat(ask(what, experiment, "&name=polite").is(404).text("message"))
                    .isEqualTo("Scorer with name 'polite' not found for experiment %s.".formatted(experiment));
        }
        delete(experiment, Map.of("name", "polite")).is(404);
    }

    @Test
    void scorersOfSeveralExperimentsAreListedButOfDeletedOnes() {
        String one = experiment("one of several");
        String other = experiment("another of several");
        register(one, "a", "{}").is(200);
        register(other, "b", "{}").is(200);
        String several = "%s/list?experiment_ids=%s&experiment_ids=%s".formatted(SCORERS, one, other);
        assertThat(listed(copy().get(several).is(200).body())).containsExactly("a 1", "b 1");
        copy().post("/api/3.0/mlflow/experiments/delete", Map.of("experiment_id", other))
                .is(200);
        assertThat(listed(copy().get(several).is(200).body())).containsExactly("a 1");
        assertThat(listed(copy().get(SCORERS + "/list").is(200).body()))
                .contains("a 1")
                .doesNotContain("b 1");
        copy().get(several + "&experiment_id=" + one).is(400);
        ask("list", "987654", "").is(404);
    }

    @ParameterizedTest
    @CsvSource({"'', {}", "' ', {}", "x, ''", "x, nonsense"})
    void whatIsNoScorerIsRefused(String name, String definition) {
        assertThat(register("0", name, definition).is(400).text("error_code")).isEqualTo("INVALID_PARAMETER_VALUE");
        assertThat(register("987654", "x", "{}").is(404).text("error_code")).isEqualTo("RESOURCE_DOES_NOT_EXIST");
    }
}
