/** The guard: its loop on a clock the tests move, its protocol over real sockets, its process. */
@NullMarked
package adfer.adapter.guard;

import org.jspecify.annotations.NullMarked;
