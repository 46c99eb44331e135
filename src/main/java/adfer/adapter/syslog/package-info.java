/** Hands the audit trail to a syslog server, by the JDK's sockets. */
@NullMarked
package adfer.adapter.syslog;

import org.jspecify.annotations.NullMarked;
