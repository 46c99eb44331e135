package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.adapter.secret.LocalSecrets;
import adfer.app.AdferConfiguration.FenceSettings;
import adfer.app.AdferConfiguration.NodeSettings;
import adfer.app.AdferConfiguration.SiteSettings;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class FenceSetupTest {
    private final AdferConfiguration given = new AdferConfiguration();
    private final FenceSettings fence = new FenceSettings();

    FenceSetupTest() {
        for (String site : List.of("a", "b", "w")) {
            given.sites.put(site, new SiteSettings());
            NodeSettings node = new NodeSettings();
            node.site = site;
            given.nodes.put(site + "1", node);
        }
        given.node = "b1";
        fence.agent = "/bin/true";
        fence.secrets.put("password", "env:BMC");
        given.fences.put("a", Map.of("h1", fence));
    }

    @Test
    void nodeHasTheFencesOfOtherSitesThatItIsNamedFor() {
        assertThat(hosts()).containsExactly(Map.entry(new SiteId("a"), List.of(new HostId("h1"))));
        given.node = "a1";
        assertThat(hosts()).isEmpty();
        given.node = "w1";
        fence.nodes = List.of("b1");
        assertThat(hosts()).isEmpty();
    }

    @Test
    void whatIsNotUsedHereNeedsNoSecretHere() {
        given.node = "a1";
        assertThat(
                        FenceSetup.of(given, given.node.substring(0, 1), new LocalSecrets(Map.of()))
                                .hosts())
                .isEmpty();
    }

    @Test
    void everyMistakeIsOneSentenceWithItsPlace() {
        refused("fences.a.h1.secrets.password: env:BMC is not set.", Map.of());
        fence.secrets.put("password", "s3cret");
        refused("fences.a.h1.secrets.password: give env:NAME, file:PATH or credential:NAME");
        fence.secrets.clear();
        fence.options.put("password", "s3cret");
        refused("fences.a.h1: 'password' belongs under secrets");
        fence.options.clear();
        fence.attempts = 0;
        refused("fences.a.h1: attempts must be 1 to 10");
        fence.attempts = 1;
        fence.agent = "fence_ipmilan";
        refused("fences.a.h1.agent: give the whole path");
        fence.agent = "/no/such/agent";
        refused("fences.a.h1.agent: /no/such/agent can't be run at node b1");
        fence.agent = "/bin/true";
        fence.nodes = List.of("a1");
        refused("fences.a.h1.nodes: 'a1' is at site a itself");
        fence.nodes = List.of("c1");
        refused("fences.a.h1.nodes: there is no node 'c1'");
        given.fences.put("c", Map.of());
        given.fences.remove("a");
        refused("fences: there is no site 'c'");
    }

    private Map<SiteId, List<HostId>> hosts() {
        return FenceSetup.of(
                        given, given.node.substring(0, 1), new LocalSecrets(Map.of("BMC", "x")))
                .hosts();
    }

    private void refused(String sentence) {
        refused(sentence, Map.of("BMC", "x"));
    }

    private void refused(String sentence, Map<String, String> environment) {
        assertThatThrownBy(() ->
                        FenceSetup.of(
                                given, given.node.substring(0, 1), new LocalSecrets(environment)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(sentence)
                .message()
                .endsWith(".")
                .doesNotContain("s3cret");
    }
}
