/** Periodic work on Quartz. */
@NullMarked
package adfer.adapter.schedule;

import org.jspecify.annotations.NullMarked;
