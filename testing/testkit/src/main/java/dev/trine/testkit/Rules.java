package dev.trine.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.Set;

/** Rules of the code that hold in more than one module; the tests of each module check those that concern it. */
public final class Rules {

    /** A class is named for what it is in the field. */
    public static final ArchRule NAMES_SAY_WHAT_A_THING_IS = noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Data|Info)")
            .because("names are the field's own");

    /** A module is one package, not a package for each kind of class. */
    public static final ArchRule MODULES_ARE_FLAT = noClasses()
            .should()
            .resideInAnyPackage(
                    "..controller..", "..service..", "..impl..", "..dto..", "..util..", "..utils..", "..helper..")
            .because("a module reads like a table of contents");

    /** Time and randomness are given to a class, so that a test can give others. Elapsed time may be measured. */
    public static final ArchRule TIME_AND_RANDOMNESS_ARE_GIVEN = noClasses()
            .should()
            .accessTargetWhere(describe("it tells the time or is random", Rules::tellsTheTimeOrIsRandom))
            .because("time and randomness are injected");

    /**
     * A library computes: no framework, no clock, no input or output, nothing of the system. Its interfaces may speak of streams,
     * which whoever implements them opens.
     */
    public static final ArchRule LIBRARIES_ARE_PURE = CompositeArchRule.of(classes()
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(
                                    "java.lang..",
                                    "java.util..",
                                    "java.math..",
                                    "java.text..",
                                    "java.time..",
                                    "dev.trine.lib..",
                                    "org.jspecify.annotations..")
                            .or(describe(
                                    "are streams",
                                    type -> Set.of("java.io.InputStream", "java.io.IOException")
                                            .contains(type.getName())))
                            .or(describe(
                                    "are primitive",
                                    type -> type.getBaseComponentType().isPrimitive()))))
            .and(noClasses()
                    .should()
                    .dependOnClassesThat(describe("are of the system", Rules::isOfTheSystem))
                    .orShould()
                    .accessTargetWhere(describe("it asks the system", Rules::asksTheSystem)))
            .and(TIME_AND_RANDOMNESS_ARE_GIVEN);

    private static final Set<String> TIMES = Set.of(
            "java.time.Instant",
            "java.time.LocalDate",
            "java.time.LocalTime",
            "java.time.LocalDateTime",
            "java.time.OffsetDateTime",
            "java.time.ZonedDateTime");
    private static final Set<String> RANDOM = Set.of(
            "java.util.Random",
            "java.util.SplittableRandom",
            "java.util.concurrent.ThreadLocalRandom",
            "java.security.SecureRandom");
    private static final Set<String> OF_THE_SYSTEM = Set.of(
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.Runtime",
            "java.lang.Thread",
            "java.util.Scanner",
            "java.util.Timer");

    private Rules() {}

    /** The classes of a package and all below it, without tests. */
    public static JavaClasses classesOf(String rootPackage) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(rootPackage);
    }

    /** All classes but those with some full names, and what is nested in those. */
    public static DescribedPredicate<JavaClass> noneOf(String... excepted) {
        Set<String> names = Set.of(excepted);
        return describe(
                "are none of " + names, type -> !names.contains(outermost(type).getName()));
    }

    /** The class that stands in a file of its own around a nested one. */
    public static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(Rules::outermost).orElse(type);
    }

    private static boolean tellsTheTimeOrIsRandom(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return switch (name) {
            case "now" -> TIMES.contains(owner);
            case "currentTimeMillis" -> owner.equals("java.lang.System");
            case "randomUUID" -> owner.equals("java.util.UUID");
            case "random" -> owner.equals("java.lang.Math");
            // with a seed of the caller's it is no randomness of one's own
            case "<init>" ->
                (RANDOM.contains(owner) || owner.equals("java.util.Date"))
                        && access.getTarget().getFullName().endsWith("()");
            case "current", "getInstanceStrong" -> RANDOM.contains(owner);
            default -> owner.equals("java.time.Clock") && (name.startsWith("system") || name.startsWith("tick"));
        };
    }

    private static boolean isOfTheSystem(JavaClass type) {
        return OF_THE_SYSTEM.contains(type.getName())
                || type.getPackageName().startsWith("java.util.zip")
                || type.getPackageName().startsWith("java.util.logging");
    }

    private static boolean asksTheSystem(JavaAccess<?> access) {
        return access.getTargetOwner().getName().equals("java.lang.System")
                && !Set.of("arraycopy", "identityHashCode", "lineSeparator")
                        .contains(access.getTarget().getName());
    }
}
