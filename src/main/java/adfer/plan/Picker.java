package adfer.plan;

import adfer.inventory.Vm;
import adfer.runbook.Selector;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Many selectors asked at once: a VM is looked up in them rather than held against each. */
public final class Picker {
    private final TreeSet<String> names = new TreeSet<>();
    private final TreeMap<String, TreeSet<String>> labels = new TreeMap<>();

    public Picker(List<Selector> selectors) {
        for (Selector selector : selectors) {
            switch (selector) {
                case Selector.Named(String name) -> names.add(name);
                case Selector.Labelled(String key, String value) ->
                        labels.computeIfAbsent(key, k -> new TreeSet<>()).add(value);
            }
        }
    }

    public boolean picks(Vm vm) {
        if (names.contains(vm.name())) {
            return true;
        }
        for (Map.Entry<String, TreeSet<String>> label : labels.entrySet()) {
            String value = vm.labels().get(label.getKey());
            if (value != null && label.getValue().contains(value)) {
                return true;
            }
        }
        return false;
    }

    /** The selectors, as a runbook writes them, that pick none of these VMs. */
    List<String> idle(List<Vm> vms) {
        TreeSet<String> idle = new TreeSet<>(names);
        labels.forEach((key, values) -> values.forEach(value -> idle.add(key + "=" + value)));
        for (Vm vm : vms) {
            idle.remove(vm.name());
            for (String key : labels.keySet()) {
                idle.remove(key + "=" + vm.labels().get(key));
            }
        }
        return List.copyOf(idle);
    }
}
