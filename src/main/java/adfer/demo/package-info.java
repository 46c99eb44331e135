/** The demonstration: three nodes on loopback, a library's services, and a fire. */
@NullMarked
package adfer.demo;

import org.jspecify.annotations.NullMarked;
