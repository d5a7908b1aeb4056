/** Models, versions, aliases and signatures, on MLflow's wire and Trine's own. */
@ApplicationModule(allowedDependencies = {"shared", "identity", "storage", "data", "experiment"})
@NullMarked
package dev.trine.registry;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
