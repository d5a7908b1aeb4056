/** The control plane's root: only the application class stands here. */
@NullMarked
package dev.trine;

import org.jspecify.annotations.NullMarked;
