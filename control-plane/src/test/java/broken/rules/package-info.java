/** Classes that break the rules of the control plane, each in the way that its name says, so that the rules are seen to fail. */
@NullMarked
package broken.rules;

import org.jspecify.annotations.NullMarked;
