/** Which internet addresses a program may be led to by somebody it does not trust. */
@NullMarked
package dev.trine.lib.addresses;

import org.jspecify.annotations.NullMarked;
