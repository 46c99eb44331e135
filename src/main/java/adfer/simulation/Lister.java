package adfer.simulation;

import adfer.inventory.At;
import adfer.state.ClusterState;
import adfer.state.Command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists its node's site now and again, and tells the log what is new. */
final class Lister {
    private static final long EVERY = 6 * Events.SECOND;
    private static final long PATIENCE = 8 * Events.SECOND;

    private final Node node;
    private final World world;

    Lister(Node node) {
        this.node = node;
        this.world = node.world;
    }

    void begin() {
        node.after(EVERY, this::list);
    }

    /** One node of a site does it, as in the product. */
    private boolean onDuty() {
        return world.nodes.stream()
                .filter(other -> other.worker && other.site.equals(node.site))
                .filter(other ->
                        other.up() && other.member.takesPart(node.belonging().generation()))
                .findFirst()
                .filter(node::equals)
                .isPresent();
    }

    private void list() {
        if (!onDuty()) {
            begin();
            return;
        }
        Hypervisor hypervisor = world.hypervisor(node.site);
        boolean[] over = {false};
        long of = node.life();
        world.network.send(
                node,
                hypervisor,
                () -> {
                    List<At> found = world.fleet.found(node.site);
                    world.network.send(
                            hypervisor,
                            node,
                            () -> {
                                if (!over[0] && node.life() == of) {
                                    over[0] = true;
                                    tell(found);
                                }
                            });
                });
        node.after(
                PATIENCE,
                () -> {
                    if (!over[0]) {
                        over[0] = true;
                        begin();
                    }
                });
    }

    private void tell(List<At> found) {
        ClusterState state = node.state();
        List<At> news = new ArrayList<>();
        found.stream()
                .filter(at -> !state.find(at.key()).equals(Optional.of(at)))
                .forEach(news::add);
        news.add(new At.Sweep(node.site, node.wallClock(), found.size(), ""));
        node.propose(
                node.self(),
                new Command.ChangeInventory(news, List.of()),
                PATIENCE,
                reply -> begin());
    }
}
