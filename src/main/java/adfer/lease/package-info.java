/**
 * Who may run a protection group and until when: leases as the state keeps them, the times they
 * rest on, and the guard that ends them on a host.
 */
@NullMarked
package adfer.lease;

import org.jspecify.annotations.NullMarked;
