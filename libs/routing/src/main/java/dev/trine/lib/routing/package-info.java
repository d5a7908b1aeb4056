/** What the control plane tells the gateway: one immutable snapshot of everything it needs to serve on its own. */
@NullMarked
package dev.trine.lib.routing;

import org.jspecify.annotations.NullMarked;
