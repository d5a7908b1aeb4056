/** The one front door: verifies callers, routes inference to replicas and everything else to the control plane. */
@NullMarked
package dev.trine.gateway;

import org.jspecify.annotations.NullMarked;
