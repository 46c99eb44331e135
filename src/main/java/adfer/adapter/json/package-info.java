/** Commands and state as JSON and CBOR, through Jackson. */
@NullMarked
package adfer.adapter.json;

import org.jspecify.annotations.NullMarked;
