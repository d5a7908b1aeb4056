/** Classes that break the rules, each in the way that its name says, so that the rules are seen to fail. */
@NullMarked
package dev.trine.testkit.broken;

import org.jspecify.annotations.NullMarked;
