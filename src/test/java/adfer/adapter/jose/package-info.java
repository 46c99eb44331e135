/** Tests of how sessions are sealed. */
@NullMarked
package adfer.adapter.jose;

import org.jspecify.annotations.NullMarked;
