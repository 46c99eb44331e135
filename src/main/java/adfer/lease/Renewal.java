package adfer.lease;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;

/**
 * The wish of a site to go on running a group.
 *
 * @param guarded whether every guard concerned has confirmed that it is armed
 */
public record Renewal(GroupId group, Epoch epoch, boolean guarded) {}
