/** The simulation: that it holds, that it can fail, and that a seed repeats itself. */
@NullMarked
package adfer.simulation;

import org.jspecify.annotations.NullMarked;
