package dev.trine.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.trine.testkit.broken.BrokenHelper;
import dev.trine.testkit.broken.ImpureLibrary;
import dev.trine.testkit.broken.OwnClock;
import dev.trine.testkit.broken.service.Misplaced;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule can fail; and the workload library, which this module builds upon, keeps those that concern it. */
class RulesTest {

    @Test
    void theWorkloadLibraryIsPure() {
        var library = Rules.classesOf("dev.trine.lib.workload");
        Rules.LIBRARIES_ARE_PURE.check(library);
        Rules.NAMES_SAY_WHAT_A_THING_IS.check(library);
        Rules.MODULES_ARE_FLAT.check(library);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BrokenHelper>", "BrokenHelper$RequestData", "BrokenHelper$QueueManager"})
    void aNameThatSaysNothingIsRefused(String name) {
        refuses(Rules.NAMES_SAY_WHAT_A_THING_IS, BrokenHelper.class, name);
    }

    @Test
    void aPackageForAKindOfClassIsRefused() {
        refuses(Rules.MODULES_ARE_FLAT, Misplaced.class, "broken.service.Misplaced");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Instant.now()",
                "LocalDate.now(java.time.ZoneId)",
                "System.currentTimeMillis()",
                "Clock.systemUTC()",
                "UUID.randomUUID()",
                "Math.random()",
                "Random.<init>()",
                "SecureRandom.<init>()",
                "ThreadLocalRandom.current()"
            })
    void aClockOrRandomnessOfOnesOwnIsRefused(String call) {
        refuses(Rules.TIME_AND_RANDOMNESS_ARE_GIVEN, OwnClock.class, call);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.nio.file.Files",
                "java.net.URI",
                "java.io.File",
                "org.assertj",
                "System.getenv",
                "java.lang.Thread",
                "Instant.now()"
            })
    void aLibraryThatReachesOutsideIsRefused(String reach) {
        refuses(Rules.LIBRARIES_ARE_PURE, ImpureLibrary.class, reach);
    }

    private static void refuses(ArchRule rule, Class<?> broken, String named) {
        var classes = new ClassFileImporter().importClasses(nested(broken));
        assertThatThrownBy(() -> rule.check(classes))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(named);
    }

    private static List<Class<?>> nested(Class<?> type) {
        return Stream.concat(Stream.of(type), Arrays.stream(type.getDeclaredClasses()))
                .toList();
    }
}
