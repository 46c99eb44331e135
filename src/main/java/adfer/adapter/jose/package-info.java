/** Nimbus JOSE + JWT: signed statements of who somebody is. */
@NullMarked
package adfer.adapter.jose;

import org.jspecify.annotations.NullMarked;
