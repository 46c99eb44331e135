/**
 * Who sees whom: link observations, the matrix they form, and the pure judgement that turns them
 * into verdicts. Pure.
 */
@NullMarked
package adfer.mesh;

import org.jspecify.annotations.NullMarked;
