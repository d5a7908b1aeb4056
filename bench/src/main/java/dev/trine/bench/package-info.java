/** Programs that measure a built distribution, in one run beside a peer or a limit. They print; nothing asserts on them. */
@NullMarked
package dev.trine.bench;

import org.jspecify.annotations.NullMarked;
