package adfer.adapter.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import adfer.inventory.Disk;
import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.inventory.Nic;
import adfer.inventory.Power;
import adfer.inventory.Store;
import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.StoreId;
import adfer.kernel.VmId;
import adfer.port.Hypervisor;
import adfer.port.HypervisorContract;
import adfer.port.HypervisorException.Code;

import org.apache.commons.net.imap.IMAPClient;
import org.apache.commons.net.pop3.POP3Client;
import org.apache.commons.net.smtp.SMTPClient;
import org.apache.commons.net.smtp.SMTPReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

class SimulatedHypervisorTest extends HypervisorContract {
    private static final HostId HOST = new HostId("b-1");
    private static final StoreId SAN = new StoreId("san");

    @TempDir Path directory;
    private final Map<String, SimulatedHypervisor> open = new HashMap<>();
    private final String network = freeNetwork();
    private final String address = network + ".11";
    private final int http = 20_080;
    private final int smtp = 20_025;
    private final int imap = 20_143;
    private final int pop3 = 20_110;
    private final int database = 20_432;

    @AfterEach
    void close() {
        open.values().forEach(SimulatedHypervisor::close);
    }

    @Override
    protected Hypervisor hypervisor() {
        return site("b");
    }

    @Override
    protected void letItsHostStart(VmId vm) {
        site("b").autostart(vm);
    }

    @Override
    protected void suspend(VmId vm) {
        site("b").pause(vm);
    }

    @Override
    protected Vm source() {
        return seen(seed());
    }

    @Override
    protected Vm oversized() {
        SeedVm large =
                new SeedVm(
                        "large",
                        HOST,
                        2,
                        1_000_000,
                        List.of(),
                        List.of(),
                        Sorted.empty(),
                        Optional.empty(),
                        false);
        return seen(large);
    }

    @Override
    protected HostId host() {
        return HOST;
    }

    @Override
    protected List<Nic> nics() {
        return List.of(nic(address));
    }

    @Override
    protected List<Nic> otherNics() {
        return List.of(nic(network + ".12"));
    }

    private static Vm seen(SeedVm seed) {
        Blueprint blueprint = seed.blueprint();
        return blueprint.vm(HOST, Power.OFF, Optional.empty(), blueprint.text());
    }

    private static Nic nic(String address) {
        return new Nic("52:54:00:00:00:11", new NetworkId("vlan-120"), List.of(address));
    }

    private SeedVm seed() {
        return new SeedVm(
                "cat-web-1",
                HOST,
                2,
                2_048,
                List.of(new Disk("vda", SAN, "catalogue/cat-web-1.disk", 1 << 30)),
                List.of(nic(network + ".13")),
                Sorted.copy(
                        Map.of(
                                "service", "catalogue",
                                "note", "50% of a|b, c=d\nand\tmore",
                                "port/http", "" + http,
                                "port/smtp", "" + smtp,
                                "port/imap", "" + imap,
                                "port/pop3", "" + pop3,
                                "port/postgres", "" + database)),
                Optional.empty(),
                false);
    }

    private SimulatedHypervisor site(String name) {
        return open.computeIfAbsent(name, site -> SimulatedHypervisor.open(config(site)));
    }

    private SimulatedConfig config(String site) {
        return config(site, Timing.INSTANT, Duration.ofMillis(10), List.of());
    }

    private SimulatedConfig config(
            String site, Timing timing, Duration diskInterval, List<SeedVm> fleet) {
        return new SimulatedConfig(
                new SiteId(site),
                directory.resolve(site),
                List.of(new Host(HOST, 1_000_000, 200_000, true)),
                List.of(new Network(new NetworkId("vlan-120"), "VLAN 120")),
                List.of(new Store(SAN, 1L << 40, 1L << 39, true)),
                Optional.of(directory.resolve("shared")),
                diskInterval,
                timing,
                fleet);
    }

    private void shut(String site) {
        site(site).close();
        open.remove(site);
    }

    private void reopen(String site) {
        shut(site);
        site(site);
    }

    private VmId running() {
        hypervisor().define(source(), HOST, nics(), tenure(7));
        hypervisor().start(source().id(), tenure(7), LONG);
        await().until(() -> listens(database));
        return source().id();
    }

