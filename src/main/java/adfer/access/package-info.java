/** Who may do what: people, their roles and where those hold, as values and one table. */
@NullMarked
package adfer.access;

import org.jspecify.annotations.NullMarked;
