/** The simulated hypervisor is held to its contract, its faults and its survival. */
@NullMarked
package adfer.adapter.simulated;

import org.jspecify.annotations.NullMarked;
