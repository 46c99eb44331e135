/**
 * Planning: operation, runbook and state go in; placements, order, estimates, warnings and refusals
 * come out. Pure.
 */
@NullMarked
package adfer.plan;

import org.jspecify.annotations.NullMarked;
