package dev.trine.shared;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.Discriminator;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Component;

/**
 * What the API's description says of our types: a record's members are required unless they may be null, as {@link
 * NullnessInJson} holds requests to it; an id is a string of its own form; a page is named after its items; an enum is a schema
 * of its own, of the words by which JSON has it; a sealed type is one of its kinds, told apart by its tag.
 */
@Component
class ApiSchemas implements ModelConverter {

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType asked, ModelConverterContext context, Iterator<ModelConverter> chain) {
        JavaType type = Json31.mapper().constructType(asked.getType());
        Class<?> raw = type.getRawClass();
        if (!raw.getName().startsWith("dev.trine.")) {
            return next(asked, context, chain);
        }
        if (isId(raw)) {
            return id(raw);
        }
        if (raw.isEnum()) {
            return defined(context, nameOf(raw), choice(raw));
        }
        JsonTypeInfo tag = raw.getAnnotation(JsonTypeInfo.class);
        if (raw.isSealed() && tag != null) {
            return union(raw, tag.property(), context);
        }
        if (raw == Page.class) {
            asked.name(nameOf(type.containedType(0).getRawClass()) + "Page");
        }
        Schema<?> resolved = next(asked, context, chain);
        if (raw.isRecord() && resolved != null) {
            Schema<?> model = model(resolved, context);
            model.setRequired(Arrays.stream(raw.getRecordComponents())
                    .filter(ApiSchemas::alwaysThere)
                    .map(RecordComponent::getName)
                    .toList());
        }
        return resolved;
    }

    private static @Nullable Schema<?> next(
            AnnotatedType asked, ModelConverterContext context, Iterator<ModelConverter> chain) {
        return chain.hasNext() ? chain.next().resolve(asked, context, chain) : null;
    }

    /** Whether a member is in every answer: it is never null, and not left out for another reason. */
    private static boolean alwaysThere(RecordComponent member) {
        return NullnessInJson.neverNull(member) && !member.getAccessor().isAnnotationPresent(JsonInclude.class);
    }

    private static boolean isId(Class<?> raw) {
        return raw.isRecord()
                && raw.getSimpleName().endsWith("Id")
                && raw.getRecordComponents().length == 1
                && raw.getRecordComponents()[0].getType() == UUID.class;
    }

    private static Schema<?> id(Class<?> raw) {
        String example = BeanUtils.instantiateClass(
                        BeanUtils.getResolvableConstructor(raw),
                        UUID.fromString("0192f0c1-a2b3-7c4d-8e5f-60718293a4b5"))
                .toString();
        return ofType("string")
                .pattern("^" + example.substring(0, example.indexOf('_')) + "_[0-9a-f]{32}$")
                .example(example);
    }

    private static Schema<?> choice(Class<?> raw) {
        JsonSchema choice = ofType("string");
        for (Object constant : raw.getEnumConstants()) {
            choice.addEnumItemObject(Json.read(Json.write(constant), String.class));
        }
        if (raw == ErrorCode.class) {
            choice.description(Arrays.stream(ErrorCode.values())
                    .map(code -> "- `%s` (%d): %s".formatted(code, code.status().value(), code.title()))
                    .collect(Collectors.joining("\n", "What went wrong; the set is closed.\n\n", "")));
        }
        return choice;
    }

    private static Schema<?> union(Class<?> raw, String tag, ModelConverterContext context) {
        String name = nameOf(raw);
        Schema<Object> union = new JsonSchema();
        Schema<?> reference = defined(context, name, union);
        var discriminator = new Discriminator().propertyName(tag);
        for (JsonSubTypes.Type kind : raw.getAnnotation(JsonSubTypes.class).value()) {
            Schema<?> member = context.resolve(new AnnotatedType(kind.value()).resolveAsRef(true));
            Schema<?> model = model(member, context);
            model.setDiscriminator(null);
            model.addProperty(tag, ofType("string")._const(kind.name()));
            model.addRequiredItem(tag);
            union.addOneOfItem(member);
            discriminator.mapping(kind.name(), member.get$ref());
        }
        union.setDiscriminator(discriminator);
        return reference;
    }

    static JsonSchema ofType(String type) {
        var schema = new JsonSchema();
        schema.addType(type);
        return schema;
    }

    private static String nameOf(Class<?> raw) {
        var told = AnnotatedElementUtils.findMergedAnnotation(raw, io.swagger.v3.oas.annotations.media.Schema.class);
        return told == null || told.name().isEmpty() ? raw.getSimpleName() : told.name();
    }

    private static Schema<?> defined(ModelConverterContext context, String name, Schema<?> schema) {
        context.defineModel(name, schema);
        return new JsonSchema().$ref(Components.COMPONENTS_SCHEMAS_REF + name);
    }

    private static Schema<?> model(Schema<?> resolved, ModelConverterContext context) {
        String reference = resolved.get$ref();
        return reference == null
                ? resolved
                : Objects.requireNonNull(
                        context.getDefinedModels().get(reference.substring(Components.COMPONENTS_SCHEMAS_REF.length())),
                        reference);
    }
}
