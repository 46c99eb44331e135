/** Scripts as real processes, well-behaved and not. */
@NullMarked
package adfer.adapter.script;

import org.jspecify.annotations.NullMarked;
