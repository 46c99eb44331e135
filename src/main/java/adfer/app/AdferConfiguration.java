package adfer.app;

import adfer.access.Deed;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;

import io.dropwizard.core.Configuration;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code config.yml} says, with its defaults. Every key is explained in the file that is
 * shipped; sites, nodes and hypervisors are maps from their names.
 */
@JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
final class AdferConfiguration extends Configuration {
    @NotEmpty String cluster = "";

    @NotEmpty String node = "";

    @NotEmpty String data = "";

    @Valid @NotEmpty Map<String, SiteSettings> sites = new LinkedHashMap<>();

    @Valid @NotEmpty Map<String, NodeSettings> nodes = new LinkedHashMap<>();

    @Valid Map<String, HypervisorSettings> hypervisors = new LinkedHashMap<>();

    /** By site and host. */
    @Valid Map<String, Map<String, GuardSettings>> guards = new LinkedHashMap<>();

    /** By site and host. */
    @Valid Map<String, Map<String, FenceSettings>> fences = new LinkedHashMap<>();

    @Valid LeaseSettings leases = new LeaseSettings();
    @Valid AttestationSettings attestation = new AttestationSettings();
    @Valid MeshSettings mesh = new MeshSettings();
    @Valid LogSettings log = new LogSettings();
    @Valid TlsSettings tls = new TlsSettings();
    @Valid DatabaseSettings database = new DatabaseSettings();
    @Valid InventorySettings inventory = new InventorySettings();
    @Valid ScriptSettings scripts = new ScriptSettings();
    @Valid ClockSettings clock = new ClockSettings();
    @Valid AuditSettings audit = new AuditSettings();
    @Valid TakeoverSettings takeover = new TakeoverSettings();
    @Valid AccessSettings access = new AccessSettings();
    @Valid NotifySettings notify = new NotifySettings();
    @Valid ReconcileSettings reconcile = new ReconcileSettings();

