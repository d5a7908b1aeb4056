/** Experiments, runs, params, metrics, artifacts and logged models. */
@ApplicationModule(allowedDependencies = {"shared", "identity", "storage", "data"})
@NullMarked
package dev.trine.experiment;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
