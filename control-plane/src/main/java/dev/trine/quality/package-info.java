/** What the quality of programs that call models is measured with: evaluation datasets, scorers, and the issues that were found. */
@ApplicationModule(allowedDependencies = {"shared", "identity", "experiment"})
@NullMarked
package dev.trine.quality;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
