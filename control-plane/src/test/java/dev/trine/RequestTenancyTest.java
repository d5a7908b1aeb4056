package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.identity.Caller;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/** Endpoints that forget whose rows they are for, over HTTP. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class RequestTenancyTest {

    private static Tenants tenants;

    /** Looks at what there is, whosever it is. */
    static final class Forgetful {

        private final JdbcClient jdbc;

        Forgetful(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        @ResponseBody
        @Requires(Permission.DATASETS_READ)
        public List<String> ofProject(ProjectScope scope) {
            return projects();
        }

        @ResponseBody
        @Requires(Permission.DATASETS_READ)
        public List<String> ofNone(Caller caller) {
            return projects();
        }

        private List<String> projects() {
            return jdbc.sql("SELECT slug FROM projects ORDER BY slug")
                    .query((row, number) -> row.getString("slug"))
                    .list();
        }
    }

    @BeforeAll
    static void start(@TempDir Path objects) throws InterruptedException {
        tenants = new Tenants(objects);
        var mapping = tenants.copy.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
        var forgetful = new Forgetful(tenants.copy.bean(JdbcClient.class));
        for (String name : List.of("ofProject", "ofNone")) {
            mapping.registerMapping(
                    RequestMappingInfo.paths("/forgetful/" + name)
                            .methods(RequestMethod.GET)
                            .build(),
                    forgetful,
                    Stream.of(Forgetful.class.getDeclaredMethods())
                            .filter(method -> method.getName().equals(name))
                            .findFirst()
                            .orElseThrow());
        }
    }

    @AfterAll
    static void stop() {
        tenants.close();
    }

    private static String seen(Tenants.Person who, String endpoint) {
        return tenants.send(
                        "GET",
                        "/forgetful/" + endpoint,
                        null,
                        Map.of("Authorization", "Bearer " + who.token(), "X-Trine-Project", who.project()))
                .body();
    }

    @Test
    void requestsSideBySideSeeTheRowsOfTheirOwnProjectOnly() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var asked = new ArrayList<Future<?>>();
            for (int turn = 0; turn < 200; turn++) {
                Tenants.Person who = turn % 2 == 0 ? tenants.alice : tenants.bob;
                asked.add(threads.submit(
                        () -> assertThat(seen(who, "ofProject")).isEqualTo("[\"%s\"]".formatted(who.slug()))));
            }
            for (Future<?> one : asked) {
                one.get();
            }
        }
    }

    @Test
    void aRequestThatNamesNoProjectActsForThePlatformAlsoAfterOneThatDoes() {
        assertThat(seen(tenants.alice, "ofProject")).doesNotContain(tenants.bob.slug());
        assertThat(seen(tenants.alice, "ofNone"))
                .contains(tenants.alice.slug(), tenants.bob.slug(), tenants.vera.slug());
    }

    private static String asked(Tenants.Person who, String method, String path, @Nullable Object body) {
        return tenants.send(
                        method,
                        path,
                        body,
                        Map.of(
                                "Authorization",
                                "Bearer " + who.token(),
                                "X-Trine-Project",
                                who.project(),
                                "Content-Type",
                                "application/json"))
                .body();
    }

    @Test
    void whatIsFreeIsToldOfTheWholeMachine() {
        // Bob's evaluation and his service have 1.25 of the 64
        assertThat(asked(tenants.alice, "GET", "/api/v1/resources/nodes", null)).contains("62.75");
    }

    @Test
    void whyAJobWaitsIsToldOfTheWholeLine() {
        Map<String, Object> large = Map.of(
                "name", "large",
                "program", Map.of("kind", "command", "command", List.of("true")),
                "resources", Map.of("cpus", 63));
        asked(tenants.bob, "POST", "/api/v1/training/jobs", large);
        String job = new JsonMapper()
                .readTree(asked(tenants.alice, "POST", "/api/v1/training/jobs", large))
                .path("id")
                .asString();
        assertThat(asked(tenants.alice, "GET", "/api/v1/training/jobs/" + job + "/explain", null))
                .contains("\"position\":2", "\"waiting\":2");
    }
}
