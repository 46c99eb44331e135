package adfer.service;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.runbook.Runbook;
import adfer.state.ClusterState;
import adfer.state.Published;

import java.util.List;
import java.util.Optional;

/** What somebody's grants are held against. */
final class Places {
    private Places() {}

    static Place of(ClusterState state, GroupId group) {
        return state.runbook(group)
                .map(Published::runbook)
                .map(Places::of)
                .orElseGet(() -> Place.group(group, Optional.empty(), List.of()));
    }

    static Place of(Runbook runbook) {
        return Place.group(
                runbook.group(), Optional.of(runbook.home()), runbook.protect().labels());
    }

    /** The group of a run; that of an unknown one is nobody's. */
    static Place of(ClusterState state, RunId run) {
        return state.charter(run)
                .map(charter -> of(state, charter.plan().group()))
                .orElse(Place.CLUSTER);
    }

    static boolean sees(Principal who, ClusterState state, GroupId group) {
        return who.may(Right.LOOK, of(state, group));
    }

    /** True, or why this person may not. */
    static Result<Boolean> allowed(Principal who, Right right, Place place) {
        return who.refused(right, place)
                .<Result<Boolean>>map(problem -> new Result.Refused<>(List.of(problem)))
                .orElseGet(() -> Result.ok(true));
    }
}
