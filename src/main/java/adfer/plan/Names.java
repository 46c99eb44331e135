package adfer.plan;

import adfer.inventory.Vm;
import adfer.kernel.IpAddress;
import adfer.kernel.SecretRef;
import adfer.kernel.StepId;
import adfer.runbook.Check;
import adfer.runbook.Placeholders;
import adfer.runbook.ProbeSpec;
import adfer.runbook.Side;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns the names of VMs into the addresses they have at one side, for one step. */
final class Names {
    private final Scene scene;
    private final StepId step;
    private final Side side;
    private final SortedMap<String, String> environment;
    private final SortedMap<String, SecretRef> secrets;

    /**
     * @param environment what scripts of the step are given in any case
     * @param secrets likewise
     */
    Names(
            Scene scene,
            StepId step,
            Side side,
            SortedMap<String, String> environment,
            SortedMap<String, SecretRef> secrets) {
        this.scene = scene;
        this.step = step;
        this.side = side;
        this.environment = environment;
        this.secrets = secrets;
    }

    Check resolved(Check check) {
        ProbeSpec probe = check.probe();
        ProbeSpec resolved =
                probe instanceof ProbeSpec.Script script
                        ? new ProbeSpec.Script(
                                script.run(),
                                filled(script.arguments()),
                                environment(script.environment()),
                                secrets(script.secrets()))
                        : probe.asked().map(host -> probe.to(host(host))).orElse(probe);
        return new Check(resolved, check.within(), check.every());
    }

    List<String> filled(List<String> texts) {
        return texts.stream().map(this::filled).toList();
    }

    private String filled(String text) {
        return Placeholders.fill(text, this::address);
    }

    /** What is given in any case, and {@code more}, which can't take its place. */
    SortedMap<String, String> environment(SortedMap<String, String> more) {
        TreeMap<String, String> all = new TreeMap<>();
        more.forEach((key, value) -> all.put(key, filled(value)));
        all.putAll(environment);
        return all;
    }

    /** Likewise. */
    private SortedMap<String, SecretRef> secrets(SortedMap<String, SecretRef> more) {
        TreeMap<String, SecretRef> all = new TreeMap<>(more);
        all.putAll(secrets);
        return all;
    }

    private String host(String host) {
        if (scene.byName().containsKey(host)) {
            return address(host);
        }
        boolean known = host.equals("localhost") || host.contains(".") || IpAddress.isAddress(host);
        return known ? host : address(host);
    }

    private String address(String name) {
        Vm vm = scene.byName().get(name);
        if (vm == null) {
            scene.remarks()
                    .refuse(
                            "unknown-host",
                            "Step "
                                    + step
                                    + " asks "
                                    + name
                                    + ", which is no VM that the runbook protects.");
            return name;
        }
        Optional<String> address = scene.address(vm, side);
        if (address.isEmpty()) {
            scene.remarks()
                    .refuse(
                            "no-address",
                            "Step "
                                    + step
                                    + " asks "
                                    + name
                                    + ", but no address of it at site "
                                    + scene.site(side)
                                    + " is known.");
        }
        return address.orElse(name);
    }
}
