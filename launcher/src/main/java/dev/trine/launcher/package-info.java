/** The whole platform in one JVM with embedded engines: {@code trine up}. */
@NullMarked
package dev.trine.launcher;

import org.jspecify.annotations.NullMarked;
