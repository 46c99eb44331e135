/** Tests of what there is, and whose. */
@NullMarked
package adfer.inventory;

import org.jspecify.annotations.NullMarked;
