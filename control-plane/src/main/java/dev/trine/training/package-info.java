/** Training jobs: what a user asks for, translated into a workload and a run. */
@ApplicationModule(
        allowedDependencies = {
            "shared",
            "identity",
            "storage",
            "data",
            "workload",
            "compute",
            "scheduling",
            "experiment"
        })
@NullMarked
package dev.trine.training;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
