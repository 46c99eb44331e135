package adfer.app;

import adfer.adapter.tls.CertificateFolder;
import adfer.adapter.tls.CertificateFolder.Entry;
import adfer.adapter.tls.CredentialFiles;
import adfer.adapter.tls.PeerName;
import adfer.app.AdferConfiguration.GuardSettings;
import adfer.app.AdferConfiguration.NodeSettings;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who needs a certificate: a node or a guard of the configuration, and where others reach it.
 *
 * @param name of its files, without their endings
 * @param hosts addresses and names, without duplicates
 */
record Subject(String name, boolean guard, Set<String> hosts) {

    /** The sections that tell of them. */
    @JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
    @JsonIgnoreProperties(ignoreUnknown = true)
    static final class Sections {
        String cluster = "";
        Map<String, NodeSettings> nodes = new LinkedHashMap<>();
        Map<String, Map<String, GuardSettings>> guards = new LinkedHashMap<>();
    }

    /**
     * @throws IllegalArgumentException with one sentence when the file can't be read or makes no
     *     sense
     */
    static List<Subject> all(String config) {
        Sections sections = sections(config);
        List<Subject> subjects = new ArrayList<>();
        sections.nodes.forEach((id, node) -> subjects.add(node(id, node)));
        sections.guards.forEach((site, hosts) ->
                hosts.forEach((host, guard) -> subjects.add(guard(site, host, guard))));
        if (subjects.isEmpty()) {
            throw new IllegalArgumentException(config + ": there is nobody under nodes.");
        }
        long names = subjects.stream().map(Subject::name).distinct().count();
        if (names < subjects.size()) {
            throw new IllegalArgumentException(
                    config + ": two nodes or hosts have one name; give each its own.");
        }
        return subjects;
    }

    static String cluster(String config) {
        return sections(config).cluster;
    }

    private static Sections sections(String config) {
        try {
            return new YamlConfigurationFactory<>(Sections.class, null, new ObjectMapper(), "dw")
                    .build(
                            new SubstitutingSourceProvider(
                                    new FileConfigurationSourceProvider(),
                                    new EnvironmentVariableSubstitutor(false)),
                            config);
        } catch (IOException | ConfigurationException e) {
            throw new IllegalArgumentException(Complaint.of(e, config), e);
        }
    }

    private static Subject node(String id, NodeSettings node) {
        Sense.address("nodes." + id + ".log", node.log);
        Set<String> hosts = new LinkedHashSet<>();
        hosts.add(PeerName.bare(Transport.host(node.log)));
        try {
            String web = URI.create(node.http).getHost();
            if (web != null) {
                hosts.add(PeerName.bare(web));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "nodes." + id + ".http: '" + node.http + "' is no address.", e);
        }
        return new Subject(id, false, hosts);
    }

    private static Subject guard(String site, String host, GuardSettings guard) {
        Sense.address("guards." + site + "." + host + ".address", guard.address);
        return new Subject(
                CredentialFiles.guard(host),
                true,
                Set.of(PeerName.bare(Transport.host(guard.address))));
    }

    Entry issue(CertificateFolder folder, Instant now, Duration valid) throws IOException {
        return guard ? folder.guard(name, hosts, now, valid) : folder.node(name, hosts, now, valid);
    }
}
