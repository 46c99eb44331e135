package adfer.inventory;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;

/** The mark an actuator leaves on a VM: for which group and epoch it last acted on it. */
public record Ownership(GroupId group, Epoch epoch) {}
