package adfer.simulation;

import adfer.inventory.Ownership;
import adfer.inventory.Tenure;
import adfer.kernel.HostId;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.run.Outcome;
import adfer.run.TaskProgress;

import java.util.function.Consumer;

/** A site's virtualisation. Standing still, it takes orders and carries them out much later. */
final class Hypervisor extends Being {
    final SiteId site;

    Hypervisor(World world, SiteId site, Steady steady) {
        super(world, site + "-hv", steady);
        this.site = site;
    }

    @Override
    void begin() {}

    @Override
    void lose() {}

    void start(
            Machine machine,
            HostId host,
            Tenure tenure,
            TaskProgress order,
            Consumer<Outcome> answer) {
        Ownership mark = tenure.mark();
        if (refuses(machine, mark, order, answer)) {
            return;
        }
        if (machine.power() == Machine.Power.SUSPENDED && !tenure.continues(machine.mark())) {
            world.counts.count(Counts.Of.MEMORIES_DROPPED);
            machine.losePower();
        }
        machine.marked(mark);
        switch (machine.power()) {
            case ON -> {
                machine.startedFor(mark.epoch());
                answer.accept(new Outcome.Done("It was on.", true));
            }
            case SUSPENDED -> {
                if (admitted(machine.host(), mark, answer)) {
                    machine.startedFor(mark.epoch());
                    machine.resume(world.chance.millis(20, 500));
                    machine.whenSettled(() -> answer.accept(found(machine, true)));
                }
            }
            case STARTING -> machine.whenSettled(() -> answer.accept(found(machine, true)));
            case STOPPING -> answer.accept(failed("not-off", "It is being stopped."));
            case OFF -> {
                if (admitted(host, mark, answer)) {
                    machine.startedFor(mark.epoch());
                    machine.start(host, world.chance.millis(100, 4_000));
                    machine.whenSettled(() -> answer.accept(found(machine, true)));
                }
            }
        }
    }

    private boolean admitted(HostId host, Ownership mark, Consumer<Outcome> answer) {
        boolean admitted =
                world.plug(host).on()
                        && (world.mutated(Mutation.START_CHECKED_BY_THE_NODE_ONLY)
                                || world.guard(host).admits(mark.group(), mark.epoch()));
        if (!admitted) {
            world.counts.count(Counts.Of.REFUSED_STARTS);
            answer.accept(failed("no-lease", "The guard lets nothing start here."));
        }
        return admitted;
    }

    void stop(Machine machine, Ownership mark, TaskProgress order, Consumer<Outcome> answer) {
        if (refuses(machine, mark, order, answer)) {
            return;
        }
        machine.marked(mark);
        world.checks.stopped(machine, mark.epoch());
        if (machine.there() && machine.power() != Machine.Power.STOPPING) {
            machine.stop(world.chance.millis(200, 5_000));
        }
        machine.whenSettled(() -> answer.accept(found(machine, false)));
    }

    private boolean refuses(
            Machine machine, Ownership mark, TaskProgress order, Consumer<Outcome> answer) {
        world.checks.ordered(machine, order);
        boolean stale = machine.mark().filter(m -> mark.epoch().before(m.epoch())).isPresent();
        if (stale && !world.mutated(Mutation.STALE_EPOCH_TAKEN)) {
            answer.accept(failed("stale-epoch", "Epoch " + mark.epoch() + " is over."));
            return true;
        }
        world.checks.takenAt(machine, mark.epoch());
        return false;
    }

    private static Outcome found(Machine machine, boolean wish) {
        return machine.power() == (wish ? Machine.Power.ON : Machine.Power.OFF)
                ? new Outcome.Done(machine + " was seen " + (wish ? "on." : "off."), false)
                : failed("not-as-wished", machine + " came out otherwise.");
    }

    private static Outcome failed(String code, String sentence) {
        return new Outcome.Failed(new Problem(code, sentence), true);
    }
}
