/**
 * The replicated log against real Ratis: real gRPC on loopback, real directories, real processes
 * that die.
 */
@NullMarked
package adfer.adapter.raft;

import org.jspecify.annotations.NullMarked;
