package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModulesTest {

    /** Libraries and executors live in packages of the same root but are not modules of this application. */
    private static final DescribedPredicate<JavaClass> LIBRARIES = DescribedPredicate.describe(
            "of a library",
            type -> type.getPackageName().startsWith("dev.trine.lib")
                    || type.getPackageName().startsWith("dev.trine.executor")
                    || type.getPackageName().startsWith("dev.trine.testkit"));

    private static final ApplicationModules MODULES = ApplicationModules.of(ControlPlane.class, LIBRARIES);

    @Test
    void everyModuleUsesOnlyWhatItDeclares() {
        MODULES.verify();
    }

    @Test
    void theModulesAreTheOnesOfTheArchitecture() {
        assertThat(MODULES.stream().map(module -> module.getIdentifier().toString()))
                .containsExactlyInAnyOrder(
                        "shared",
                        "identity",
                        "storage",
                        "data",
                        "workload",
                        "compute",
                        "scheduling",
                        "experiment",
                        "registry",
                        "training",
                        "evaluation",
                        "inference",
                        "overview");
    }
}
