package adfer.run;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.SiteId;
import adfer.state.Group;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Runs in a world where everything goes wrong: first nothing unsafe may happen, then, once the
 * storm is over, every run must come to an end. {@code -Dadfer.seed=N} repeats one history, {@code
 * -Dadfer.seeds=N} tries more of them.
 */
class RunWorldTest {
    private static final Duration STORM = Duration.ofMinutes(10);
    private static final Duration CALM = Duration.ofHours(1);

    @Test
    void whateverGoesWrongNothingUnsafeHappensAndEveryRunEnds() {
        int seeds = Integer.getInteger("adfer.seeds", 60);
        long first = Long.getLong("adfer.seed", 1);
        boolean one = System.getProperty("adfer.seed") != null;
        for (long seed = first; seed < first + (one ? 1 : seeds); seed++) {
            try {
                live(seed, Optional.empty());
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(told(seed), e);
            }
        }
    }

    /** The same history again, this time written down. */
    private static String told(long seed) {
        List<String> trace = new ArrayList<>();
        try {
            live(seed, Optional.of(trace));
        } catch (AssertionError | RuntimeException e) {
            trace.add("FAILED: " + e.getMessage());
        }
        return "Seed " + seed + "\n" + String.join("\n", trace);
    }

    private static void live(long seed, Optional<List<String>> trace) {
        World world = new World(seed, trace);
        world.publish("catalogue", "db", "web", "search");
        world.publish("mail", "mx");
        WorldOperator operator = new WorldOperator(world);
        world.fates = Fates.random(world.random);
        world.stormy = true;
        world.lookEvery(Duration.ofSeconds(3));
        operator.fumbleEvery(20_000);
        strike(world);
        world.pass(STORM);

        world.stormy = false;
        world.fates = (task, attempt) -> Fates.Fate.KIND;
        world.sites.values().forEach(site -> site.alive = true);
        world.nodes.forEach(node -> {
            node.heard = true;
            node.restart();
        });
        world.note(() -> "THE STORM IS OVER");
        for (int i = 0; i < CALM.toMinutes() && !World.activeRuns(world.state).isEmpty(); i++) {
            world.pass(Duration.ofMinutes(1));
            operator.help();
        }
        assertThat(world.state.groups().filter(group -> group.activeRun().isPresent()))
                .as("groups whose run doesn't end")
                .extracting(Group::id)
                .isEmpty();
        world.checks.atTheEnd();
    }

    /** Now and again crashes a node, cuts it off for a while, or burns a site down. */
    private static void strike(World world) {
        SplittableRandom random = world.random;
        world.after(
                Duration.ofSeconds(random.nextInt(60)),
                () -> {
                    if (!world.stormy) {
                        return;
                    }
                    WorldNode node = world.nodes.get(random.nextInt(world.nodes.size()));
                    Duration time = Duration.ofSeconds(1 + random.nextInt(120));
                    switch (random.nextInt(8)) {
                        case 0 -> burn(world, random.nextBoolean() ? Plans.A : Plans.B, time);
                        case 1, 2, 3 -> {
                            node.heard = false;
                            world.note(() -> node.id + " is cut off");
                            world.after(time, () -> node.heard = true);
                        }
                        default -> node.crash();
                    }
                    world.after(time, () -> world.nodes.forEach(WorldNode::restart));
                    strike(world);
                });
    }

    private static void burn(World world, SiteId site, Duration time) {
        if (world.sites.values().stream().allMatch(s -> s.alive)) {
            world.note(() -> "site " + site + " burns");
            world.site(site).burn();
            world.nodes.stream()
                    .filter(n -> n.id.value().startsWith(site.value()))
                    .forEach(WorldNode::crash);
            world.after(time, () -> world.site(site).alive = true);
        }
    }
}
