/** The contracts that adapters are tested against. */
@NullMarked
package adfer.port;

import org.jspecify.annotations.NullMarked;
