/** Password4j: memory-hard hashes of passwords. */
@NullMarked
package adfer.adapter.password;

import org.jspecify.annotations.NullMarked;
