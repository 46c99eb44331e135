/** Real files with real permissions. */
@NullMarked
package adfer.adapter.secret;

import org.jspecify.annotations.NullMarked;
