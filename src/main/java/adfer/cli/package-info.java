/**
 * The command line: what operators type, what they read, and the exit codes that scripts rely on.
 */
@NullMarked
package adfer.cli;

import org.jspecify.annotations.NullMarked;
