/** Calls people through whatever takes JSON over HTTPS, by the JDK's HTTP client. */
@NullMarked
package adfer.adapter.webhook;

import org.jspecify.annotations.NullMarked;
