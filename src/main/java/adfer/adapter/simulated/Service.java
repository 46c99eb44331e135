package adfer.adapter.simulated;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Something a guest listens with, declared by a label {@code port/KIND=NUMBER}.
 *
 * @param kind how it talks, such as {@code http}
 * @param port 1 to 65,535
 */
record Service(String kind, int port) {
    private static final String LABEL = "port/";

    /** What the labels of a VM say it listens with. */
    static List<Service> all(String vm, SortedMap<String, String> labels) {
        List<Service> services = new ArrayList<>();
        labels.forEach((label, value) -> {
            if (label.startsWith(LABEL)) {
                services.add(of(vm, label, value));
            }
        });
        return services;
    }

    private static Service of(String vm, String label, String value) {
        String kind = label.substring(LABEL.length());
        if (!kind.isEmpty() && value.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(value);
            if (port >= 1 && port <= 65_535) {
                return new Service(kind, port);
            }
        }
        throw new IllegalArgumentException(
                ("label %s=%s of VM %s names no port: write port/KIND=NUMBER with a number from 1"
                                + " to 65535")
                        .formatted(label, value, vm));
    }
}
