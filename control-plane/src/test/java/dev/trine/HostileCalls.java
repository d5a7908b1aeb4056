package dev.trine;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.EndpointCalls.Call;
import dev.trine.EndpointCalls.Endpoint;
import dev.trine.identity.Idempotent;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.PageRequest;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Bob's request to an endpoint, spoilt in one place at a time. */
final class HostileCalls {

    private static final JsonMapper JSON = new JsonMapper();

    /** In a path or a query, percent-encoded. */
    private static final List<String> TEXTS = List.of(
            "%00", "%FF", "%ED%A0%80", "%2F..%2F", "%F0%9F%92%A5", "-1", "9223372036854775807", "a".repeat(3_000));

    /** In a body, as JSON. */
    private static final List<String> VALUES = List.of(
            "null",
            "[null]",
            "{\"k\":null}",
            "\"a\\u0000b\"",
            "\"\\ud800\"",
            "{\"\\u0000\":\"\\udfff\"}",
            "[\"\\u0000\"]",
            "4611686018427387904",
            "9223372036854775808",
            "1e999",
            "\"+292278994-08-17T07:12:55Z\"",
            "\"PT-9223372036854775808S\"",
            "true");

    /** Instead of a body. */
    private static final List<String> BODIES =
            List.of("", "null", "[]", "[null]", "\"x\"", "{", "{}", "\0", "{\"a\":NaN}", "[".repeat(1_500));

    private static final Map<String, List<String>> HEADERS = Map.of(
            "Content-Type",
            List.of("multipart/form-data", "multipart/mixed; boundary=", "///", "application/json;charset=none"),
            "Accept",
            List.of("///", "text/html"),
            "X-Trine-Project",
            List.of("\u00ff", "prj_", "a".repeat(3_000)),
            "If-Match",
            List.of("\"", "W/", "\"9223372036854775808\""),
            "Last-Event-ID",
            List.of("9223372036854775808", "-1:\u00ff"),
            "Idempotency-Key",
            List.of("\u00ff", "a".repeat(3_000)),
            "Upload-Length",
            List.of("9223372036854775807", "-1"),
            "Upload-Offset",
            List.of("9223372036854775808", "-1"),
            "Upload-Metadata",
            List.of("filename AA==", "filename =", ",,"),
            "Upload-Checksum",
            List.of("sha256 AA==", "none", "sha1 ="));

    private final EndpointCalls right;
    private final String credential;
    private final String project;

    HostileCalls(EndpointCalls right, String credential, String project) {
        this.right = right;
        this.credential = credential;
        this.project = project;
    }

    /** A request, and what is wrong with it. */
    record Spoilt(String method, String path, @Nullable Object body, Map<String, String> headers, String fault) {}

    Stream<Spoilt> of(Endpoint endpoint) {
        Call call = right.call(endpoint);
        Map<String, String> headers = right.headers(call, credential, project);
        var all = new ArrayList<Spoilt>();
        for (Parameter parameter : endpoint.handler().getMethod().getParameters()) {
            for (String path : paths(endpoint, parameter, call)) {
                all.add(new Spoilt(endpoint.method(), path, call.body(), headers, "target"));
            }
            for (String body : bodies(parameter, call.body())) {
                all.add(new Spoilt(endpoint.method(), call.path(), body, headers, "body " + body));
            }
        }
        String more = call.path().contains("?") ? "&" : "?";
        for (String query : List.of("=x", "%FF=%FF", "&&=&", "a=%00")) {
            all.add(new Spoilt(endpoint.method(), call.path() + more + query, call.body(), headers, "query"));
        }
        HEADERS.forEach((name, values) -> {
            if (looksAt(endpoint, name)) {
                for (String value : values) {
                    var with = new HashMap<>(headers);
                    with.put(name, value);
                    all.add(new Spoilt(endpoint.method(), call.path(), call.body(), with, name + ": " + value));
                }
            }
        });
        return all.stream();
    }

    private static boolean looksAt(Endpoint endpoint, String header) {
        return switch (header) {
            case "Content-Type", "Accept" -> true;
            case "X-Trine-Project" -> endpoint.takes(ProjectScope.class);
            case Idempotent.HEADER -> endpoint.handler().hasMethodAnnotation(Idempotent.class);
            default ->
                header.startsWith("Upload-")
                        ? endpoint.pattern().contains("/uploads")
                        : Stream.of(endpoint.handler().getMethod().getParameters())
                                .map(parameter -> parameter.getAnnotation(RequestHeader.class))
                                .anyMatch(taken -> taken != null
                                        && List.of(taken.value(), taken.name()).contains(header));
        };
    }

    private List<String> paths(Endpoint endpoint, Parameter parameter, Call call) {
        if (parameter.getAnnotation(PathVariable.class) != null) {
            return TEXTS.stream().map(bad -> filled(endpoint, parameter, bad)).toList();
        }
        RequestParam asked = parameter.getAnnotation(RequestParam.class);
        Stream<String> names = asked != null
                ? Stream.of(EndpointCalls.name(parameter, asked))
                : parameter.getType() == PageRequest.class ? Stream.of("pageSize", "pageToken") : Stream.empty();
        return names.flatMap(name -> TEXTS.stream().map(bad -> queried(call.path(), name, bad)))
                .toList();
    }

    private String filled(Endpoint endpoint, Parameter bad, String value) {
        String path = endpoint.pattern();
        for (Parameter parameter : endpoint.handler().getMethod().getParameters()) {
            if (parameter.getAnnotation(PathVariable.class) != null) {
                String name = parameter.getName();
                String with = parameter.equals(bad) ? value : right.value(endpoint, parameter, name);
                path = path.replace("{*" + name + "}", with).replace("{" + name + "}", with);
            }
        }
        return path;
    }

    private static String queried(String path, String name, String value) {
        String without = path.replaceAll("(?<=[?&])" + name + "=[^&]*", "");
        return without + (without.contains("?") ? "&" : "?") + name + "=" + value;
    }

    private static List<String> bodies(Parameter parameter, @Nullable Object body) {
        if (parameter.getAnnotation(RequestBody.class) == null || body == null) {
            return List.of();
        }
        var all = new ArrayList<>(BODIES);
        ObjectNode whole = JSON.valueToTree(body);
        spoil(whole, whole, parameter.getType(), all);
        return all;
    }

    /** Every member, also those that the right body leaves out, gets every bad value. */
    private static void spoil(ObjectNode whole, ObjectNode part, Class<?> type, List<String> to) {
        Stream<String> members = Stream.concat(
                part.propertyNames().stream(),
                type.isRecord() ? Stream.of(type.getRecordComponents()).map(HostileCalls::member) : Stream.empty());
        for (String member : members.distinct().toList()) {
            var before = part.get(member);
            for (String value : VALUES) {
                part.put(member, "\u0001");
                to.add(JSON.writeValueAsString(whole).replace("\"\\u0001\"", value));
            }
            if (before == null) {
                part.remove(member);
            } else {
                part.set(member, before);
            }
            if (before instanceof ObjectNode inner) {
                spoil(whole, inner, Object.class, to);
            }
        }
    }

    private static String member(RecordComponent component) {
        JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
        return named == null ? component.getName() : named.value();
    }
}
