/** Addresses elsewhere that are told what happens in a project, and how the telling goes. */
@ApplicationModule(allowedDependencies = {"shared", "identity"})
@NullMarked
package dev.trine.webhook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
