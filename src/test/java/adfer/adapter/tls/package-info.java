/** Certificates over real sockets. */
@NullMarked
package adfer.adapter.tls;

import org.jspecify.annotations.NullMarked;
