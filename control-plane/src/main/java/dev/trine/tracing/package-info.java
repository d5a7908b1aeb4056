/** Traces of programs that call models: their spans, what people and judges say of them. */
@ApplicationModule(allowedDependencies = {"shared", "identity", "storage", "experiment"})
@NullMarked
package dev.trine.tracing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
