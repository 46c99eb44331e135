package adfer.state;

import adfer.access.Person;
import adfer.access.Token;
import adfer.access.Visit;
import adfer.inventory.At;
import adfer.kernel.Entity;
import adfer.kernel.Kind;
import adfer.lease.Lease;
import adfer.mesh.Lacking;
import adfer.mesh.NodeSession;
import adfer.mesh.SiteVerdict;
import adfer.run.JournalEntry;
import adfer.run.RunCharter;
import adfer.run.RunHeader;
import adfer.run.TaskProgress;

/** Which record each kind of entity is. */
public final class Entities {
    private Entities() {}

    public static Class<? extends Entity> type(Kind kind) {
        return switch (kind) {
            case NODE -> NodeSession.class;
            case VERDICT -> SiteVerdict.class;
            case SWEEP -> At.Sweep.class;
            case HOST -> At.HostAt.class;
            case NETWORK -> At.NetworkAt.class;
            case STORE -> At.StoreAt.class;
            case VM -> At.VmAt.class;
            case RUNBOOK -> Published.class;
            case GROUP -> Group.class;
            case LEASE -> Lease.class;
            case STANCE -> Stance.class;
            case ATTESTATION -> Attestation.class;
            case FENCING -> Fencing.class;
            case CALL -> Call.class;
            case STOP_TIME -> StopTime.class;
            case RECONCILIATION -> Reconciliation.class;
            case CHARTER -> RunCharter.class;
            case RUN -> RunHeader.class;
            case TASK -> TaskProgress.class;
            case JOURNAL -> JournalEntry.class;
            case REQUEST -> SeenRequest.class;
            case GENERATION -> Founding.class;
            case PERSON -> Person.class;
            case TOKEN -> Token.class;
            case CHECKPOINT -> Checkpoint.class;
            case WISH -> Wish.class;
            case GLASS -> GlassUse.class;
            case VISIT -> Visit.class;
            case LACKING -> Lacking.class;
        };
    }
}
