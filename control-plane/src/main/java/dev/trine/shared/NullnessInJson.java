package dev.trine.shared;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.Version;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;

/**
 * What the types say of null, a request must keep: a member of a record that is not {@link Nullable} is needed, and may not be
 * null; nor may what a list or a map in it holds. So no controller has to ask.
 */
@Component
class NullnessInJson extends JacksonModule {

    @Override
    public String getModuleName() {
        return "nullness";
    }

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    public void setupModule(SetupContext context) {
        context.insertAnnotationIntrospector(new Introspector());
    }

    /** Whether a record's member must be there. */
    static boolean neverNull(RecordComponent member) {
        return !member.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static final class Introspector extends NopAnnotationIntrospector {

        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
            return neverNull(member) ? Boolean.TRUE : null;
        }

        @Override
        public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated member) {
            if (!isOurs(member)) {
                return JsonSetter.Value.empty();
            }
            return JsonSetter.Value.construct(neverNull(member) ? Nulls.FAIL : Nulls.DEFAULT, Nulls.FAIL);
        }

        private static boolean neverNull(Annotated member) {
            return isOurs(member)
                    && member instanceof AnnotatedParameter parameter
                    && NullnessInJson.neverNull(
                            parameter.getDeclaringClass().getRecordComponents()[parameter.getIndex()]);
        }

        /** Whether it is a member of a record of ours, as its constructor takes it. */
        private static boolean isOurs(Annotated member) {
            return member instanceof AnnotatedParameter parameter
                    && parameter.getOwner().getAnnotated() instanceof Constructor<?> constructor
                    && constructor.getDeclaringClass().isRecord()
                    && constructor.getDeclaringClass().getName().startsWith("dev.trine.");
        }
    }
}
