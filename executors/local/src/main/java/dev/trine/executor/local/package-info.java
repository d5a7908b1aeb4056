/** Runs workloads as sandboxed processes of this machine. */
@NullMarked
package dev.trine.executor.local;

import org.jspecify.annotations.NullMarked;
