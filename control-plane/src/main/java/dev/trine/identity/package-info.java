/** Users, organizations, projects, API keys, tokens, and the one policy that decides who may do what. */
@ApplicationModule(allowedDependencies = {"shared"})
@NullMarked
package dev.trine.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
