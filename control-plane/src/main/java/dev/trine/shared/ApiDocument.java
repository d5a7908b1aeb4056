package dev.trine.shared;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.tags.Tag;
import java.math.BigDecimal;
import java.util.Set;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** What the API's description says once for all: what it is, and the parameters, headers and refusals that operations share. */
@Component
class ApiDocument implements OpenApiCustomizer {

    static final String PAGE_SIZE = "pageSize";
    static final String PAGE_TOKEN = "pageToken";
    static final String PROBLEM = "Problem";

    private static final String LAST_EVENT_ID = "Last-Event-ID";

    static final Set<String> SHARED_HEADERS = Set.of(HttpHeaders.IF_MATCH, LAST_EVENT_ID);

    private static final String ABOUT = """
            Trine takes a model from data to production: datasets, training, experiments, evaluation, a model registry and \
            inference services.

            - A member that is not required is left out when it has no value; it is never null in an answer. In a request null \
            means the same as leaving it out.
            - Times are RFC 3339 in UTC, durations ISO 8601, sizes bytes. Ids are UUIDv7 with a prefix that tells what they name.
            - Every list is paged: newest first, go on with `nextPageToken` until there is none.
            - Every refusal is a problem document (RFC 9457) with a `code` of a closed set; its `requestId`, also in the answer's \
            `X-Request-Id`, finds the request in the logs.
            - A change to a resource with an `ETag` needs `If-Match`.

            Uploads are those of tus 1.0 (creation, creation-with-upload, checksum, expiration, termination). \
            Two wires keep the shape of the protocols they speak, and are described there: experiment tracking at `/api/2.0/mlflow` (MLflow's REST API), and inference below a service's `url` \
            (Open Inference Protocol v2).
            """;

    private final RequestMappingHandlerMapping mapping;

    ApiDocument(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        this.mapping = mapping;
        SpringDocUtils.getConfig()
                .addRequestWrapperToIgnore(PageRequest.class, NamedPageRequest.class, SearchPageRequest.class);
    }

    /** A reference to a parameter that is described here. */
    static Parameter parameter(String name) {
        return new Parameter().$ref("#/components/parameters/" + name);
    }

    @Override
    public void customise(OpenAPI api) {
        api.info(new Info()
                .title("Trine")
                .version("v1")
                .description(ABOUT)
                .license(new License().name("Apache-2.0").identifier("Apache-2.0")));
        api.setTags(api.getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .flatMap(operation -> operation.getTags().stream())
                .distinct()
                .sorted()
                .map(name -> new Tag().name(name))
                .toList());
        Components components = api.getComponents();
        mapping.getHandlerMethods().values().stream()
                .map(method -> method.getMethodAnnotation(ServerSentEvents.class))
                .flatMap(events -> events == null ? Stream.empty() : Stream.of(events.value()))
                .forEach(event -> schema(event.data(), components));
        components
                .addParameters(
                        PAGE_SIZE, query(PAGE_SIZE, "How many items at most").schema(pageSize()))
                .addParameters(
                        PAGE_TOKEN,
                        query(PAGE_TOKEN, "The `nextPageToken` of the page before; none for the first")
                                .schema(ApiSchemas.ofType("string")))
                .addParameters(
                        HttpHeaders.IF_MATCH,
                        header(HttpHeaders.IF_MATCH, "The `ETag` of what was read; `*` for whatever is there")
                                .required(true))
                .addParameters(
                        LAST_EVENT_ID,
                        header(LAST_EVENT_ID, "The id of the last event that arrived; the stream goes on after it"))
                .addHeaders(
                        HttpHeaders.ETAG,
                        new Header()
                                .description("The version of what is answered, for `If-Match`")
                                .required(true)
                                .schema(ApiSchemas.ofType("string")))
                .addResponses(
                        PROBLEM,
                        new ApiResponse()
                                .description("Refused, or failed")
                                .content(new Content()
                                        .addMediaType(
                                                "application/problem+json",
                                                new MediaType().schema(schema(Problem.class, components)))));
    }

    private static Schema<?> schema(Class<?> type, Components components) {
        ResolvedSchema resolved =
                ModelConverters.getInstance(true).resolveAsResolvedSchema(new AnnotatedType(type).resolveAsRef(true));
        resolved.referencedSchemas.forEach((name, schema) -> {
            if (components.getSchemas() == null || !components.getSchemas().containsKey(name)) {
                components.addSchemas(name, schema);
            }
        });
        return resolved.schema;
    }

    private static Parameter query(String name, String description) {
        return new Parameter().in("query").name(name).description(description);
    }

    private static Parameter header(String name, String description) {
        return new Parameter().in("header").name(name).description(description).schema(ApiSchemas.ofType("string"));
    }

    private static Schema<?> pageSize() {
        JsonSchema size = ApiSchemas.ofType("integer");
        size.setFormat("int32");
        size.setMinimum(BigDecimal.ONE);
        size.setMaximum(BigDecimal.valueOf(PageRequest.MAX_SIZE));
        size.setDefault(PageRequest.DEFAULT_SIZE);
        return size;
    }
}
