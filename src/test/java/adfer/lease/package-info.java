/** Tests of {@code adfer.lease}. */
@NullMarked
package adfer.lease;

import org.jspecify.annotations.NullMarked;
