/**
 * Scripts of a runbook as child processes, with their output kept and a deadline that takes all
 * their children.
 */
@NullMarked
package adfer.adapter.script;

import org.jspecify.annotations.NullMarked;
