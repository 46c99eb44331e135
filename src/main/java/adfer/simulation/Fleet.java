package adfer.simulation;

import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.state.Command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The VMs of both sites, which make the two services. */
final class Fleet {
    private static final int VMS = 2;

    private final World world;
    private final List<Machine> machines = new ArrayList<>();
    private final Map<GroupId, List<VmId>> vmsOf = new HashMap<>();

    Fleet(World world) {
        this.world = world;
        for (GroupId group : Books.GROUPS) {
            for (int i = 1; i <= VMS; i++) {
                VmId vm = Books.vm(group, i);
                for (SiteId site : List.of(Books.A, Books.B)) {
                    List<Guard> guards = world.guards(site);
                    HostId host = guards.get(i % guards.size()).host;
                    Machine machine = new Machine(world, site, host, vm, group);
                    machines.add(machine);
                    if (Books.home(group).equals(site)) {
                        machine.foundOn();
                    }
                }
            }
        }
    }

    /** What makes the groups known, as commands. */
    List<Command> introduction(Node by) {
        List<At> inventory = new ArrayList<>();
        for (SiteId site : List.of(Books.A, Books.B)) {
            inventory.add(new At.Sweep(site, by.wallClock(), 4, ""));
            known(world.guards(site))
                    .forEach(guard ->
                            inventory.add(
                                    new At.HostAt(site, new Host(guard.host, 64, 65_536, true))));
        }
        machines.forEach(machine -> inventory.add(new At.VmAt(machine.site(), known(machine))));
        List<Command> commands = new ArrayList<>();
        commands.add(new Command.ChangeInventory(inventory, List.of()));
        for (GroupId group : Books.GROUPS) {
            commands.add(world.books.publish(group));
        }
        return commands;
    }

    private List<Guard> known(List<Guard> guards) {
        return world.mutated(Mutation.HOST_UNKNOWN) ? guards.subList(0, 1) : guards;
    }

    private static Vm known(Machine machine) {
        return new Vm(
                machine.vm(),
                machine.vm().value(),
                Optional.of(machine.host()),
                machine.on() ? Power.RUNNING : machine.there() ? Power.PAUSED : Power.OFF,
                1,
                512,
                List.of(),
                List.of(),
                new TreeMap<>(),
                machine.mark(),
                "");
    }

    /** What a listing of a site finds. */
    List<At> found(SiteId site) {
        return machines.stream()
                .filter(machine -> machine.site().equals(site))
                .<At>map(machine -> new At.VmAt(site, known(machine)))
                .toList();
    }

    List<VmId> vms(GroupId group) {
        return vmsOf.computeIfAbsent(
                group,
                g ->
                        machines.stream()
                                .filter(machine -> machine.group().equals(g))
                                .map(Machine::vm)
                                .distinct()
                                .toList());
    }

    Machine machine(SiteId site, VmId vm) {
        return machines.stream()
                .filter(machine -> machine.site().equals(site) && machine.vm().equals(vm))
                .findFirst()
                .orElseThrow();
    }

    /** What isn't off on a host. */
    List<Machine> there(HostId host) {
        List<Machine> on = List.of();
        for (Machine machine : machines) {
            if (machine.there() && machine.host().equals(host)) {
                on = on.isEmpty() ? new ArrayList<>() : on;
                on.add(machine);
            }
        }
        return on;
    }

    /** What is on of a group at a site. */
    List<Machine> on(GroupId group, SiteId site) {
        return machines.stream()
                .filter(machine -> machine.on() && machine.site().equals(site))
                .filter(machine -> machine.group().equals(group))
                .toList();
    }

    /** What stands still of a group at a site. */
    List<Machine> suspended(GroupId group, SiteId site) {
        return machines.stream()
                .filter(machine -> machine.power() == Machine.Power.SUSPENDED)
                .filter(machine -> machine.site().equals(site) && machine.group().equals(group))
                .toList();
    }

    static Actor jane() {
        return new Actor("jane", "cli");
    }
}
