package dev.trine;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import broken.rules.LooseSettings;
import broken.rules.OpenDoorsController;
import broken.rules.ReadsOfManyMoments;
import broken.rules.RepositoryOfAnotherName;
import broken.rules.SqlOutsideOfAStore;
import broken.rules.WrongSqlStore;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.trine.identity.Internal;
import dev.trine.identity.Public;
import dev.trine.identity.Requires;
import dev.trine.testkit.Rules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.StringEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Rules of the control plane, each with the classes of {@code broken.rules} that it refuses. */
class RulesTest {

    private static final JavaClasses CONTROL_PLANE =
            Rules.classesOf("dev.trine").that(describe("are ours", RulesTest::isOfTheControlPlane));

    private static final ArchRule SQL_IS_IN_STORES = noClasses()
            .that(describe("are no repository", type -> !Rules.outermost(type).isAnnotatedWith(Repository.class)))
            .and(Rules.noneOf(
                    "dev.trine.shared.Rows",
                    "dev.trine.shared.SearchStatement",
                    "dev.trine.shared.DatabaseFault",
                    "dev.trine.shared.UnkeepableText",
                    "dev.trine.shared.TenantConnection",
                    "dev.trine.shared.TenantConnections",
                    // sets how long a connection waits
                    "dev.trine.shared.PatientMigrations"))
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc.."));

    private static final ArchRule REPOSITORIES_ARE_STORES =
            classes().that().areAnnotatedWith(Repository.class).should().haveNameMatching(".*(Store|Log|Locks)");

    private static final ArchRule CONTROLLERS_HAVE_NO_SQL = noClasses()
            .that()
            .areAnnotatedWith(RestController.class)
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc.."));

