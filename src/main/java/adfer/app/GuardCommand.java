package adfer.app;

import adfer.adapter.guard.BootClock;
import adfer.adapter.guard.Guard;
import adfer.adapter.guard.GuardLink;
import adfer.adapter.guard.GuardServer;
import adfer.adapter.guard.GuardTls;
import adfer.adapter.guard.HoldFile;
import adfer.adapter.guard.QemuProcesses;
import adfer.adapter.guard.Watchdog;
import adfer.adapter.tls.LiveCredentials;
import adfer.adapter.tls.PeerName;
import adfer.cli.CliException;
import adfer.cli.ExitCode;
import adfer.port.HostVms;
import adfer.port.HypervisorException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** {@code adfer guard}: runs the guard of one hypervisor host until it is told to stop. */
@Command(
        name = "guard",
        description = {
            "Runs the guard of one hypervisor host. It stops the host's protected VMs by itself"
                + " when their lease isn't renewed in time, whatever has become of the nodes. Needs"
                + " root, and a service manager that starts it again.",
            "When it starts on a host for the first time, it stops every VM that Adfer has marked,"
                    + " unless a node renews its lease at once."
        },
        footer = {
            "",
            "Examples: adfer guard config.yml --host a-host-1",
            "          adfer guard config.yml --host a-host-1 --print-hook >"
                    + " /etc/libvirt/hooks/qemu"
        },
        mixinStandardHelpOptions = true)
final class GuardCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(GuardCommand.class);

    @Parameters(paramLabel = "CONFIG", description = "The configuration, such as config.yml.")
    String config = "";

    @Option(
            names = "--host",
            required = true,
            paramLabel = "HOST",
            description = "This host, as the section guards names it.")
    String host = "";

    @Option(
            names = "--print-hook",
            description =
                    "Prints the script for /etc/libvirt/hooks/qemu, which refuses to start a"
                            + " protected VM without a lease, and does nothing else.")
    boolean printHook;

    @Override
    public Integer call() throws Exception {
        GuardSetup setup = GuardSetup.read(config, host);
        if (printHook) {
            System.out.print(hook(setup));
            return ExitCode.DONE;
        }
        GuardLog.begin(setup.site(), setup.host());
        run(setup);
        return ExitCode.DONE;
    }

    private static void run(GuardSetup setup) throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (HostVms vms = Hypervisors.host(setup.hypervisor());
                Guard guard =
                        new Guard(
                                setup.terms(),
                                BootClock.open(),
                                vms,
                                new QemuProcesses(),
                                new HoldFile(setup.data(), BootClock.bootId()),
                                watchdog(setup));
                Certificate certificate = Certificate.of(setup);
                GuardServer server = listen(setup, certificate.tls(), guard)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> finish(told, ended)));
            guard.start();
            LOG.info(
                    "The guard of host {} listens on port {}, hypervisor {}.",
                    setup.host(),
                    server.port(),
                    setup.hypervisor());
            told.await();
            LOG.info("The guard of host {} stops; the VMs go on.", setup.host());
        } catch (HypervisorException e) {
            throw new CliException(ExitCode.FAILED, e.problem().sentence());
        } finally {
            ended.countDown();
        }
    }

    /** The guard's certificate, if it has one. */
    private record Certificate(Optional<LiveCredentials> credentials, Optional<GuardTls> tls)
            implements AutoCloseable {
        static Certificate of(GuardSetup setup) {
            Optional<LiveCredentials> credentials =
                    setup.tls()
                            .map(tls ->
                                    LiveCredentials.open(
                                            "the guard of host " + setup.host(),
                                            tls.files(),
                                            tls.lookEvery()));
            if (credentials.isEmpty() && !Loopback.is(setup.address().host())) {
                LOG.warn(
                        "This guard is asked without TLS: whoever is on the network can read what"
                                + " it says. Set tls.folder, unless that network is closed.");
            }
            return new Certificate(
                    credentials,
                    credentials.map(live ->
                            new GuardTls(
                                    live::context,
                                    shown ->
                                            setup.tls().orElseThrow().callers().stream()
                                                    .anyMatch(host -> PeerName.names(shown, host)),
                                    (host, shown) -> {})));
        }

        @Override
        public void close() {
            credentials.ifPresent(LiveCredentials::close);
        }
    }

    /** Holds the end of the process up until all is closed. */
    private static void finish(CountDownLatch told, CountDownLatch ended) {
        told.countDown();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<Watchdog> watchdog(GuardSetup setup) {
        return setup.watchdog().isBlank()
                ? Optional.empty()
                : Optional.of(Watchdog.open(setup.watchdog(), setup.terms().stop()));
    }

    private static GuardServer listen(GuardSetup setup, Optional<GuardTls> tls, Guard guard) {
        GuardLink.Address address = setup.address();
        try {
            return GuardServer.listen(
                    new InetSocketAddress(address.host(), address.port()),
                    setup.key(),
                    GuardLink.name(setup.site(), setup.host()),
                    setup.terms().renewEvery(),
                    tls,
                    guard);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The guard can't listen on "
                            + address.host()
                            + ":"
                            + address.port()
                            + ": "
                            + e.getMessage()
                            + ".",
                    e);
        }
    }

    /** The hook, told where this guard keeps its holds. */
    private static String hook(GuardSetup setup) throws IOException {
        try (@Nullable InputStream shipped =
                GuardCommand.class.getResourceAsStream("/adfer/guard/qemu-hook.sh")) {
            if (shipped == null) {
                throw new IllegalStateException("the hook is missing from this build");
            }
            String holds = setup.data().resolve(HoldFile.NAME).toString();
            return new String(shipped.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@HOLDS@", holds.replace("'", "'\\''"));
        }
    }
}
