/** Probes that ask a service whether it answers: HTTP, TCP and the protocols of Commons Net. */
@NullMarked
package adfer.adapter.probe;

import org.jspecify.annotations.NullMarked;
