/** The replicated log on Apache Ratis. */
@NullMarked
package adfer.adapter.raft;

import org.jspecify.annotations.NullMarked;
