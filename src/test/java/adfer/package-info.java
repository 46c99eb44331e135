/** What tests of every package share. */
@NullMarked
package adfer;

import org.jspecify.annotations.NullMarked;
