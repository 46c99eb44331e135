/** Where it is all put together: the main class, the configuration and the wiring. */
@NullMarked
package adfer.app;

import org.jspecify.annotations.NullMarked;
