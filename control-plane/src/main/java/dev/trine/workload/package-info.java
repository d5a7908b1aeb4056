/** Everything that runs: spec, attempts, states, logs, outputs. */
@ApplicationModule(allowedDependencies = {"shared", "identity", "storage"})
@NullMarked
package dev.trine.workload;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
