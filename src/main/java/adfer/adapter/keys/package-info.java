/** The node's own key pair, in a file that nobody else can read. */
@NullMarked
package adfer.adapter.keys;

import org.jspecify.annotations.NullMarked;
