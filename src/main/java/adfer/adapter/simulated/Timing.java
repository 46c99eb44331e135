package adfer.adapter.simulated;

import adfer.kernel.VmId;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * How long simulated VMs take.
 *
 * @param powerOn from the order to start until the hypervisor reports the VM running
 * @param boot from there until the guest's services answer
 * @param shutDown from the order to shut down until the guest is off by itself
 * @param jitter by how much each time may differ, as a fraction from 0 (not at all) to 1
 * @param seed the same seed gives the same times for the same VMs
 */
public record Timing(Duration powerOn, Duration boot, Duration shutDown, double jitter, long seed) {
    /** Reported running after 0.3 s, answering after 2 s more, shut down in 1.5 s, each +-30%. */
    public static final Timing USUAL =
            new Timing(
                    Duration.ofMillis(300),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(1_500),
                    0.3,
                    1);

    /** No time at all. */
    public static final Timing INSTANT =
            new Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 1);

    public Timing {
        if (powerOn.isNegative() || boot.isNegative() || shutDown.isNegative()) {
            throw new IllegalArgumentException("the times of simulated VMs can't be negative");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter is a fraction from 0 to 1, not " + jitter);
        }
    }

    /** The given time as it comes out for one VM's {@code turn}-th time. */
    Duration vary(Duration usual, VmId vm, int turn) {
        long mixed = seed * 31 + vm.value().hashCode() * 1_000_003L + turn;
        double swing = 1 + jitter * (2 * new SplittableRandom(mixed).nextDouble() - 1);
        return Duration.ofNanos(Math.round(usual.toNanos() * swing));
    }
}
