package adfer.app;

import adfer.adapter.guard.GuardKey;
import adfer.adapter.guard.GuardLink;
import adfer.adapter.guard.GuardTls;
import adfer.adapter.secret.LocalSecrets;
import adfer.adapter.tls.CredentialFiles;
import adfer.app.AdferConfiguration.GuardSettings;
import adfer.app.AdferConfiguration.HypervisorSettings;
import adfer.app.AdferConfiguration.HypervisorType;
import adfer.app.AdferConfiguration.LeaseSettings;
import adfer.app.AdferConfiguration.MeshSettings;
import adfer.app.AdferConfiguration.NodeSettings;
import adfer.app.AdferConfiguration.TlsSettings;
import adfer.kernel.HostId;
import adfer.kernel.Secret;
import adfer.kernel.SiteId;
import adfer.lease.LeaseTerms;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the configuration says about one host's guard. The guard reads no more of the file than
 * this: the rest is the nodes' business, and their libraries stay out of its small memory.
 */
record GuardSetup(
        SiteId site,
        HostId host,
        GuardLink.Address address,
        Path data,
        String hypervisor,
        String watchdog,
        GuardKey key,
        LeaseTerms terms,
        Optional<Tls> tls) {
    /**
     * Where the guard's certificate stands.
     *
     * @param callers the hosts of the nodes that may ask it: those of its site
     */
    record Tls(CredentialFiles files, Duration lookEvery, List<String> callers) {}

    /** The sections that concern a guard. */
    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    @JsonIgnoreProperties(ignoreUnknown = true)
    static final class Sections {
        Map<String, NodeSettings> nodes = new LinkedHashMap<>();
        Map<String, Map<String, GuardSettings>> guards = new LinkedHashMap<>();
        Map<String, HypervisorSettings> hypervisors = new LinkedHashMap<>();
        LeaseSettings leases = new LeaseSettings();
        MeshSettings mesh = new MeshSettings();
        TlsSettings tls = new TlsSettings();
    }

    /**
     * @throws IllegalArgumentException with one sentence when the file can't be read, makes no
     *     sense, or names no such host
     */
    static GuardSetup read(String file, String host) {
        try {
            return of(sections(file), host);
        } catch (IOException | ConfigurationException | IllegalArgumentException e) {
            throw new IllegalArgumentException(Complaint.of(e, file), e);
        }
    }

    private static Sections sections(String file) throws IOException, ConfigurationException {
        return new YamlConfigurationFactory<>(Sections.class, null, new ObjectMapper(), "dw")
                .build(
                        new SubstitutingSourceProvider(
                                new FileConfigurationSourceProvider(),
                                new EnvironmentVariableSubstitutor(false)),
                        file);
    }

    private static GuardSetup of(Sections sections, String host) {
        List<Map.Entry<String, GuardSettings>> found = new ArrayList<>();
        sections.guards.forEach((site, hosts) -> {
            @Nullable GuardSettings guard = hosts.get(host);
            if (guard != null) {
                found.add(Map.entry(site, guard));
            }
        });
        if (found.size() != 1) {
            throw new IllegalArgumentException(
                    "guards: "
                            + (found.isEmpty() ? "no site has" : "more than one site has")
                            + " a host '"
                            + host
                            + "'; name each host once, as --host names it.");
        }
        String site = found.getFirst().getKey();
        GuardSettings own = found.getFirst().getValue();
        String place = "guards." + site + "." + host + ".";
        if (own.data.isBlank()) {
            throw new IllegalArgumentException(
                    place + "data: give the guard a folder of its own, on this host's own disk.");
        }
        return new GuardSetup(
                new SiteId(site),
                new HostId(host),
                address(place + "address", own.address),
                Path.of(own.data).toAbsolutePath(),
                own.hypervisor.isBlank()
                        ? hypervisor(place, sections.hypervisors.get(site))
                        : own.hypervisor,
                own.watchdog,
                key(
                        SharedKey.of(
                                sections.mesh.key,
                                sections.nodes,
                                sections.guards,
                                new LocalSecrets(System.getenv()))),
                terms(sections.leases),
                tls(sections, site, host, own.address));
    }

    private static Optional<Tls> tls(Sections sections, String site, String host, String address) {
        return sections.tls.folder.isBlank()
                ? Optional.empty()
                : Optional.of(
                        new Tls(
                                CredentialFiles.in(
                                                Path.of(sections.tls.folder),
                                                CredentialFiles.guard(host))
                                        .of(Transport.host(address)),
                                sections.tls.lookEvery.toJavaDuration(),
                                sections.nodes.values().stream()
                                        .filter(node -> node.site.equals(site))
                                        .map(node -> Transport.host(node.log))
                                        .toList()));
    }

    private static String hypervisor(String place, @Nullable HypervisorSettings site) {
        if (site == null || site.type != HypervisorType.libvirt || site.libvirt.uri.isBlank()) {
            throw new IllegalArgumentException(
                    place + "hypervisor: give libvirt's URI on this host, such as qemu:///system.");
        }
        return site.libvirt.uri;
    }

    private static GuardKey key(Secret shared) {
        return GuardKey.of(shared.reveal().getBytes(StandardCharsets.UTF_8));
    }

    private static GuardLink.Address address(String place, String address) {
        Sense.address(place, address);
        int colon = address.lastIndexOf(':');
        return new GuardLink.Address(
                address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    /**
     * @throws IllegalArgumentException with one sentence when they leave too little time
     */
    static LeaseTerms terms(LeaseSettings given) {
        return new LeaseTerms(
                given.length.toJavaDuration(),
                given.driftPpm,
                given.stop.toJavaDuration(),
                given.tick.toJavaDuration(),
                given.margin.toJavaDuration(),
                given.renewEvery.toJavaDuration());
    }

    /** A node's link to the guards of its site. */
    static GuardLink link(
            SiteId site,
            Map<String, GuardSettings> hosts,
            Secret shared,
            LeaseTerms terms,
            Optional<GuardTls> tls) {
        Map<HostId, GuardLink.Address> addresses = new TreeMap<>();
        hosts.forEach((host, guard) ->
                addresses.put(
                        new HostId(host),
                        address("guards." + site + "." + host + ".address", guard.address)));
        return new GuardLink(site, key(shared), addresses, terms.stop(), tls);
    }
}
