/** A syslog server on a real socket. */
@NullMarked
package adfer.adapter.syslog;

import org.jspecify.annotations.NullMarked;
