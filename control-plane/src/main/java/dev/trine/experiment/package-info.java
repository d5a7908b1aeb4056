/** Experiments, runs, params and metrics, on MLflow's wire and Trine's own. */
@ApplicationModule(allowedDependencies = {"shared", "identity", "storage", "data"})
@NullMarked
package dev.trine.experiment;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
