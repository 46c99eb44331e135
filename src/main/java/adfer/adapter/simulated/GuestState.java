package adfer.adapter.simulated;

import adfer.kernel.Epoch;
import adfer.kernel.SiteId;

/**
 * What a guest says of itself.
 *
 * @param epoch its group's, as of its last mark
 * @param counter how often its disk has been written, wherever it ran; 0 without a shared disk
 * @param boot identifies this boot among all others
 * @param role what it was told to be since it booted, such as {@code primary}; empty until then
 */
record GuestState(String vm, SiteId site, Epoch epoch, long counter, String boot, String role) {
    String line() {
        return "%s at site %s, epoch %s, counter %d".formatted(vm, site, epoch, counter);
    }

    String json() {
        return "{\"vm\":\"%s\",\"site\":\"%s\",\"epoch\":%s,\"counter\":%d,\"boot\":\"%s\",\"role\":\"%s\"}"
                .formatted(plain(vm), site, epoch, counter, boot, role);
    }

    /** A VM's name may hold anything; an answer must stay one line of ASCII JSON. */
    private static String plain(String name) {
        return name.replaceAll("[^ !#-\\[\\]-~]", "?");
    }
}
