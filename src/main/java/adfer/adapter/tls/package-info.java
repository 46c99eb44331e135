/**
 * Certificates: read from PEM files by the JDK alone, read anew when they change, and made by
 * Bouncy Castle.
 */
@NullMarked
package adfer.adapter.tls;

import org.jspecify.annotations.NullMarked;
