/**
 * What a workload is, and the one door through which every executor starts, watches and stops it.
 *
 * <p>Pure Java: no Spring, no I/O, no clock. {@link dev.trine.lib.workload.WorkloadSpec} says what is to run; an
 * {@link dev.trine.lib.workload.Executor} makes it happen on some kind of machine.
 */
@NullMarked
package dev.trine.lib.workload;

import org.jspecify.annotations.NullMarked;
