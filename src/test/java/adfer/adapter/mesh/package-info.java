/** Tests of the heartbeats: the protocol in virtual time, and over real sockets with faults. */
@NullMarked
package adfer.adapter.mesh;

import org.jspecify.annotations.NullMarked;
