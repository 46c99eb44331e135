package adfer.state;

import adfer.access.Deed;
import adfer.access.Grant;
import adfer.access.Person;
import adfer.kernel.Ed25519;
import adfer.kernel.HostId;
import adfer.kernel.SecretRef;
import adfer.mesh.Lacking;
import adfer.mesh.SiteVerdict;
import adfer.run.Decision;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Commands in plain words, for the audit trail. */
final class Description {
    private Description() {}

    static String subject(Command command) {
        return switch (command) {
            case Command.ChangeInventory change ->
                    change.changed().stream()
                            .findFirst()
                            .map(at -> "site " + at.site())
                            .orElse("inventory");
            case Command.JudgeSite judge -> "site " + judge.verdict().site();
            case Command.AnnounceNode announce -> "node " + announce.session().node();
            case Command.ForgetNode forget -> "node " + forget.node();
            case Command.PublishRunbook publish -> "runbook " + publish.bundle().group();
            case Command.StartRun start -> "run " + start.run();
            case Command.StartTasks start -> "run " + start.run();
            case Command.FinishTask finish -> "run " + finish.run();
            case Command.ReportOutput report -> "run " + report.run();
            case Command.DoubtTasks doubt -> "run " + doubt.run();
            case Command.RenewLeases renew -> "site " + renew.site();
            case Command.LapseLeases lapse ->
                    lapse.overdue().stream()
                            .map(overdue -> overdue.group().value())
                            .collect(Collectors.joining(", ", "leases ", ""));
            case Command.RegainLease regain -> "group " + regain.group();
            case Command.SettleLease settle -> "group " + settle.group();
            case Command.TakeStance take -> "group " + take.stance().group();
            case Command.Attest attest -> "site " + attest.site();
            case Command.ConfirmAttestation confirm -> "site " + confirm.site();
            case Command.WithdrawAttestation withdraw -> "site " + withdraw.site();
            case Command.FoundGeneration found -> "generation " + found.generation().number();
            case Command.OrderFence order -> "site " + order.site();
            case Command.FinishFence finish -> "site " + finish.site();
            case Command.OrderReconcile order -> "site " + order.site();
            case Command.FinishReconcile finish -> "site " + finish.site();
            case Command.AnnounceKey announce -> "node " + announce.node();
            case Command.BeginCheckpoint ignored -> "audit trail";
            case Command.SignCheckpoint sign -> "node " + sign.seal().node();
            case Command.TellRejoin tell -> "node " + tell.node();
            case Command.TellRunning tell -> "site " + tell.site();
            case Command.MeasureStop measure -> "site " + measure.site();
            case Command.CallPeople ignored -> "people";
            case Command.EndCall ignored -> "people";
            case Command.TestCall test -> "node " + test.node();
            case Command.ForgetCalls ignored -> "people";
            case Command.TellLacking tell -> "node " + tell.lacking().node();
            case Command.Decide decide -> "run " + decide.run();
            case Command.SetUp setUp -> "person " + setUp.first().name();
            case Command.PutPerson put -> "person " + put.person().name();
            case Command.SetPassword set -> "person " + set.name();
            case Command.EndSessions end -> "person " + end.name();
            case Command.RemovePerson remove -> "person " + remove.name();
            case Command.IssueToken issue -> "token " + issue.token().id();
            case Command.RevokeToken revoke -> "token " + revoke.id();
            case Command.NoteVisit note -> "person " + note.visit().name();
            case Command.EndVisit end -> "person " + end.name();
            case Command.Propose propose -> "wish " + propose.id();
            case Command.Second second -> "wish " + second.id();
            case Command.WithdrawWish withdraw -> "wish " + withdraw.id();
            case Command.UseGlass use -> "person " + use.name();
        };
    }