    private boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Below the ephemeral ports, and each test on addresses of its own: nobody else is there. */
    private static String freeNetwork() {
        return "127.%d.%d"
                .formatted(
                        ThreadLocalRandom.current().nextInt(30, 250),
                        ThreadLocalRandom.current().nextInt(250));
    }

    private Path disk() {
        return directory.resolve("shared/catalogue/cat-web-1.disk");
    }

    private long counter() throws IOException {
        String content = Files.readString(disk());
        return Long.parseLong(content.substring("counter=".length(), content.indexOf(' ')));
    }

    // Services

    @Test
    void runningVmAnswersHttpWithWhatItIs() throws Exception {
        running();
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://" + address + ":" + http + "/health");
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(uri).timeout(LONG).build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body())
                    .contains("\"vm\":\"cat-web-1\"", "\"site\":\"b\"", "\"epoch\":7");
        }
    }

    @Test
    void guestPlaysTheRoleItIsToldUntilItIsOff() throws Exception {
        VmId vm = running();
        assertThat(page("GET", "/")).contains("\"role\":\"\"");
        assertThat(page("POST", "/role/primary")).contains("\"role\":\"primary\"");
        assertThat(page("GET", "/")).contains("\"role\":\"primary\"");

        hypervisor().stop(vm, epoch(7), Duration.ofSeconds(5), LONG);
        hypervisor().start(vm, tenure(7), LONG);
        await().until(() -> listens(http));
        assertThat(page("GET", "/")).contains("\"role\":\"\"");
    }

    private String page(String method, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://" + address + ":" + http + path))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .timeout(LONG)
                            .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Test
    void runningVmGreetsClientsOfMail() throws Exception {
        running();

        SMTPClient smtpClient = new SMTPClient();
        smtpClient.connect(address, smtp);
        assertThat(SMTPReply.isPositiveCompletion(smtpClient.getReplyCode())).isTrue();
        assertThat(smtpClient.logout()).isTrue();
        smtpClient.disconnect();

        POP3Client pop3Client = new POP3Client();
        pop3Client.connect(address, pop3);
        assertThat(pop3Client.getReplyString()).startsWith("+OK cat-web-1");
        pop3Client.disconnect();

        IMAPClient imapClient = new IMAPClient();
        imapClient.connect(address, imap);
        assertThat(imapClient.capability()).isTrue();
        assertThat(imapClient.logout()).isTrue();
        imapClient.disconnect();
    }

    @Test
    void nothingListensOnceAVmIsOff() {
        VmId vm = running();

        hypervisor().stop(vm, epoch(7), Duration.ZERO, LONG);

        assertThat(List.of(http, smtp, imap, pop3, database)).noneMatch(this::listens);
    }

    @Test
    void startFailsWhereAnAddressIsTaken() throws Exception {
        hypervisor().define(source(), HOST, nics(), tenure(1));
        try (ServerSocket taken = new ServerSocket(http, 1, InetAddress.ofLiteral(address))) {
            refused(Code.FAILED, () -> hypervisor().start(source().id(), tenure(1), LONG));
            assertThat(taken.isBound()).isTrue();
        }
        assertThat(found().power()).isEqualTo(Power.OFF);
        hypervisor().start(source().id(), tenure(1), LONG);
    }

    @Test
    void startFailsOutsideOfLoopback() {
        hypervisor().define(source(), HOST, List.of(nic("10.20.0.11")), tenure(1));

        assertThatThrownBy(() -> hypervisor().start(source().id(), tenure(1), LONG))
                .hasMessageContaining("10.20.0.11 is outside 127.0.0.0/8");
    }

    // Faults

    @Test
    void hangingStartEndsInATimeoutAndIsReportedAsUnknown() {
        site("b").faults().hangStart(source().id());
        hypervisor().define(source(), HOST, nics(), tenure(1));

        refused(
                Code.TIMEOUT,
                () -> hypervisor().start(source().id(), tenure(1), Duration.ofMillis(50)));

        assertThat(found().power()).isEqualTo(Power.UNKNOWN);
        hypervisor().stop(source().id(), epoch(1), GRACEFUL, LONG);
        assertThat(found().power()).isEqualTo(Power.OFF);
    }

    @Test
    void failingStartLeavesTheVmOff() {
        site("b").faults().failStart(source().id());
        hypervisor().define(source(), HOST, nics(), tenure(1));

        refused(Code.FAILED, () -> hypervisor().start(source().id(), tenure(1), LONG));
        assertThat(found().power()).isEqualTo(Power.OFF);

        site("b").faults().clear();
        hypervisor().start(source().id(), tenure(1), LONG);
    }

    @Test
    void guestThatIgnoresItsShutdownIsForcedOff() {
        VmId vm = running();
        site("b").faults().ignoreShutDown(vm);

        hypervisor().stop(vm, epoch(7), Duration.ofMillis(50), LONG);

        assertThat(found().power()).isEqualTo(Power.OFF);
    }

    @Test
    void vmThatCannotBeStoppedEndsInATimeoutAndGoesOnRunning() {
        VmId vm = running();
        site("b").faults().hangStop(vm);

        refused(
                Code.TIMEOUT,
                () -> hypervisor().stop(vm, epoch(7), Duration.ZERO, Duration.ofMillis(50)));
        assertThat(found().power()).isEqualTo(Power.RUNNING);
        assertThat(listens(http)).isTrue();

        site("b").faults().clear();
        hypervisor().stop(vm, epoch(7), Duration.ZERO, LONG);
        assertThat(found().power()).isEqualTo(Power.OFF);
    }

    @Test
    void pausedVmDoesNotAnswerAndGoesOnWhenStarted() {
        VmId vm = running();

        site("b").pause(vm);
        assertThat(found().power()).isEqualTo(Power.PAUSED);
        assertThat(listens(http)).isFalse();

        hypervisor().start(vm, tenure(7), LONG);
        assertThat(found().power()).isEqualTo(Power.RUNNING);
        assertThat(listens(http)).isTrue();
    }

    @Test
    void unreachableHypervisorHasNoEffectAndALostAnswerHas() {
        hypervisor().define(source(), HOST, nics(), tenure(1));
        Faults faults = site("b").faults();

        faults.unreachable();
        refused(Code.UNREACHABLE, () -> hypervisor().start(source().id(), tenure(1), LONG));
        refused(Code.UNREACHABLE, () -> hypervisor().list());
        faults.clear();
        assertThat(found().power()).isEqualTo(Power.OFF);

        faults.loseAnswers();
        refused(Code.UNREACHABLE, () -> hypervisor().start(source().id(), tenure(1), LONG));
        faults.clear();
        assertThat(found().power()).isEqualTo(Power.RUNNING);
    }

    @Test
    void hypervisorMayNotSayWhetherAVmRuns() {
        site("b").faults().unknown(running());

        assertThat(found().power()).isEqualTo(Power.UNKNOWN);
    }

    // Survival

    @Test
    void whatRanRunsAgainAfterTheProcess() {
        VmId vm = running();

        reopen("b");

        assertThat(found().power()).isEqualTo(Power.RUNNING);
        assertThat(found().ownership()).contains(epoch(7));
        assertThat(listens(http)).isTrue();
        refused(Code.STALE_EPOCH, () -> hypervisor().start(vm, tenure(6), LONG));
    }

    @Test
    void powerCutTurnsEverythingOffOnce() throws Exception {
        VmId vm = running();
        Files.createFile(directory.resolve("b/power-cut"));

        reopen("b");
        assertThat(found().power()).isEqualTo(Power.OFF);
        assertThat(listens(http)).isFalse();

        hypervisor().start(vm, tenure(7), LONG);
        reopen("b");
        assertThat(found().power()).isEqualTo(Power.RUNNING);
    }

    @Test
    void killInTheMiddleOfAWriteLosesOnlyThatWrite() throws Exception {
        running();
        shut("b");
        Path journal = directory.resolve("b/vms.journal");
        String torn = Files.readAllLines(journal).getLast().replace("RUNNING", "OFF");
        Files.writeString(journal, torn.substring(0, torn.length() / 2), StandardOpenOption.APPEND);

        assertThat(found().power()).isEqualTo(Power.RUNNING);
    }

    @Test
    void journalStaysSmallHoweverOftenThingsChange() throws Exception {
        hypervisor().define(source(), HOST, nics(), tenure(1));
        for (int i = 2; i < 3_000; i++) {
            hypervisor().stop(source().id(), epoch(i), GRACEFUL, LONG);
        }

        assertThat(Files.readAllLines(directory.resolve("b/vms.journal"))).hasSizeLessThan(1_500);
        reopen("b");
        assertThat(found().ownership()).contains(epoch(2_999));
    }

    @Test
    void fleetIsThereFromTheBeginningAndIsReadOnce() {
        SeedVm seed = seed();
        SimulatedConfig config =
                config(
                        "a",
                        Timing.INSTANT,
                        Duration.ZERO,
                        List.of(
                                new SeedVm(
                                        seed.name(),
                                        HOST,
                                        seed.vcpus(),
                                        seed.memoryMib(),
                                        seed.disks(),
                                        nics(),
                                        seed.labels(),
                                        Optional.of(epoch(1)),
                                        true)));
        SimulatedHypervisor first = SimulatedHypervisor.open(config);
        assertThat(first.find(seed.id()).orElseThrow().power()).isEqualTo(Power.RUNNING);
        assertThat(listens(http)).isTrue();
        first.stop(seed.id(), epoch(1), Duration.ZERO, LONG);
        first.undefine(seed.id());
        first.close();

        try (SimulatedHypervisor second = SimulatedHypervisor.open(config)) {
            assertThat(second.list().vms()).isEmpty();
        }
    }

    @Test
    void directoryIsOneProcessOnly() {
        site("b");

        assertThatThrownBy(() -> SimulatedHypervisor.open(config("b")))
                .hasMessageContaining("another process");
    }

    @Test
    void tenThousandVmsAreListedAndSurvive() {
        List<SeedVm> fleet =
                new ArrayList<>(
                        IntStream.range(0, 10_000)
                                .mapToObj(i ->
                                        new SeedVm(
                                                "vm-" + i,
                                                HOST,
                                                1,
                                                16,
                                                List.of(),
                                                List.of(),
                                                Sorted.copy(Map.of("tier", "web")),
                                                Optional.empty(),
                                                i % 2 == 0))
                                .toList());
        SimulatedConfig config = config("a", Timing.INSTANT, Duration.ZERO, fleet);
        for (int round = 0; round < 2; round++) {
            try (SimulatedHypervisor site = SimulatedHypervisor.open(config)) {
                List<Vm> vms = site.list().vms();
                assertThat(vms).hasSize(10_000);
                assertThat(vms.stream().filter(vm -> vm.power() == Power.RUNNING)).hasSize(5_000);
            }
        }
    }

    // Shared disks

    @Test
    void diskGoesOnCountingAtTheOtherSite() throws Exception {
        VmId vm = running();
        await().until(() -> counter() > 5);
        hypervisor().stop(vm, epoch(7), GRACEFUL, LONG);
        long before = counter();

        site("a").define(source(), HOST, nics(), tenure(8));
        site("a").start(vm, tenure(8), LONG);
        await().until(() -> counter() > before + 5);

        assertThat(Files.readString(disk())).contains("site=a", "epoch=8");
        assertThat(directory.resolve("shared/overlap.log")).doesNotExist();
    }

    @Test
    void diskGoesOnCountingAfterTheProcessWithoutAFalseAlarm() throws Exception {
        running();
        await().until(() -> counter() > 5);
        reopen("b");
        long before = counter();

        await().until(() -> counter() > before + 5);

        assertThat(directory.resolve("shared/overlap.log")).doesNotExist();
    }

    @Test
    void secondWriterOfADiskIsCaught() throws Exception {
        VmId vm = running();

        site("a").define(source(), HOST, otherNics(), tenure(8));
        site("a").start(vm, tenure(8), LONG);

        Path overlaps = directory.resolve("shared/overlap.log");
        await().until(() -> Files.exists(overlaps));
        assertThat(Files.readString(overlaps)).contains("OVERLAP vm=cat-web-1", "site=a", "site=b");
    }

    @Test
    void secondWriterIsCaughtAcrossARestartToo() throws Exception {
        VmId vm = running();
        shut("b");
        site("a").define(source(), HOST, nics(), tenure(8));
        site("a").start(vm, tenure(8), LONG);
        site("a").stop(vm, epoch(8), Duration.ZERO, LONG);

        site("b");

        assertThat(Files.readString(directory.resolve("shared/overlap.log"))).contains("site=a");
    }
}
