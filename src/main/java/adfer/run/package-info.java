/**
 * A run as a state machine: which step may start, what its outcome means, and the report its
 * journal yields. Pure.
 */
@NullMarked
package adfer.run;

import org.jspecify.annotations.NullMarked;
