/** Authenticated heartbeats between nodes over every path, as datagrams. */
@NullMarked
package adfer.adapter.heartbeat;

import org.jspecify.annotations.NullMarked;
