/** Meters as Prometheus would read them. */
@NullMarked
package adfer.adapter.metrics;

import org.jspecify.annotations.NullMarked;
