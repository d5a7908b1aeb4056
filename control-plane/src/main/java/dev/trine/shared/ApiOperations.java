package dev.trine.shared;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.beans.Introspector;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.method.HandlerMethod;

/**
 * What the API's description says of every operation: an id made of controller and method ({@code dataset.list}), its module as
 * its tag, what it changes ({@code x-trine-effect}: {@code read}, {@code write}, {@code delete}, or {@code start} for work on the
 * nodes), paging, entity tags, the events of a stream, and {@link Problem} as the answer to whatever fails.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class ApiOperations implements OperationCustomizer {

    static final String EFFECT = "x-trine-effect";

    private static final Set<RequestMethod> READING =
            Set.of(RequestMethod.GET, RequestMethod.HEAD, RequestMethod.OPTIONS);
    private static final String EVENT_STREAM = "text/event-stream";

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        Class<?> controller = method.getBeanType();
        operation.setOperationId(resource(controller) + "." + method.getMethod().getName());
        operation.setTags(List.of(module(controller)));
        String summary = operation.getSummary();
        if (summary != null && (summary + ".").equals(operation.getDescription())) {
            operation.setDescription(null);
        }
        if (isPaged(method)) {
            operation.addParametersItem(ApiDocument.parameter(ApiDocument.PAGE_SIZE));
            operation.addParametersItem(ApiDocument.parameter(ApiDocument.PAGE_TOKEN));
        }
        if (operation.getParameters() != null) {
            operation.getParameters().replaceAll(ApiOperations::known);
        }
        if (isVersioned(method)) {
            success(operation)
                    .addHeaderObject(HttpHeaders.ETAG, new Header().$ref("#/components/headers/" + HttpHeaders.ETAG));
        }
        ServerSentEvents events = method.getMethodAnnotation(ServerSentEvents.class);
        if (events != null) {
            describe(success(operation), events);
        }
        Download file = method.getMethodAnnotation(Download.class);
        if (file != null) {
            describe(success(operation), file);
        }
        operation.addExtension(EFFECT, effect(method));
        refusals(operation, method)
                .map(Object::toString)
                .forEach(status -> operation.getResponses().addApiResponse(status, problem()));
        operation.getResponses().addApiResponse(ApiResponses.DEFAULT, problem());
        return operation;
    }

    private static ApiResponse problem() {
        return new ApiResponse().$ref("#/components/responses/" + ApiDocument.PROBLEM);
    }

    /** What a call changes: nothing, something that is kept, something that is gone then, or what the nodes work on. */
    private static String effect(HandlerMethod method) {
        List<RequestMethod> methods = List.of(Objects.requireNonNull(
                        AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), RequestMapping.class))
                .method());
        ResponseStatus status = method.getMethodAnnotation(ResponseStatus.class);
        if (methods.stream().allMatch(READING::contains)) {
            return "read";
        }
        if (methods.contains(RequestMethod.DELETE)) {
            return "delete";
        }
        return status != null && status.value() == HttpStatus.ACCEPTED ? "start" : "write";
    }

    /** The statuses of refusals that follow from what an operation takes; others are its own. */
    private static Stream<Integer> refusals(Operation operation, HandlerMethod method) {
        List<Parameter> parameters = operation.getParameters() == null ? List.of() : operation.getParameters();
        boolean inQuery =
                isPaged(method) || parameters.stream().anyMatch(parameter -> "query".equals(parameter.getIn()));
        boolean inPath = parameters.stream().anyMatch(parameter -> "path".equals(parameter.getIn()));
        boolean ifMatch = parameters.stream()
                .anyMatch(parameter -> String.valueOf(parameter.get$ref()).endsWith("/" + HttpHeaders.IF_MATCH));
        boolean body = operation.getRequestBody() != null;
        return Stream.of(
                        Stream.of(HttpStatus.BAD_REQUEST),
                        inPath ? Stream.of(HttpStatus.NOT_FOUND) : Stream.<HttpStatus>empty(),
                        ifMatch
                                ? Stream.of(HttpStatus.PRECONDITION_FAILED, HttpStatus.PRECONDITION_REQUIRED)
                                : Stream.<HttpStatus>empty(),
                        body ? Stream.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE) : Stream.<HttpStatus>empty(),
                        body || inQuery || inPath
                                ? Stream.of(HttpStatus.UNPROCESSABLE_CONTENT)
                                : Stream.<HttpStatus>empty())
                .flatMap(statuses -> statuses)
                .map(HttpStatus::value);
    }

    private static void describe(ApiResponse success, Download file) {
        JsonSchema bytes = ApiSchemas.ofType("string");
        if (!file.value().startsWith("text/")) {
            bytes.setFormat("binary");
        }
        success.description("The file's bytes")
                .content(new Content().addMediaType(file.value(), new MediaType().schema(bytes)));
    }

    private static void describe(ApiResponse success, ServerSentEvents events) {
        Map<String, Object> byName = new LinkedHashMap<>();
        for (ServerSentEvents.Event event : events.value()) {
            byName.put(event.name(), Map.of("$ref", "#/components/schemas/" + schema(event.data())));
        }
        var stream = new MediaType().schema(ApiSchemas.ofType("string"));
        stream.addExtension("x-trine-events", byName);
        success.description("Server-sent events: " + String.join(", ", byName.keySet()))
                .content(new Content().addMediaType(EVENT_STREAM, stream));
    }

    private static String schema(Class<?> type) {
        Schema named = type.getAnnotation(Schema.class);
        return named == null || named.name().isEmpty() ? type.getSimpleName() : named.name();
    }

    /** Headers that several operations take are described once. */
    private static Parameter known(Parameter parameter) {
        return "header".equals(parameter.getIn()) && ApiDocument.SHARED_HEADERS.contains(parameter.getName())
                ? ApiDocument.parameter(parameter.getName())
                : parameter;
    }

    private static ApiResponse success(Operation operation) {
        return operation.getResponses().entrySet().stream()
                .filter(answer -> answer.getKey().startsWith("2"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    /** Whether the answer carries an entity tag: the ones that a controller makes itself, of a record with a version. */
    private static boolean isVersioned(HandlerMethod method) {
        ResolvableType answer = ResolvableType.forMethodReturnType(method.getMethod());
        Class<?> body = answer.getGeneric(0).resolve(Void.class);
        return answer.resolve(Object.class) == ResponseEntity.class
                && body.isRecord()
                && Arrays.stream(body.getRecordComponents())
                        .map(RecordComponent::getName)
                        .anyMatch("version"::equals);
    }

    private static boolean isPaged(HandlerMethod method) {
        return Stream.of(PageRequest.class, NamedPageRequest.class, SearchPageRequest.class)
                .anyMatch(page -> takes(method, page));
    }

    private static boolean takes(HandlerMethod method, Class<?> type) {
        return Arrays.stream(method.getMethodParameters()).anyMatch(parameter -> parameter.getParameterType() == type);
    }

    private static String resource(Class<?> controller) {
        return Introspector.decapitalize(controller.getSimpleName().replaceFirst("Controller$", ""));
    }

    private static String module(Class<?> controller) {
        String name = controller.getPackageName();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
