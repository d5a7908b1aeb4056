/** Measures of models, in scikit-learn's conventions. */
@NullMarked
package dev.trine.lib.metrics;

import org.jspecify.annotations.NullMarked;
