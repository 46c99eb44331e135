/** Power fences as real processes, well-behaved and not. */
@NullMarked
package adfer.adapter.fence;

import org.jspecify.annotations.NullMarked;
