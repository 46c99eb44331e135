/**
 * The mesh over UDP: authenticated heartbeats between all nodes over every path, which measure the
 * links and carry everybody's view of them.
 */
@NullMarked
package adfer.adapter.mesh;

import org.jspecify.annotations.NullMarked;
