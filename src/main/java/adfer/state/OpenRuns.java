package adfer.state;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.RunId;
import adfer.run.Run;
import adfer.run.RunCharter;
import adfer.run.RunHeader;
import adfer.run.TaskProgress;

import org.pcollections.TreePMap;

import java.util.Optional;

/**
 * The runs that haven't ended, put together from their entities and kept so as these change: a
 * large run is then not collected anew for each of its tasks. All of it follows from the entities.
 */
record OpenRuns(TreePMap<RunId, Run> runs) {
    static final OpenRuns NONE = new OpenRuns(TreePMap.empty());

    static OpenRuns of(TreePMap<Key, Entity> entities) {
        OpenRuns open = NONE;
        for (Entity header : within(entities, Kind.RUN, "").values()) {
            open = open.with(header, entities);
        }
        return open;
    }

    /** One run, open or not, put together. */
    static Optional<Run> assemble(RunId id, TreePMap<Key, Entity> entities) {
        if (entities.get(RunCharter.key(id)) instanceof RunCharter charter
                && entities.get(RunHeader.key(id)) instanceof RunHeader header) {
            Run run = Run.of(charter, header);
            for (Entity task : within(entities, Kind.TASK, id + "/").values()) {
                run = run.with((TaskProgress) task);
            }
            return Optional.of(run);
        }
        return Optional.empty();
    }

    static TreePMap<Key, Entity> within(TreePMap<Key, Entity> entities, Kind kind, String prefix) {
        return entities.subMap(
                new Key(kind, prefix), true, new Key(kind, prefix + '\uffff'), false);
    }

    Optional<Run> find(RunId id) {
        return Optional.ofNullable(runs.get(id));
    }

    /**
     * @param entities with the entity already in its place
     */
    OpenRuns with(Entity entity, TreePMap<Key, Entity> entities) {
        return switch (entity) {
            case RunHeader header when header.phase().ended() -> without(header.id());
            case RunHeader header ->
                    find(header.id())
                            .map(run -> run.with(header))
                            .or(() -> assemble(header.id(), entities))
                            .map(this::with)
                            .orElse(this);
            case TaskProgress task ->
                    find(task.run()).map(run -> with(run.with(task))).orElse(this);
            case RunCharter charter -> refreshed(charter.id(), entities);
            default -> this;
        };
    }

    private OpenRuns with(Run run) {
        return new OpenRuns(runs.plus(run.id(), run));
    }

    /**
     * @param entities without the entity already
     */
    OpenRuns without(Key key, TreePMap<Key, Entity> entities) {
        return switch (key.kind()) {
            case CHARTER, RUN -> without(new RunId(key.id()));
            case TASK ->
                    runs.keySet().stream()
                            .filter(id -> key.id().startsWith(id + "/"))
                            .findFirst()
                            .map(id -> refreshed(id, entities))
                            .orElse(this);
            case NODE, VERDICT, SWEEP, HOST, NETWORK, STORE, VM -> this;
            case RUNBOOK, GROUP, LEASE, STANCE, ATTESTATION, FENCING, RECONCILIATION -> this;
            case JOURNAL, REQUEST, GENERATION, CHECKPOINT, CALL, STOP_TIME -> this;
            case PERSON, TOKEN, VISIT, WISH, GLASS, LACKING -> this;
        };
    }

    private OpenRuns refreshed(RunId id, TreePMap<Key, Entity> entities) {
        return assemble(id, entities)
                .filter(run -> !run.header().phase().ended())
                .map(this::with)
                .orElseGet(() -> without(id));
    }

    private OpenRuns without(RunId id) {
        return runs.containsKey(id) ? new OpenRuns(runs.minus(id)) : this;
    }
}