    enum Role {
        dataCentre,
        witness
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class SiteSettings {
        String title = "";
        Role role = Role.dataCentre;
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class NodeSettings {
        @NotEmpty String site = "";
        @NotEmpty String log = "";
        @NotEmpty String http = "";
        @NotEmpty Map<String, String> paths = new LinkedHashMap<>();
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class MeshSettings {
        @NotEmpty String key = "";
        Duration interval = Duration.milliseconds(500);
        Duration worseAfter = Duration.milliseconds(500);
        Duration otherAfter = Duration.seconds(3);
        Duration grace = Duration.seconds(10);
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class LogSettings {
        Duration electionMin = Duration.milliseconds(700);
        Duration electionMax = Duration.milliseconds(1300);
        Duration timeout = Duration.seconds(10);
        Duration handOver = Duration.seconds(3);

        @Min(1)
        long snapshotEvery = 20_000;

        DataSize maxEntry = DataSize.mebibytes(16);
    }

    /** No folder: no TLS between nodes and guards. */
    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class TlsSettings {
        String folder = "";
        Duration lookEvery = Duration.seconds(10);
        Duration warnBefore = Duration.days(30);
        boolean allowPlainHttp;
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class DatabaseSettings {
        DataSize cache = DataSize.mebibytes(64);
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class InventorySettings {
        Duration sweepEvery = Duration.seconds(10);
        Duration renewEvery = Duration.seconds(60);
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class ScriptSettings {
        Duration killAfter = Duration.seconds(5);
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class ClockSettings {
        List<String> ntp = List.of();
        Duration every = Duration.seconds(60);
        Duration warnBeyond = Duration.milliseconds(500);
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class AccessSettings {
        Duration sessionFor = Duration.hours(12);
        @Valid OpenIdSettings openid = new OpenIdSettings();
        @Valid LdapSettings ldap = new LdapSettings();
        List<Deed> twoPeople = List.of();
        Duration confirmWithin = Duration.minutes(15);
        @Valid GlassSettings glass = new GlassSettings();
    }

    /** Empty issuer: none. */
    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class OpenIdSettings {
        String title = "";
        String issuer = "";
        String clientId = "";
        String clientSecret = "";
        String audience = "";
        String nameClaim = "preferred_username";
        String groupsClaim = "groups";
        List<String> scopes = List.of("openid", "profile");
        Map<String, List<String>> grants = new LinkedHashMap<>();
        String authority = "";
        Duration timeout = Duration.seconds(3);
        Duration keysLast = Duration.days(7);
    }

    /** No servers: none. */
    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class LdapSettings {
        List<String> servers = List.of();
        boolean startTls;
        String account = "";
        String password = "";
        String people = "";
        String nameAttribute = "uid";
        String filter = "(objectClass=person)";
        String groups = "";
        Map<String, List<String>> grants = new LinkedHashMap<>();
        String authority = "";
        Duration timeout = Duration.seconds(3);
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class GlassSettings {
        Duration within = Duration.minutes(10);
        Duration sessionFor = Duration.hours(1);
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class AuditSettings {
        Duration checkpointEvery = Duration.minutes(5);
        @Valid SyslogSettings syslog = new SyslogSettings();
    }

    /** Empty server: none. */
    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class SyslogSettings {
        String server = "";
        String authority = "";
        Duration timeout = Duration.seconds(5);
        Duration pause = Duration.seconds(10);
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class TakeoverSettings {
        Duration leaderlessFor = Duration.seconds(30);
        Duration confirmWithin = Duration.minutes(10);
        Duration listen = Duration.seconds(3);
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class LeaseSettings {
        Duration length = Duration.seconds(10);
        int driftPpm = 2_000;
        Duration stop = Duration.seconds(3);
        Duration tick = Duration.milliseconds(100);
        Duration margin = Duration.milliseconds(500);
        Duration renewEvery = Duration.seconds(1);
    }

    /** Without nodes: every node of another site. */
    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class FenceSettings {
        String agent = "";
        List<String> nodes = List.of();
        Map<String, String> options = new LinkedHashMap<>();
        Map<String, String> secrets = new LinkedHashMap<>();
        Duration timeout = Duration.seconds(30);
        int attempts = 2;
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class AttestationSettings {
        int people = 2;
        Duration confirmWithin = Duration.minutes(30);
        Duration provesFor = Duration.hours(4);
    }

    /** Empty text: the site's own hypervisor, and no watchdog. */
    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class GuardSettings {
        String address = "";
        String data = "";
        String hypervisor = "";
        String watchdog = "";
    }

    enum HypervisorType {
        simulated,
        libvirt
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class HypervisorSettings {
        HypervisorType type = HypervisorType.simulated;
        @Valid SimulatedSettings simulated = new SimulatedSettings();
        @Valid LibvirtSettings libvirt = new LibvirtSettings();
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class SimulatedSettings {
        String sharedDisks = "";
        Duration diskEvery = Duration.seconds(1);
        @Valid Map<String, HostSettings> hosts = new LinkedHashMap<>();
        List<String> networks = List.of();
        String fleet = "";
        Duration powerOn = Duration.milliseconds(300);
        Duration boot = Duration.seconds(2);
        Duration shutDown = Duration.milliseconds(1500);
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class HostSettings {
        @Min(1)
        int vcpus = 1;

        @Min(1)
        long memoryMib = 1;
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class LibvirtSettings {
        String uri = "";
        List<String> sharedStores = List.of();
        Duration callTimeout = Duration.seconds(20);
        DataSize reservedMemory = DataSize.mebibytes(512);
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class ReconcileSettings {
        Duration graceful = Duration.seconds(30);
        Duration stop = Duration.seconds(90);
        Duration within = Duration.minutes(3);
    }

    /** Webhooks and mails by a name of their own. */
    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class NotifySettings {
        @Min(1)
        int attempts = 3;

        Duration pause = Duration.seconds(10);
        Duration timeout = Duration.seconds(20);
        Duration again = Duration.minutes(5);
        Duration remind = Duration.hours(1);
        String authority = "";
        @Valid Map<String, WebhookSettings> webhooks = new LinkedHashMap<>();
        @Valid Map<String, MailSettings> mails = new LinkedHashMap<>();
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class WebhookSettings {
        @NotEmpty String url = "";
        String token = "";
    }

    enum MailTls {
        starttls,
        implicit,
        none
    }

    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    static final class MailSettings {
        @NotEmpty String server = "";
        MailTls tls = MailTls.starttls;
        @NotEmpty String from = "";
        @NotEmpty List<String> to = List.of();
        String user = "";
        String password = "";
    }
}
