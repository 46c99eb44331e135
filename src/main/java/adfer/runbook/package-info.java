/**
 * The runbook format: reading YAML into steps, and saying exactly where and why it is wrong. Pure.
 */
@NullMarked
package adfer.runbook;

import org.jspecify.annotations.NullMarked;
