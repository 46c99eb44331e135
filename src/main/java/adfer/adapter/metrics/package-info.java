/** Measurements for Prometheus through Micrometer. */
@NullMarked
package adfer.adapter.metrics;

import org.jspecify.annotations.NullMarked;
