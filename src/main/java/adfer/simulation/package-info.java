/**
 * The real core in a simulated world: virtual time, one seed, and every fault we could think of.
 * The same seed makes the same history.
 */
@NullMarked
package adfer.simulation;

import org.jspecify.annotations.NullMarked;
