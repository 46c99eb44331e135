package adfer.lease;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;

/**
 * A lease that a node found to be not renewed for long enough, by its own steady clock.
 *
 * @param renewal the renewal since which the node has waited; a later one makes this moot
 */
public record Overdue(GroupId group, Epoch epoch, long renewal) {}
