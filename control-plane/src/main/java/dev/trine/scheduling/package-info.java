/** Which workload starts where and when, and why another one waits. */
@ApplicationModule(allowedDependencies = {"shared", "identity", "workload", "compute"})
@NullMarked
package dev.trine.scheduling;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
