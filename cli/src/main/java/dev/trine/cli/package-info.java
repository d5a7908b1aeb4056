/** The command line: everything a user does without a browser, through the same public API. */
@NullMarked
package dev.trine.cli;

import org.jspecify.annotations.NullMarked;
