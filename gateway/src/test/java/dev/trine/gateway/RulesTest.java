package dev.trine.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.trine.testkit.Rules;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class RulesTest {

    private static final JavaClasses GATEWAY = Rules.classesOf("dev.trine.gateway");

    private static final ArchRule STANDS_ALONE = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.springframework..", "java.sql..", "javax.sql..", "org.postgresql..", "io.lettuce.."))
            .because("the gateway has no framework and no database: it goes on while the control plane is away");

    @Test
    void theGatewayHasNoFrameworkAndNoDatabase() {
        STANDS_ALONE.check(GATEWAY);
    }

    @Test
    void theGatewayKeepsTheRulesOfTheHouse() {
        Rules.NAMES_SAY_WHAT_A_THING_IS.check(GATEWAY);
        Rules.MODULES_ARE_FLAT.check(GATEWAY);
        // main hands the clock in; chance, of which every event loop has its own, is what spreads requests and
        // reconnections
        Rules.TIME_AND_RANDOMNESS_ARE_GIVEN.check(GATEWAY.that(Rules.noneOf(
                "dev.trine.gateway.Gateway", "dev.trine.gateway.FrontDoor", "dev.trine.gateway.Snapshot")));
    }

    @Test
    void aGatewayWithADatabaseIsRefused() {
        assertThatThrownBy(() -> STANDS_ALONE.check(new ClassFileImporter().importClasses(WithDatabase.class)))
                .hasMessageContaining("javax.sql.DataSource");
    }

    record WithDatabase(DataSource source) {}
}
