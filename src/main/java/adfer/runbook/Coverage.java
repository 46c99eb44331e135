package adfer.runbook;

import adfer.kernel.IpAddress;
import adfer.runbook.StepReader.Read;
import adfer.runbook.Yaml.Place;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds what steps say of VMs that the runbook does not protect, as far as its text alone tells.
 */
final class Coverage {
    private final List<Selector> protect;
    private final TreeSet<String> names = new TreeSet<>();
    private final boolean namesOnly;
    private final Findings findings;

    Coverage(Runbook runbook, Findings findings) {
        this.findings = findings;
        protect = runbook.protect().vms();
        namesOnly =
                !protect.isEmpty() && protect.stream().allMatch(Selector.Named.class::isInstance);
        for (Selector selector : protect) {
            if (selector instanceof Selector.Named(String name)) {
                names.add(name);
            }
        }
    }

    void check(List<Read> steps) {
        for (Read read : steps) {
            Place place = read.action().place();
            selectors(read.step().action()).forEach(selector -> selector(selector, place));
            read.step().verify().forEach(check -> host(check.probe(), read.table().at("verify")));
            if (read.step().action() instanceof Action.Probe probe) {
                host(probe.check().probe(), place);
            }
        }
    }

    private static Stream<Selector> selectors(Action action) {
        return switch (action) {
            case Action.StopVms stop -> all(stop.vms(), stop.order());
            case Action.StartVms start -> all(start.vms(), start.order());
            case Action.Script ignored -> Stream.empty();
            case Action.Probe ignored -> Stream.empty();
            case Action.Approve ignored -> Stream.empty();
            case Action.Pause ignored -> Stream.empty();
        };
    }

    private static Stream<Selector> all(List<Selector> vms, List<Action.Wave> order) {
        return Stream.concat(vms.stream(), order.stream().flatMap(wave -> wave.vms().stream()));
    }

    private void selector(Selector selector, Place place) {
        boolean hopeless =
                switch (selector) {
                    case Selector.Named(String name) -> namesOnly && !names.contains(name);
                    case Selector.Labelled labelled -> excluded(labelled);
                };
        if (hopeless) {
            findings.error(
                    place,
                    "not-protected",
                    "'" + selector + "' selects nothing: this runbook does not protect it.",
                    Nearest.to(
                                    selector.toString(),
                                    protect.stream().map(Selector::toString).toList())
                            .map(near -> "Did you mean '" + near + "'?")
                            .orElse("Correct it, or add it to 'protect'."));
        }
    }

    /** A VM has one value for each label. */
    private boolean excluded(Selector.Labelled wanted) {
        return !protect.isEmpty()
                && protect.stream()
                        .allMatch(p ->
                                p instanceof Selector.Labelled(String key, String value)
                                        && key.equals(wanted.key())
                                        && !value.equals(wanted.value()));
    }

    private void host(ProbeSpec probe, Place place) {
        Optional<String> host = probe.asked();
        boolean unknown =
                namesOnly
                        && host.isPresent()
                        && !names.contains(host.get())
                        && !host.get().contains("{vm}")
                        && !isAddressOrDomain(host.get());
        if (unknown) {
            findings.warning(
                    place,
                    "unknown-host",
                    "'" + Table.shown(host.get()) + "' is no VM that this runbook protects.",
                    Nearest.to(host.get(), names)
                            .map(near -> "Did you mean '" + near + "'?")
                            .orElse("Name a VM, an address or a full domain name."));
        }
    }

    private static boolean isAddressOrDomain(String host) {
        return host.equals("localhost") || host.contains(".") || IpAddress.isAddress(host);
    }
}
