/** Inference services, their replicas, and what the gateway must know of them. */
@ApplicationModule(
        allowedDependencies = {"shared", "identity", "storage", "workload", "scheduling", "experiment", "registry"})
@NullMarked
package dev.trine.inference;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
