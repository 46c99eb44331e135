@NullMarked
package adfer.adapter.jose;

import org.jspecify.annotations.NullMarked;
