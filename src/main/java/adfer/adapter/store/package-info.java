/** Each node's database: the applied picture, the audit trail and the history in H2. */
@NullMarked
package adfer.adapter.store;

import org.jspecify.annotations.NullMarked;
