/** Tests of how passwords are kept. */
@NullMarked
package adfer.adapter.password;

import org.jspecify.annotations.NullMarked;
