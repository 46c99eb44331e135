/**
 * Simulated hypervisors: hosts with capacity and virtual machines that boot, answer, stop and fail.
 */
@NullMarked
package adfer.adapter.simulated;

import org.jspecify.annotations.NullMarked;
