package dev.trine.identity;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/** What the API's description says of {@link Idempotent} operations. */
@Component
class IdempotencyInApi implements OperationCustomizer, OpenApiCustomizer {

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        return method.hasMethodAnnotation(Idempotent.class)
                ? operation.addParametersItem(new Parameter().$ref("#/components/parameters/" + Idempotent.HEADER))
                : operation;
    }

    @Override
    public void customise(OpenAPI api) {
        Schema<?> key = new JsonSchema().typesItem("string");
        key.setPattern("^" + IdempotentRequests.KEY.pattern() + "$");
        api.getComponents()
                .addParameters(
                        Idempotent.HEADER,
                        new Parameter()
                                .in("header")
                                .name(Idempotent.HEADER)
                                .description(
                                        "Makes the thing once, however often the request arrives with this key; its answer is "
                                                + "given again for a day, with `%s: true`"
                                                        .formatted(IdempotencyConfiguration.REPLAYED))
                                .schema(key));
    }
}
