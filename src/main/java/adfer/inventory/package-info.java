/**
 * What runs where: hosts, networks, storage and virtual machines of each data centre, and the
 * changes between two views. Pure.
 */
@NullMarked
package adfer.inventory;

import org.jspecify.annotations.NullMarked;
