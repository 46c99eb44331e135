/** Probes against real sockets, with servers that behave and servers that don't. */
@NullMarked
package adfer.adapter.probe;

import org.jspecify.annotations.NullMarked;
