package adfer.adapter.fence;

import adfer.kernel.HostId;
import adfer.kernel.Redaction;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.port.Fence;
import adfer.port.Secrets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Power fences by fence agents, as Debian's package {@code fence-agents} has them. An agent gets
 * {@code key=value} lines on its standard input, so that no list of processes shows a secret, and
 * does one action. The protocol is the Fence Agent API of ClusterLabs.
 */
public final class FenceAgents implements Fence {
    /** What {@code status} ends with when the power is on, and when it is off. */
    private static final int ON = 0;

    private static final int OFF = 2;

    private static final int LONGEST_WORDS = 300;
    private static final int LONGEST_OUTPUT = 64 * 1024;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final SortedMap<SiteId, SortedMap<HostId, FenceDevice>> devices;
    private final Secrets secrets;

    public FenceAgents(Map<SiteId, ? extends Map<HostId, FenceDevice>> devices, Secrets secrets) {
        this.devices = new TreeMap<>();
        devices.forEach((site, hosts) -> this.devices.put(site, new TreeMap<>(hosts)));
        this.secrets = secrets;
    }

    @Override
    public SortedMap<SiteId, List<HostId>> hosts() {
        SortedMap<SiteId, List<HostId>> hosts = new TreeMap<>();
        devices.forEach((site, known) -> hosts.put(site, List.copyOf(known.keySet())));
        return Sorted.copy(hosts);
    }

    @Override
    public int attempts(SiteId site, HostId host) {
        return device(site, host).attempts();
    }

    @Override
    public Seen switchOff(SiteId site, HostId host) {
        FenceDevice device = device(site, host);
        Answer answer = ask(device, "off");
        return new Seen(
                Power.UNKNOWN,
                device.name(),
                answer.exit() == 0 ? "It took the order." : answer.sentence());
    }

    /**
     * A status of 2 alone isn't believed: agents end with it also when they don't understand what
     * they were told.
     */
    @Override
    public Seen look(SiteId site, HostId host) {
        FenceDevice device = device(site, host);
        Answer answer = ask(device, "status");
        if (answer.exit() == OFF && answer.says("Status: OFF")) {
            return new Seen(Power.OFF, device.name(), "It says that the power is off.");
        }
        if (answer.exit() == ON && answer.says("Status: ON")) {
            return new Seen(Power.ON, device.name(), "It says that the power is on.");
        }
        return new Seen(Power.UNKNOWN, device.name(), answer.sentence());
    }

    private FenceDevice device(SiteId site, HostId host) {
        FenceDevice device = devices.getOrDefault(site, new TreeMap<>()).get(host);
        if (device == null) {
            throw new IllegalArgumentException("no power fence for " + host + " of site " + site);
        }
        return device;
    }

    /**
     * How a call ended.
     *
     * @param exit -1 when it didn't end by itself
     * @param output what it printed, without secrets
     */
    private record Answer(int exit, String output, String sentence) {
        boolean says(String line) {
            return output.lines().anyMatch(said -> said.strip().equalsIgnoreCase(line));
        }
    }

    private Answer ask(FenceDevice device, String action) {
        List<Secret> told = new ArrayList<>();
        StringBuilder input = new StringBuilder("action=" + action + "\n");
        device.options().forEach((key, value) -> input.append(line(key, value)));
        for (Map.Entry<String, SecretRef> needed : device.secrets().entrySet()) {
            switch (secrets.find(needed.getValue())) {
                case Result.Refused<Secret>(var problems) -> {
                    return unasked(device, problems.getFirst().sentence());
                }
                case Result.Ok<Secret>(var secret) -> {
                    if (secret.reveal().lines().count() > 1) {
                        return unasked(
                                device,
                                "the secret '" + needed.getKey() + "' must be one line of text.");
                    }
                    told.add(secret);
                    input.append(line(needed.getKey(), secret.reveal()));
                }
            }
        }
        try {
            return run(device, action, input.toString(), told);
        } catch (IOException e) {
            return unasked(device, Redaction.of(told).hide(e.getMessage() + "."));
        }
    }

    private static Answer unasked(FenceDevice device, String why) {
        return new Answer(-1, "", device.name() + " could not be asked: " + why);
    }

    private static String line(String key, String value) {
        return key + "=" + value + "\n";
    }

    private Answer run(FenceDevice device, String action, String input, List<Secret> told)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command(device.agent())).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().put("PYTHONWARNINGS", "ignore");
        long deadline = System.nanoTime() + device.timeout().toNanos();
        Process process = builder.start();
        Session session = new Session(process.toHandle());
        CompletableFuture<String> output = read(process);
        try {
            feed(process, input);
            if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return new Answer(
                        -1,
                        "",
                        device.name()
                                + " "
                                + action
                                + " did not end within "
                                + device.timeout().toSeconds()
                                + " s and was killed.");
            }
            session.kill();
            // What an agent says may repeat what it was told.
            String said =
                    Redaction.of(told)
                            .hide(output.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS));
            return new Answer(
                    process.exitValue(),
                    said,
                    device.name()
                            + " "
                            + action
                            + " ended with "
                            + process.exitValue()
                            + words(said));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(-1, "", device.name() + " was broken off.");
        } catch (ExecutionException | TimeoutException e) {
            return new Answer(-1, "", device.name() + "'s words could not be read.");
        } finally {
            session.kill();
        }
    }

    private static List<String> command(Path agent) {
        return Stream.concat(
                        Stream.of("/usr/bin/setsid", "/bin/setsid")
                                .filter(path -> Files.isExecutable(Path.of(path)))
                                .limit(1),
                        Stream.of(agent.toString()))
                .toList();
    }

    /** An agent that ends without having read everything has its reasons, and says them. */
    private static void feed(Process process, String input) {
        Thread.ofVirtual()
                .start(() -> {
                    try (var in = process.getOutputStream()) {
                        in.write(input.getBytes(StandardCharsets.UTF_8));
                    } catch (IOException e) {
                        // Its end and its words tell why.
                    }
                });
    }

    private static CompletableFuture<String> read(Process process) {
        CompletableFuture<String> output = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try (var out = process.getInputStream()) {
                        byte[] first = out.readNBytes(LONGEST_OUTPUT);
                        out.transferTo(java.io.OutputStream.nullOutputStream());
                        output.complete(new String(first, StandardCharsets.UTF_8));
                    } catch (IOException e) {
                        output.completeExceptionally(e);
                    }
                });
        return output;
    }

    private static String words(String output) {
        String line = String.join(" ", output.lines().filter(l -> !l.isBlank()).toList());
        return line.isEmpty()
                ? "."
                : ": "
                        + (line.length() > LONGEST_WORDS
                                ? line.substring(0, LONGEST_WORDS) + "..."
                                : line);
    }
}
