/** The product as a user meets it: {@code dist/trine/bin/trine} as a process, its HTTP, its files, and what is left of it. */
@NullMarked
package dev.trine.system;

import org.jspecify.annotations.NullMarked;
