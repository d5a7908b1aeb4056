/** What a project looks like right now, gathered from the doors of the others. */
@ApplicationModule(
        allowedDependencies = {"shared", "identity", "data", "workload", "compute", "registry", "training", "inference"
        })
@NullMarked
package dev.trine.overview;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
