package adfer.state;

import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.GroupId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.runbook.Bundle;
import adfer.runbook.Runbook;

import java.time.Instant;

/** The current version of a runbook: its source and what was read from it. */
public record Published(Bundle bundle, Runbook runbook, String hash, Actor by, Instant at)
        implements Entity {
    @Override
    public Key key() {
        return key(bundle.group());
    }

    public static Key key(GroupId group) {
        return new Key(Kind.RUNBOOK, group.value());
    }
}
