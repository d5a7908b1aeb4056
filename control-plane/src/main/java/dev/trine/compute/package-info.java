/** Nodes and what of them is free. */
@ApplicationModule(allowedDependencies = {"shared", "identity", "workload"})
@NullMarked
package dev.trine.compute;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