    private static final Pattern WRONG_SQL = Pattern.compile("""
            (?x) \\b OFFSET \\s+ [:?$\\d]
            | \\b (SELECT|RETURNING) \\s+ ((ALL|DISTINCT) \\s+)? (\\w+\\.)? \\*
            | \\b (SELECT|RETURNING) \\b .* , \\s* (\\w+\\.)? \\*
            """, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final ArchRule SQL_NAMES_COLUMNS_AND_NEVER_SKIPS_ROWS =
            classes().should(haveNoText("a star for the columns or an OFFSET", WRONG_SQL));

    private static final ArchRule ENDPOINTS_SAY_WHO_MAY_COME = methods()
            .that()
            .areMetaAnnotatedWith(RequestMapping.class)
            .and()
            .areDeclaredInClassesThat()
            .areAnnotatedWith(RestController.class)
            .should(sayWhoMayCome());

    private static final ArchRule READS_ARE_OF_ONE_SNAPSHOT =
            methods().that().areAnnotatedWith(Transactional.class).should(notBeReadOnly());

    private static final ArchRule SETTINGS_ARE_RECORDS = CompositeArchRule.of(classes()
                    .that()
                    .haveSimpleNameEndingWith("Properties")
                    .should()
                    .beAnnotatedWith(ConfigurationProperties.class))
            .and(classes()
                    .that()
                    .areAnnotatedWith(ConfigurationProperties.class)
                    .should()
                    .beRecords()
                    .andShould()
                    .haveSimpleNameEndingWith("Properties"))
            .and(noClasses().should().dependOnClassesThat().areAssignableTo(Value.class));

    @Test
    void sqlIsInStores() {
        SQL_IS_IN_STORES.check(CONTROL_PLANE);
        refuses(SQL_IS_IN_STORES, SqlOutsideOfAStore.class, "JdbcClient", "java.sql.Connection");
        REPOSITORIES_ARE_STORES.check(CONTROL_PLANE);
        refuses(REPOSITORIES_ARE_STORES, RepositoryOfAnotherName.class, "RepositoryOfAnotherName");
    }

    @Test
    void controllersHaveNoSql() {
        CONTROLLERS_HAVE_NO_SQL.check(CONTROL_PLANE);
        refuses(CONTROLLERS_HAVE_NO_SQL, OpenDoorsController.class, "JdbcClient");
    }

    @Test
    void sqlNamesItsColumnsAndNeverSkipsRows() {
        SQL_NAMES_COLUMNS_AND_NEVER_SKIPS_ROWS.check(CONTROL_PLANE);
        refuses(
                SQL_NAMES_COLUMNS_AND_NEVER_SKIPS_ROWS,
                WrongSqlStore.class,
                "SELECT *",
                "t.* FROM things t",
                "OFFSET :skipped");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SELECT count(*) FROM t", "SELECT a * 2 AS b FROM t", "Upload-Offset", "*/*", "SELECT a FROM t"})
    void otherTextIsNotTakenForWrongSql(String text) {
        assertThat(WRONG_SQL.matcher(text).find()).isFalse();
    }

    @Test
    void everyEndpointSaysWhoMayCome() {
        ENDPOINTS_SAY_WHO_MAY_COME.check(CONTROL_PLANE);
        assertThat(refuses(
                        ENDPOINTS_SAY_WHO_MAY_COME,
                        OpenDoorsController.class,
                        "OpenDoorsController.undeclared()",
                        "OpenDoorsController.both()"))
                .doesNotContain("OpenDoorsController.declared()");
    }

    @Test
    void readsAreOfOneSnapshot() {
        READS_ARE_OF_ONE_SNAPSHOT.check(CONTROL_PLANE);
        refuses(READS_ARE_OF_ONE_SNAPSHOT, ReadsOfManyMoments.class, "ReadsOfManyMoments.get()");
    }

    @Test
    void settingsAreRecords() {
        SETTINGS_ARE_RECORDS.check(CONTROL_PLANE);
        refuses(
                SETTINGS_ARE_RECORDS,
                LooseSettings.class,
                "UnboundProperties",
                "LooseSettings$Settings",
                "annotation.Value");
    }

    @Test
    void theRulesOfTheHouseAreKept() {
        Rules.NAMES_SAY_WHAT_A_THING_IS.check(CONTROL_PLANE);
        Rules.MODULES_ARE_FLAT.check(CONTROL_PLANE);
    }

    @Test
    void timeAndRandomnessAreGiven() {
        // SharedConfiguration is where they come from; a scratch name in an object store only has to be a new one
        Rules.TIME_AND_RANDOMNESS_ARE_GIVEN.check(CONTROL_PLANE.that(Rules.noneOf(
                "dev.trine.shared.SharedConfiguration",
                "dev.trine.storage.FilesystemObjectStore",
                "dev.trine.storage.S3ObjectStore")));
    }

    private static boolean isOfTheControlPlane(JavaClass type) {
        String name = type.getPackageName() + ".";
        return Stream.of("lib", "executor", "testkit").noneMatch(other -> name.startsWith("dev.trine." + other + "."));
    }

    private static ArchCondition<JavaMethod> sayWhoMayCome() {
        return new ArchCondition<>("have exactly one of @Requires, @Public and @Internal") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                boolean declared = Stream.of(Requires.class, Public.class, Internal.class)
                                .filter(method::isAnnotatedWith)
                                .count()
                        == 1;
                events.add(new SimpleConditionEvent(method, declared, method.getFullName()));
            }
        };
    }

    private static ArchCondition<JavaMethod> notBeReadOnly() {
        return new ArchCondition<>("be read-only as a @SnapshotRead") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                boolean writes =
                        !method.getAnnotationOfType(Transactional.class).readOnly();
                events.add(new SimpleConditionEvent(method, writes, method.getFullName()));
            }
        };
    }

    /** Looks at every text that a class holds, joined ones included. */
    private static ArchCondition<JavaClass> haveNoText(String what, Pattern wrong) {
        return new ArchCondition<>("have no text with " + what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (String text : texts(type)) {
                    if (wrong.matcher(text).find()) {
                        events.add(SimpleConditionEvent.violated(type, type.getName() + " has: " + text));
                    }
                }
            }
        };
    }

    private static List<String> texts(JavaClass type) {
        try (InputStream bytes = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            var found = new ArrayList<String>();
            ClassFile.of().parse(bytes.readAllBytes()).constantPool().forEach(entry -> {
                if (entry instanceof StringEntry text) {
                    found.add(text.stringValue());
                }
            });
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String refuses(ArchRule rule, Class<?> broken, String... named) {
        var classes = new ClassFileImporter()
                .importClasses(Stream.concat(Stream.of(broken), Stream.of(broken.getDeclaredClasses()))
                        .toList());
        var refusal = catchThrowable(() -> rule.check(classes));
        assertThat(refusal).isInstanceOf(AssertionError.class).hasMessageContainingAll(named);
        return String.valueOf(refusal.getMessage());
    }
}
