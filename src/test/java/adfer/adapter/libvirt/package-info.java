/** The libvirt adapter is held to its contract on a real libvirt, and its XML to samples. */
@NullMarked
package adfer.adapter.libvirt;

import org.jspecify.annotations.NullMarked;
