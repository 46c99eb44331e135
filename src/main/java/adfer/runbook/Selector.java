package adfer.runbook;

import adfer.inventory.Vm;

import java.util.stream.Stream;

/** Picks VMs out of a site's inventory. */
public sealed interface Selector {
    boolean matches(Vm vm);

    /** Every selector that matches this VM: whoever has many VMs and many selectors looks it up. */
    static Stream<Selector> picking(Vm vm) {
        return Stream.concat(
                Stream.of(new Named(vm.name())),
                vm.labels().entrySet().stream()
                        .map(label -> new Labelled(label.getKey(), label.getValue())));
    }

    /** The VM of this name. */
    record Named(String name) implements Selector {
        @Override
        public boolean matches(Vm vm) {
            return vm.name().equals(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Every VM whose label {@code key} has this value. */
    record Labelled(String key, String value) implements Selector {
        @Override
        public boolean matches(Vm vm) {
            return value.equals(vm.labels().get(key));
        }

        @Override
        public String toString() {
            return key + "=" + value;
        }
    }
}
