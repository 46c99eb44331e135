package adfer.runbook;

import adfer.runbook.StepReader.Read;
import adfer.runbook.Yaml.Place;

import java.util.List;

/** Finds what is wrong with the files that steps run. */
final class Scripts {
    private final Folder folder;
    private final Findings findings;

    Scripts(Folder folder, Findings findings) {
        this.folder = folder;
        this.findings = findings;
    }

    void check(Read read) {
        Step step = read.step();
        if (step.action() instanceof Action.Script script) {
            file(script.run(), read.action().valuePlace("run"));
        }
        if (step.action() instanceof Action.Probe probe) {
            file(probe.check(), read.action().valuePlace("script"));
        }
        step.verify().forEach(check -> file(check, read.table().valuePlace("verify")));
        step.observe().ifPresent(check -> file(check, read.table().valuePlace("observe")));
        step.undo()
                .ifPresent(undo -> {
                    if (undo.action() instanceof Action.Script script) {
                        file(script.run(), read.table().valuePlace("undo"));
                    }
                });
    }

    private void file(Check check, Place place) {
        if (check.probe() instanceof ProbeSpec.Script script) {
            file(script.run(), place);
        }
    }

    private void file(String path, Place place) {
        if (path.startsWith("/") || List.of(path.split("/", -1)).contains("..")) {
            findings.error(
                    place,
                    "script-outside",
                    "'" + Table.shown(path) + "' lies outside the runbook's folder.",
                    "Put it in the folder: only what is in it reaches the other site.");
        } else if (!folder.files().containsKey(path)) {
            findings.error(
                    place,
                    "script-missing",
                    "There is no file '" + Table.shown(path) + "' in the runbook's folder.",
                    folder.files().isEmpty()
                            ? "Add it."
                            : Nearest.suggestion(path, folder.files().keySet()));
        } else if (!folder.files().get(path)) {
            findings.error(
                    place,
                    "script-not-executable",
                    "'" + Table.shown(path) + "' is not executable.",
                    "Run 'chmod +x' on it.");
        }
    }
}
