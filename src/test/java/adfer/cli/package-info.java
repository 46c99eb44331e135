/** Tests of the command line's own parts. */
@NullMarked
package adfer.cli;

import org.jspecify.annotations.NullMarked;