    static String sentence(Command command) {
        return switch (command) {
            case Command.ChangeInventory change ->
                    change.changed().size()
                            + " inventory items changed, "
                            + change.removed().size()
                            + " went.";
            case Command.JudgeSite judge -> {
                SiteVerdict verdict = judge.verdict();
                yield "Site "
                        + verdict.site()
                        + " is "
                        + verdict.status().name().toLowerCase(Locale.ROOT)
                        + ": "
                        + verdict.sentence();
            }
            case Command.AnnounceNode announce ->
                    "Node "
                            + announce.session().node()
                            + " of site "
                            + announce.session().site()
                            + " started"
                            + Deed.words(announce.session().twoPeople())
                                    .map(deeds -> "; it demands two people for " + deeds)
                                    .orElse("")
                            + ".";
            case Command.ForgetNode forget ->
                    "Node "
                            + forget.node()
                            + " was forgotten; what it alone demanded two people for is demanded no"
                            + " longer.";
            case Command.PublishRunbook publish ->
                    "Runbook "
                            + publish.bundle().group()
                            + " published with hash "
                            + publish.bundle().hash()
                            + ".";
            case Command.StartRun start ->
                    "Run "
                            + start.run()
                            + " of plan "
                            + start.plan().hash()
                            + " started for "
                            + start.plan().group()
                            + ".";
            case Command.StartTasks start -> start.starts().size() + " tasks started.";
            case Command.FinishTask finish -> finish.task() + ": " + finish.outcome();
            case Command.ReportOutput report -> report.task() + " printed something.";
            case Command.DoubtTasks doubt ->
                    doubt.tasks().size() + " tasks are in doubt: " + doubt.reason();
            case Command.RenewLeases renew -> renew.renewals().size() + " leases renewed.";
            case Command.LapseLeases lapse ->
                    lapse.overdue().stream()
                                    .map(overdue ->
                                            "of "
                                                    + overdue.group()
                                                    + " at epoch "
                                                    + overdue.epoch())
                                    .collect(
                                            Collectors.joining(
                                                    ", ", "Not renewed in time, the lease ", ""))
                            + " has lapsed.";
            case Command.RegainLease regain ->
                    "Site "
                            + regain.site()
                            + " took up "
                            + regain.group()
                            + " again, after its lease of epoch "
                            + regain.lapsed()
                            + " had lapsed.";
            case Command.SettleLease settle ->
                    "Nothing of " + settle.group() + " has to be started again.";
            case Command.TakeStance take -> take.stance().group() + ": " + take.stance().sentence();
            case Command.Attest attest ->
                    "It was attested that site "
                            + attest.site()
                            + " is off: \""
                            + attest.words()
                            + "\""
                            + (attest.terms().people() == 1
                                    ? "; one person's word is configured to suffice."
                                    : "; a second person has to confirm it.");
            case Command.ConfirmAttestation confirm ->
                    "The attestation of index "
                            + confirm.asked()
                            + " that site "
                            + confirm.site()
                            + " is off was confirmed.";
            case Command.WithdrawAttestation withdraw ->
                    "The attestation that site " + withdraw.site() + " is off was taken back.";
            case Command.FoundGeneration found ->
                    "Takeover: "
                            + found.generation()
                            + " began."
                            + found.lost().stream()
                                    .map(site -> " Site " + site + " was declared off.")
                                    .collect(Collectors.joining())
                            + " "
                            + found.by().stream()
                                    .map(Founding.Consent::toString)
                                    .collect(Collectors.joining("; "))
                            + ". "
                            + found.risk();
            case Command.OrderFence order ->
                    "Node "
                            + order.executor().node()
                            + " is to switch off "
                            + order.hosts().stream()
                                    .map(HostId::value)
                                    .collect(Collectors.joining(", "))
                            + " of site "
                            + order.site()
                            + ".";
            case Command.AnnounceKey announce ->
                    "Node "
                            + announce.node()
                            + " signs the audit trail with key "
                            + Ed25519.fingerprint(announce.key())
                            + " from now on.";
            case Command.BeginCheckpoint ignored ->
                    "The audit trail is to be signed up to its present end.";
            case Command.SignCheckpoint sign ->
                    "Node "
                            + sign.seal().node()
                            + " signed the audit trail up to entry "
                            + sign.seal().number()
                            + " with key "
                            + Ed25519.fingerprint(sign.seal().key())
                            + ".";
            case Command.FinishFence finish ->
                    "Host "
                            + finish.host()
                            + " of site "
                            + finish.site()
                            + (finish.off() ? " was seen off by " : " was not seen off by ")
                            + finish.agent()
                            + ": "
                            + finish.sentence();
            case Command.OrderReconcile order ->
                    "Node "
                            + order.executor().node()
                            + " is to stop and mark "
                            + order.vms().size()
                            + (order.vms().size() == 1 ? " VM" : " VMs")
                            + " left over at site "
                            + order.site()
                            + (order.undefine() ? ", and to undefine them." : ".");
            case Command.FinishReconcile finish ->
                    "What site "
                            + finish.site()
                            + " had left over of "
                            + finish.group()
                            + (finish.done() ? " was put right: " : " could not be put right: ")
                            + finish.sentence();
            case Command.TestCall(var node, var ways) ->
                    "People are called by node "
                            + node
                            + " as a test, by "
                            + String.join(", ", ways)
                            + ".";
            case Command.TellRunning(var site, var node, int vms) ->
                    "Node "
                            + node
                            + " tells that VMs of protection groups run at site "
                            + site
                            + " ("
                            + vms
                            + "), which was said to be off: nothing is proven by that any more.";
            case Command.TellRejoin tell ->
                    "Node "
                            + tell.node()
                            + " was let out of quarantine and has rejoined; ordered at it at "
                            + tell.ordered()
                            + ".";
            case Command.MeasureStop(var site, var host, var longest, var allowed) ->
                    new StopTime(site, host, longest, allowed, Instant.EPOCH).sentence();
            case Command.CallPeople call ->
                    "People are called: "
                            + String.join(
                                    " ",
                                    call.reasons().stream().map(Call.Reason::sentence).toList());
            case Command.EndCall end ->
                    (end.reached() ? "People were called: \"" : "Nobody could be called: \"")
                            + end.about()
                            + "\" "
                            + end.sentence();
            case Command.ForgetCalls forget ->
                    forget.ids().size() + " calls have no reason any more.";
            case Command.TellLacking tell -> lacking(tell.lacking());
            case Command.Decide decide -> decision(decide.decision());
            case Command.SetUp setUp -> "Adfer was set up: " + rights(setUp.first());
            case Command.PutPerson put -> rights(put.person());
            case Command.SetPassword set -> set.name() + " got a new password.";
            case Command.EndSessions end -> "All sessions and tokens of " + end.name() + " ended.";
            case Command.RemovePerson remove -> remove.name() + " was removed.";
            case Command.IssueToken issue ->
                    issue.token().owner()
                            + " got a token, until "
                            + issue.token().expires()
                            + ", as "
                            + grants(issue.token().grants())
                            + ": "
                            + issue.token().note();
            case Command.NoteVisit note ->
                    note.visit().name()
                            + " signed in by "
                            + note.visit().method().words()
                            + ", until "
                            + note.visit().expires()
                            + ".";
            case Command.EndVisit end ->
                    "Session " + end.id() + " of " + end.name() + " was ended.";
            case Command.RevokeToken revoke -> "Token " + revoke.id() + " was revoked.";
            case Command.Propose propose ->
                    "This waits for a second person: " + propose.what() + ".";
            case Command.Second second ->
                    "Confirmed, as "
                            + second.by()
                            + " had asked, and carried out: "
                            + second.what()
                            + ".";
            case Command.WithdrawWish withdraw ->
                    "Wish " + withdraw.id() + " was withdrawn; nothing was done.";
            case Command.UseGlass use -> GlassUse.sentence(use.name(), use.node(), use.opened());
        };
    }

