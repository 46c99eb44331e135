package adfer.demo;

import adfer.inventory.Power;
import adfer.inventory.Vm;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The ports of services, which are what counts in the end. */
final class Ports {
    private Ports() {}

    /**
     * Asks every declared port of every VM that runs at a site. Returns how many answer; fails when
     * one doesn't.
     */
    static int answering(String site, List<Vm> vms) {
        List<String> silent = new ArrayList<>();
        int asked = 0;
        for (Vm vm : vms) {
            for (Map.Entry<String, String> label : vm.labels().entrySet()) {
                if (label.getKey().startsWith("port/") && vm.power() == Power.RUNNING) {
                    asked++;
                    String address = vm.nics().getFirst().addresses().getFirst();
                    if (!answers(address, Integer.parseInt(label.getValue()))) {
                        silent.add(vm.name() + " at " + address + ":" + label.getValue());
                    }
                }
            }
        }
        DemoFailure.unless(
                silent.isEmpty(),
                "Not every service answers at "
                        + site.toUpperCase(Locale.ROOT)
                        + ": "
                        + String.join(", ", silent));
        DemoFailure.unless(
                asked > 0, "No service port is declared at " + site.toUpperCase(Locale.ROOT) + ".");
        return asked;
    }

    /** A real connection to a real port; a service that has just begun gets a little time. */
    private static boolean answers(String address, int port) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), 2_000);
                return true;
            } catch (IOException e) {
                Cluster.rest();
            }
        }
        return false;
    }
}
