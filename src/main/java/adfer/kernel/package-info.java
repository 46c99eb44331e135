/**
 * The words every other package speaks: identities, problems, time spans and the shapes of values.
 * Pure.
 */
@NullMarked
package adfer.kernel;

import org.jspecify.annotations.NullMarked;
