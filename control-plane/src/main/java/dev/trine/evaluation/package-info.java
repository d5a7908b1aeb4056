/** Evaluation jobs and their reports. */
@ApplicationModule(
        allowedDependencies = {"shared", "identity", "storage", "data", "workload", "experiment", "registry"})
@NullMarked
package dev.trine.evaluation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
