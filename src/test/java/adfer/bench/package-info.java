/** Programs that measure; none of them is part of the check. */
@NullMarked
package adfer.bench;

import org.jspecify.annotations.NullMarked;