    private static String lacking(Lacking lacking) {
        return "Node "
                + lacking.node()
                + (lacking.secrets().isEmpty()
                        ? " can read every secret that the runbooks of its site refer to."
                        : " can't read "
                                + lacking.secrets().stream()
                                        .map(SecretRef::toString)
                                        .collect(Collectors.joining(", "))
                                + ", which runbooks of its site refer to.");
    }

    private static String rights(Person person) {
        return person.name()
                + " is "
                + grants(person.grants())
                + (person.disabled() ? ", and kept out" : "")
                + (person.sealed() ? ", behind glass" : "")
                + ".";
    }

    private static String grants(List<Grant> grants) {
        return grants.isEmpty()
                ? "nothing"
                : grants.stream().map(Grant::toString).collect(Collectors.joining(", "));
    }

    private static String decision(Decision decision) {
        return switch (decision) {
            case Decision.Pause ignored -> "The run was paused.";
            case Decision.Resume ignored -> "The run was resumed.";
            case Decision.Cancel ignored -> "The run was cancelled.";
            case Decision.Retry retry -> "Step " + retry.step() + " was tried again.";
            case Decision.Skip skip -> "Step " + skip.step() + " was skipped.";
            case Decision.Approve approve -> "Step " + approve.step() + " was approved.";
            case Decision.Reject reject -> "Step " + reject.step() + " was rejected.";
        };
    }
}
