/**
 * The guard of a hypervisor host and the nodes' link to it: a dead-man switch in a process of its
 * own, over TCP with both sides proving that they know the cluster's key.
 */
@NullMarked
package adfer.adapter.guard;

import org.jspecify.annotations.NullMarked;
