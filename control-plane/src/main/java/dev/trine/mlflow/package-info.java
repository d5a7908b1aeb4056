/** MLflow's wire: its shapes, errors and grammar, over what the modules below it keep. It has no tables. */
@ApplicationModule(
        allowedDependencies = {
            "shared",
            "identity",
            "storage",
            "experiment",
            "registry",
            "tracing",
            "quality",
            "webhook"
        })
@NullMarked
package dev.trine.mlflow;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
