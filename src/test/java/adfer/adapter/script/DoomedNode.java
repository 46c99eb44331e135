package adfer.adapter.script;

import adfer.port.ScriptRunner;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A process that runs a script, tells its output, and is killed while the script runs. */
final class DoomedNode {
    private DoomedNode() {}

    public static void main(String[] arguments) {
        ProcessScriptRunner.open(ScriptSettings.in(Path.of(arguments[0])))
                .run(
                        ProcessScriptRunnerTest.bundle("echo pid=$$; exec sleep 1000"),
                        new ScriptRunner.Call("main.sh", List.of(), Map.of(), Map.of()),
                        Duration.ofHours(1),
                        System.out::print);
    }
}
