/** Datasets: resumable uploads, immutable versions, schema and splits. */
@ApplicationModule(allowedDependencies = {"shared", "identity", "storage"})
@NullMarked
package dev.trine.data;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
