/** Models, versions, aliases and signatures. */
@ApplicationModule(allowedDependencies = {"shared", "identity", "storage", "data", "experiment"})
@NullMarked
package dev.trine.registry;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
