/**
 * The replicated picture: one immutable state, the commands that change it, and their deterministic
 * application. Pure.
 */
@NullMarked
package adfer.state;

import org.jspecify.annotations.NullMarked;
