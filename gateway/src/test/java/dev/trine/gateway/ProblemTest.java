package dev.trine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway refuses in the words of the platform's described API, so that a client needs to know one form only. */
class ProblemTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNode SCHEMAS =
            JSON.readTree(Path.of("../api/openapi.json")).at("/components/schemas");

    static Stream<Problem> everyRefusal() {
        return Stream.of(
                Problem.unauthenticated("d"),
                Problem.expired("d"),
                Problem.denied("d"),
                Problem.notFound("d"),
                Problem.notReady("d"),
                Problem.unavailable("d"),
                Problem.badGateway("d"),
                Problem.timedOut("d"),
                Problem.malformed("d"),
                Problem.targetTooLong("d"),
                Problem.headersTooLarge("d"),
                Problem.rateLimited("d"),
                Problem.internal());
    }

    @ParameterizedTest
    @MethodSource("everyRefusal")
    void hasTheCodeStatusAndTitleOfTheClosedSet(Problem problem) {
        assertThat(SCHEMAS.at("/ErrorCode/description").stringValue().lines())
                .contains("- `%s` (%d): %s".formatted(problem.code(), problem.status(), problem.title()));
    }

    @ParameterizedTest
    @MethodSource("everyRefusal")
    void hasTheFieldsThatTheDescribedProblemRequires(Problem problem) {
        JsonNode body = JSON.readTree(problem.body("req_1"));
        List<String> required = SCHEMAS.at("/Problem/required")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
        assertThat(required).contains("type", "code");
        assertThat(body.propertyNames()).containsExactlyInAnyOrderElementsOf(required);
        assertThat(body.path("type").stringValue()).isEqualTo("urn:trine:error:" + problem.code());
        assertThat(body.path("requestId").stringValue()).isEqualTo("req_1");
    }

    @Test
    void theCodesAreEachOfOneKind() {
        assertThat(everyRefusal().map(Problem::code)).doesNotHaveDuplicates();
    }
}
