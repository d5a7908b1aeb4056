/** Real engines for tests, one of each per JVM. */
@NullMarked
package dev.trine.testkit;

import org.jspecify.annotations.NullMarked;
