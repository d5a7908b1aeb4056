package dev.trine.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.trine.testkit.Rules;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IdsTest {

    private static final UUID VALUE = UUID.fromString("0192f0c1-a2b3-7c4d-8e5f-60718293a4b5");

    /** Every kind of id that the control plane has. */
    private static final List<Class<?>> KINDS = Rules.classesOf("dev.trine").stream()
            .filter(type -> type.isRecord() && type.getSimpleName().endsWith("Id"))
            .<Class<?>>map(JavaClass::reflect)
            .filter(type -> type.getRecordComponents()[0].getType() == UUID.class)
            .toList();

    static List<Class<?>> kinds() {
        return KINDS;
    }

    private static Object of(Class<?> kind, String text) throws Throwable {
        return MethodHandles.lookup()
                .findStatic(kind, "of", MethodType.methodType(kind, String.class))
                .invoke(text);
    }

    private static Object of(Class<?> kind, UUID value) throws Throwable {
        return MethodHandles.lookup()
                .findConstructor(kind, MethodType.methodType(void.class, UUID.class))
                .invoke(value);
    }

    @Test
    void eachKindHasAPrefixOfItsOwn() throws Throwable {
        assertThat(KINDS).hasSizeGreaterThan(15);
        for (Class<?> kind : KINDS) {
            assertThat(of(kind, VALUE).toString()).matches("[a-z]{2,3}_0192f0c1a2b37c4d8e5f60718293a4b5");
        }
        assertThat(KINDS.stream().map(IdsTest::text)).doesNotHaveDuplicates();
    }

    private static String text(Class<?> kind) {
        try {
            return of(kind, VALUE).toString();
        } catch (Throwable e) {
            throw new AssertionError(kind.getName(), e);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anIdIsWhatItsTextSaysInJsonToo(Class<?> kind) throws Throwable {
        Object id = of(kind, VALUE);
        assertThat(of(kind, id.toString())).isEqualTo(id);
        assertThat(of(kind, id.toString().replace("a2b3", "A2B3"))).isEqualTo(id);
        assertThat(Json.write(id)).isEqualTo("\"" + id + "\"");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void nothingElseIsAnId(Class<?> kind) {
        String text = text(kind);
        for (String other :
                List.of("", VALUE.toString(), "x" + text, text + "0", text.replace('b', 'g'), text.replace('_', '-'))) {
            assertThatThrownBy(() -> of(kind, other))
                    .isInstanceOfSatisfying(
                            TrineException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_FOUND));
        }
    }
}
