/**
 * An application whose modules break each other's walls, so that {@code verify()} is seen to fail: {@code orders} reaches into
 * {@code stock}, {@code stock} needs {@code orders} in turn, and {@code billing} uses what it does not declare.
 */
@NullMarked
package broken.modules;

import org.jspecify.annotations.NullMarked;
