/** Hypervisors reached through libvirt. */
@NullMarked
package adfer.adapter.libvirt;

import org.jspecify.annotations.NullMarked;
