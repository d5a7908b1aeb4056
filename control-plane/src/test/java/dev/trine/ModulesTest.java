package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModule;
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
    void modulesThatReachIntoEachOtherAreRefused() {
        assertThatThrownBy(() -> ApplicationModules.of("broken.modules", (ImportOption) anywhere -> true)
                        .verify())
                .hasMessageContaining("Cycle detected: Slice orders")
                .hasMessageContaining(
                        "Module 'orders' depends on non-exposed type broken.modules.stock.shelves.Shelf within module 'stock'")
                .hasMessageContaining("Module 'billing' depends on module 'orders'");
    }

    @Test
    void theDiagramShowsTheModulesAsTheyAre() throws IOException {
        Kept.isWithin(diagram(), Path.of("..", "docs", "architecture", "README.md"), "modules");
    }

    /** An arrow for each dependency that does not follow from others. */
    private static String diagram() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (ApplicationModule module : MODULES) {
            uses.put(
                    module.getIdentifier().toString(),
                    module.getDirectDependencies(MODULES)
                            .uniqueModules()
                            .map(used -> used.getIdentifier().toString())
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        var text = new StringBuilder("```mermaid\nflowchart TD\n");
        uses.forEach((module, used) -> {
            String direct = used.stream()
                    .filter(one -> used.stream().noneMatch(other -> !other.equals(one) && reaches(uses, other, one)))
                    .collect(Collectors.joining(" & "));
            text.append("  ").append(module);
            if (!direct.isEmpty()) {
                text.append(" --> ").append(direct);
            }
            text.append('\n');
        });
        return text.append("```\n").toString();
    }

    private static boolean reaches(Map<String, Set<String>> uses, String from, String to) {
        return uses.getOrDefault(from, Set.of()).stream().anyMatch(next -> next.equals(to) || reaches(uses, next, to));
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
                        "tracing",
                        "quality",
                        "webhook",
                        "mlflow",
                        "training",
                        "evaluation",
                        "inference",
                        "overview");
    }
}
