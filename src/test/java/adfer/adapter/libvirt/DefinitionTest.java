package adfer.adapter.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.inventory.Disk;
import adfer.inventory.Nic;
import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.Sorted;
import adfer.kernel.StoreId;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class DefinitionTest {
    private static final Ownership MARK =
            new Ownership(new GroupId("library-catalogue"), new Epoch(8));
    private static final List<Nic> NICS =
            List.of(
                    new Nic("52:54:00:AA:00:11", new NetworkId("vlan-120"), List.of("10.120.0.11")),
                    new Nic("52:54:00:aa:00:12", new NetworkId("br-san"), List.of()));

    private final Vm source = source(Samples.WEB);
    private final DomainSpec rewritten =
            DomainSpec.parse(Definition.rewrite(source, NICS, MARK, new SiteB()));

    /** Has a network and a bridge, and keeps the pool's disks elsewhere. */
    private static final class SiteB implements Definition.Here {
        @Override
        public boolean isNetwork(String name) {
            return Set.of("vlan-120", "vlan-20").contains(name);
        }

        @Override
        public boolean isBridge(String name) {
            return Set.of("br-san", "br-storage").contains(name);
        }

        @Override
        public Optional<String> poolPath(String name) {
            return name.equals("images") ? Optional.of("/srv/images-b") : Optional.empty();
        }
    }

    private static Vm source(String xml) {
        return DomainSpec.parse(xml)
                .vm(
                        new HostId("a-1"),
                        Power.RUNNING,
                        disk ->
                                new Disk(
                                        disk.device(),
                                        new StoreId(disk.pool().orElse("images")),
                                        disk.path(),
                                        1),
                        Sorted.copy(Map.of("tier", "web")),
                        xml);
    }

    private String xml() {
        return Definition.rewrite(source, NICS, MARK, new SiteB());
    }

    @Test
    void vmKeepsItsIdentity() {
        assertThat(rewritten.id()).isEqualTo(source.id());
        assertThat(rewritten.name()).isEqualTo(source.name());
        assertThat(rewritten.vcpus()).isEqualTo(source.vcpus());
        assertThat(rewritten.memoryMib()).isEqualTo(source.memoryMib());
    }

    @Test
    void cardsGetTheNetworksAndAddressesOfThisSiteAndKeepTheirMac() {
        assertThat(rewritten.nics())
                .containsExactly(
                        new Nic(
                                "52:54:00:aa:00:11",
                                new NetworkId("vlan-120"),
                                List.of("10.120.0.11")),
                        NICS.get(1));
        assertThat(xml()).doesNotContain("portgroup", "vnet7", "br-storage", "10.20.0.11");
    }

    @Test
    void cardChangesItsKindWithItsNetwork() {
        List<Nic> swapped =
                List.of(
                        new Nic("52:54:00:aa:00:11", new NetworkId("br-san"), List.of()),
                        new Nic("52:54:00:aa:00:12", new NetworkId("vlan-120"), List.of()));

        assertThat(Definition.rewrite(source, swapped, MARK, new SiteB()))
                .contains(
                        "<interface type=\"bridge\">",
                        "<source bridge=\"br-san\"/>",
                        "<interface type=\"network\">",
                        "<source network=\"vlan-120\"/>");
    }

    @Test
    void cardOnTheSameNetworkStaysAsItIs() {
        List<Nic> same =
                List.of(
                        new Nic("52:54:00:aa:00:11", new NetworkId("vlan-20"), List.of()),
                        new Nic("52:54:00:aa:00:12", new NetworkId("br-storage"), List.of()));

        assertThat(Definition.rewrite(source, same, MARK, new SiteB()))
                .contains("portgroup=\"web\"", "bridge=\"br-storage\"");
    }

    @Test
    void markAndLabelsAreReplacedAndOtherMetadataStays() {
        assertThat(rewritten.marks().ownership()).contains(MARK);
        assertThat(rewritten.marks().labels())
                .isEqualTo(
                        Map.of(
                                "service", "catalogue",
                                "note", "a < b & \"c\"",
                                "tier", "web"));
        assertThat(xml()).contains("http://debian.org/debian/12").doesNotContain("epoch=\"7\"");
    }

    @Test
    void disksFollowTheirPool() {
        assertThat(rewritten.disks())
                .extracting(DomainSpec.DiskSource::path)
                .containsExactly("/srv/images-b/cat-web-1.qcow2", "scratch-1");
    }

    @Test
    void mediumThatMayBeMissingHereKeepsNoVmFromStarting() {
        assertThat(xml())
                .contains("<source file=\"/srv/iso/debian.iso\" startupPolicy=\"optional\"/>");
    }

    @Test
    void whatWeDoNotKnowStays() {
        assertThat(xml())
                .contains("<qemu:arg value=\"-S\"/>", "machine=\"pc-q35-7.2\"", "bus=\"virtio\"");
    }

    @Test
    void rewritingAgainChangesNothing() {
        String once = xml();

        assertThat(Definition.rewrite(source(once), NICS, MARK, new SiteB())).isEqualTo(once);
    }

    @Test
    void metadataIsMadeWhereThereIsNone() {
        String bare = Samples.WEB.replaceAll("(?s)<metadata>.*</metadata>", "");

        String xml = Definition.rewrite(source(bare), NICS, MARK, new SiteB());

        assertThat(DomainSpec.parse(xml).marks().ownership()).contains(MARK);
    }

    @Test
    void definitionThatDoesNotFitIsRefusedWithASentence() {
        List<Nic> unknown =
                List.of(
                        new Nic("52:54:00:aa:00:11", new NetworkId("nowhere"), List.of()),
                        NICS.get(1));
        assertThatThrownBy(() -> Definition.rewrite(source, unknown, MARK, new SiteB()))
                .hasMessageContaining("no network and no bridge 'nowhere'");
        assertThatThrownBy(() -> Definition.rewrite(source, List.of(), MARK, new SiteB()))
                .hasMessageContaining("2 network cards, and 0 are given");
    }

    @Test
    void bareMarksAreWhatLibvirtTakesThem() {
        String bare = rewritten.marks().bare();

        assertThat(bare)
                .startsWith("<vm>")
                .contains("<ownership", "epoch=\"8\"", "value=\"a &lt; b &amp; &quot;c&quot;\"")
                .doesNotContain("adfer");
    }
}
