/**
 * Power fences by the fence agents that clusters share: one program for each kind of power switch,
 * all with one interface.
 */
@NullMarked
package adfer.adapter.fence;

import org.jspecify.annotations.NullMarked;
