@NullMarked
package adfer.access;

import org.jspecify.annotations.NullMarked;
