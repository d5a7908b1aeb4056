/** Where bytes lie: the object store and content-addressed blobs, each project apart from the others. */
@ApplicationModule(allowedDependencies = {"shared", "identity"})
@NullMarked
package dev.trine.storage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
