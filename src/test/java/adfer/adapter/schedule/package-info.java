/** Periodic work on the real Quartz. */
@NullMarked
package adfer.adapter.schedule;

import org.jspecify.annotations.NullMarked;
