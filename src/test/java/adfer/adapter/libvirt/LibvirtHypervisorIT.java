package adfer.adapter.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.inventory.Store;
import adfer.kernel.NetworkId;
import adfer.kernel.StoreId;
import adfer.port.HypervisorException.Code;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The contract on libvirt's own test driver: the real library and its real client, events and XML,
 * with domains that exist in memory only. Skipped where libvirt is not installed.
 */
class LibvirtHypervisorIT extends LibvirtContract {
    @TempDir Path directory;

    @Override
    String domainType() {
        return "test";
    }

    @Override
    String network() {
        return "vlan-120";
    }

    /** A world of its own for each test. */
    @Override
    String uri() {
        Path world = directory.resolve("world.xml");
        try {
            Files.writeString(
                    world,
                    """
                    <node>
                      <cpu><mhz>6000</mhz><model>i686</model><active>8</active>
                        <nodes>1</nodes><sockets>1</sockets><cores>8</cores><threads>1</threads></cpu>
                      <memory>4194304</memory>
                      <network>
                        <name>vlan-120</name>
                        <forward mode='bridge'/>
                        <bridge name='br120'/>
                      </network>
                      <pool type='dir'>
                        <name>images</name>
                        <target><path>/srv/images</path></target>
                      </pool>
                    </node>
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "test://" + world;
    }

    @Test
    void listShowsHostNetworksAndStores() {
        var all = hypervisor().list();

        assertThat(all.hosts()).containsExactly(new Host(host(), 32, 4_096 - 512, true));
        assertThat(all.networks())
                .containsExactly(
                        new Network(new NetworkId("br-elsewhere"), "bridge br-elsewhere"),
                        new Network(new NetworkId("vlan-120"), "libvirt network, bridge br120"));
        assertThat(all.stores()).extracting(Store::id).containsExactly(new StoreId("images"));
    }

    @Test
    void unreachableDaemonIsNamedInOneSentence() {
        String nowhere = "qemu+unix:///system?socket=" + directory.resolve("none");
        try (LibvirtHypervisor away = LibvirtHypervisor.open(LibvirtConfig.usual(nowhere))) {
            refused(Code.UNREACHABLE, away::list);
            refused(Code.UNREACHABLE, () -> away.start(source().id(), tenure(1), LONG));
        }
    }
}
