/** Decides what runs where: pure, deterministic, without a clock; the platform and a simulator run the same code. */
@NullMarked
package dev.trine.lib.scheduling;

import org.jspecify.annotations.NullMarked;
