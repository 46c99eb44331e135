/** The web console: pages rendered on the server and refreshed by events. */
@NullMarked
package adfer.console;

import org.jspecify.annotations.NullMarked;
