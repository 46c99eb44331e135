/**
 * What the service needs from the world, each with its contract: the log, the store, hypervisors,
 * probes, time.
 */
@NullMarked
package adfer.port;

import org.jspecify.annotations.NullMarked;
