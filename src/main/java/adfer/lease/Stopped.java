package adfer.lease;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.VmId;

/**
 * A VM that a guard has stopped, and hasn't seen on since.
 *
 * @param epoch the tenure that had run out on its host, whether or not it goes on elsewhere
 * @param since the guard's clock when this stop began, in nanoseconds. It only tells one stop of a
 *     VM from another: clocks of hosts, and of boots, have nothing in common.
 */
public record Stopped(VmId vm, GroupId group, Epoch epoch, long since) {}
