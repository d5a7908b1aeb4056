package dev.trine;

import dev.trine.EndpointCalls.Endpoint;
import dev.trine.identity.Idempotent;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.NamedPageRequest;
import dev.trine.shared.PageRequest;
import dev.trine.shared.SearchPageRequest;
import io.swagger.v3.oas.annotations.Hidden;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.JsonNode;

/** What the API's description says of each operation, beside what its handler takes. */
final class DescribedEndpoints {

    private static final Set<String> EFFECTS = Set.of("read", "write", "delete", "start");

    private static final Set<String> READING = Set.of("GET", "HEAD");

    private static final Set<Class<?>> PAGES =
            Set.of(PageRequest.class, NamedPageRequest.class, SearchPageRequest.class);

    private final JsonNode api;

    DescribedEndpoints(JsonNode api) {
        this.api = api;
    }

    /** Every difference; empty when the description is true. */
    List<String> differences(List<Endpoint> endpoints) {
        var found = new ArrayList<String>();
        var handled = new TreeSet<String>();
        for (Endpoint endpoint : endpoints) {
            if (!endpoint.handler().getBeanType().isAnnotationPresent(Hidden.class)
                    && !endpoint.handler().hasMethodAnnotation(Hidden.class)) {
                String path = endpoint.pattern().replace("{*", "{");
                handled.add(endpoint.method() + " " + path);
                JsonNode operation =
                        api.path("paths").path(path).path(endpoint.method().toLowerCase(java.util.Locale.ROOT));
                compare(endpoint, operation, found);
            }
        }
        api.path("paths")
                .forEachEntry((path, operations) -> operations.propertyNames().stream()
                        .map(method -> method.toUpperCase(java.util.Locale.ROOT) + " " + path)
                        .filter(name -> !handled.contains(name))
                        .forEach(name -> found.add(name + " has no handler")));
        return found;
    }

    private void compare(Endpoint endpoint, JsonNode operation, List<String> found) {
        if (operation.isMissingNode()) {
            found.add(endpoint.name() + " is not described");
            return;
        }
        differ(endpoint, "parameters", taken(endpoint), described(operation), found);
        String permissions = endpoint.asksNobody()
                ? null
                : endpoint.permissions().stream().map(Permission::scope).collect(Collectors.joining(" or "));
        differ(endpoint, "permission", permissions, permissions(operation), found);
        boolean body = Stream.of(endpoint.handler().getMethod().getParameters())
                        .anyMatch(parameter -> parameter.isAnnotationPresent(RequestBody.class))
                || endpoint.handler().hasMethodAnnotation(io.swagger.v3.oas.annotations.parameters.RequestBody.class);
        differ(endpoint, "body", body, operation.has("requestBody"), found);
        String effect = operation.path("x-trine-effect").asString("none");
        if (!EFFECTS.contains(effect) || READING.contains(endpoint.method()) != effect.equals("read")) {
            found.add("%s: the effect is %s".formatted(endpoint.name(), effect));
        }
    }

    private static void differ(
            Endpoint endpoint, String what, @Nullable Object handler, @Nullable Object told, List<String> found) {
        if (!java.util.Objects.equals(handler, told)) {
            found.add(
                    "%s: the handler's %s: %s, the description's: %s".formatted(endpoint.name(), what, handler, told));
        }
    }

    /** The one, or all of which one is enough. */
    private static @Nullable String permissions(JsonNode operation) {
        JsonNode told = operation.path("x-trine-permission");
        return told.isArray()
                ? told.valueStream().map(JsonNode::asString).collect(Collectors.joining(" or "))
                : told.stringValue(null);
    }

    private static Set<String> taken(Endpoint endpoint) {
        var taken = new TreeSet<String>();
        for (Parameter parameter : endpoint.handler().getMethod().getParameters()) {
            RequestParam query = parameter.getAnnotation(RequestParam.class);
            RequestHeader header = parameter.getAnnotation(RequestHeader.class);
            if (parameter.isAnnotationPresent(PathVariable.class)) {
                taken.add("path " + parameter.getName());
            } else if (query != null) {
                taken.add("query " + EndpointCalls.name(parameter, query));
            } else if (header != null) {
                taken.add("header " + (header.value().isEmpty() ? header.name() : header.value()));
            } else if (PAGES.contains(parameter.getType())) {
                taken.addAll(List.of("query pageSize", "query pageToken"));
            } else if (parameter.getType() == ProjectScope.class) {
                taken.add("header X-Trine-Project");
            }
        }
        if (endpoint.handler().hasMethodAnnotation(Idempotent.class)) {
            taken.add("header " + Idempotent.HEADER);
        }
        return taken;
    }

    private Set<String> described(JsonNode operation) {
        var described = new TreeSet<String>();
        for (JsonNode parameter : operation.path("parameters")) {
            JsonNode told = parameter.has("$ref")
                    ? api.at(parameter.path("$ref").asString().substring(1))
                    : parameter;
            described.add(told.path("in").asString() + " " + told.path("name").asString());
        }
        return described;
    }
}
