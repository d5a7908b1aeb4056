package dev.trine.identity;

import dev.trine.shared.Problem;
import dev.trine.shared.ProjectPaths;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/**
 * What the API's description says of access: how to authenticate, the project header, and for every operation the permission it
 * needs ({@code x-trine-permission}; several where it depends on what is asked for) or why it needs none ({@code x-trine-public}).
 */
@Component
class AccessInApi implements OperationCustomizer, OpenApiCustomizer {

    private static final String BEARER = "bearer";
    private static final String BASIC = "basic";

    AccessInApi() {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(ProjectScope.class, Caller.class);
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        Public open = method.getMethodAnnotation(Public.class);
        if (open != null) {
            operation.setSecurity(List.of());
            operation.addExtension("x-trine-public", open.value());
            return tell(operation, "Open to anybody: " + open.value() + ".");
        }
        Permission[] permissions = Objects.requireNonNull(method.getMethodAnnotation(Requires.class), method::toString)
                .value();
        List<String> scopes = Arrays.stream(permissions).map(Permission::scope).toList();
        operation.addExtension("x-trine-permission", scopes.size() == 1 ? scopes.getFirst() : scopes);
        for (HttpStatus refused : List.of(HttpStatus.UNAUTHORIZED, HttpStatus.FORBIDDEN)) {
            operation
                    .getResponses()
                    .addApiResponse(
                            Integer.toString(refused.value()),
                            new ApiResponse().$ref("#/components/responses/" + Problem.class.getSimpleName()));
        }
        if (Arrays.stream(method.getMethodParameters())
                .anyMatch(parameter -> parameter.getParameterType() == ProjectScope.class)) {
            operation.addParametersItem(new Parameter().$ref("#/components/parameters/" + ProjectPaths.HEADER));
        }
        return tell(
                operation,
                "Needs the permission %s, which the role %s and every stronger one has."
                        .formatted(
                                scopes.stream().map("`%s`"::formatted).collect(Collectors.joining(" or "))
                                        + (scopes.size() == 1 ? "" : " (by what is asked for)"),
                                permissions[0].least().name().toLowerCase(Locale.ROOT)));
    }

    private static Operation tell(Operation operation, String sentence) {
        return operation.description(Stream.of(operation.getDescription(), sentence)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("\n\n")));
    }

    @Override
    public void customise(OpenAPI api) {
        api.addSecurityItem(new SecurityRequirement().addList(BEARER))
                .addSecurityItem(new SecurityRequirement().addList(BASIC));
        api.getComponents()
                .addSecuritySchemes(
                        BEARER,
                        new SecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .description("An access token of a login, or an API key"))
                .addSecuritySchemes(
                        BASIC,
                        new SecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("basic")
                                .description("E-mail and password, or any name and an API key"))
                .addParameters(
                        ProjectPaths.HEADER,
                        new Parameter()
                                .in("header")
                                .name(ProjectPaths.HEADER)
                                .description(
                                        "Slug or id of the project; the API key's own, else `default`, when absent")
                                .schema(new JsonSchema().typesItem("string")));
    }
}
