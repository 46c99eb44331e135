/** Measurements, run by hand: each class has a main and says what it prints. */
@NullMarked
package adfer.bench;

import org.jspecify.annotations.NullMarked;
