/** Authenticated heartbeats between nodes over every path, as datagrams. */
@NullMarked
package adfer.adapter.mesh;

import org.jspecify.annotations.NullMarked;
