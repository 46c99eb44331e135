/** Adfer as a whole: three nodes, and each of its doors used as its users do. */
@NullMarked
package adfer.app;

import org.jspecify.annotations.NullMarked;
