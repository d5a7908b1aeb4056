@NullMarked
package dev.trine.lib.scheduling;

import org.jspecify.annotations.NullMarked;
