package adfer.adapter.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.adapter.libvirt.DomainSpec.DiskSource;
import adfer.inventory.Nic;
import adfer.inventory.Ownership;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.NetworkId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class DomainSpecTest {
    private final DomainSpec web = DomainSpec.parse(Samples.WEB);

    @Test
    void readsWhatAdferCaresFor() {
        assertThat(web.id().value()).isEqualTo("6b0f1d0a-2f5e-4c55-9f0e-1f6f1f3a7c01");
        assertThat(web.name()).isEqualTo("cat-web-1");
        assertThat(web.vcpus()).isEqualTo(2);
        assertThat(web.memoryMib()).isEqualTo(2_048);
        assertThat(web.marks().labels())
                .isEqualTo(Map.of("service", "catalogue", "note", "a < b & \"c\""));
        assertThat(web.marks().ownership())
                .contains(new Ownership(new GroupId("library-catalogue"), new Epoch(7)));
    }

    @Test
    void readsDisksButNoRemovableMedia() {
        assertThat(web.disks())
                .containsExactly(
                        new DiskSource("vda", Optional.empty(), "/srv/images-a/cat-web-1.qcow2"),
                        new DiskSource("vdb", Optional.of("fast"), "scratch-1"));
    }

    @Test
    void readsCardsWithTheAddressesTheMetadataGives() {
        assertThat(web.nics())
                .containsExactly(
                        new Nic(
                                "52:54:00:aa:00:11",
                                new NetworkId("vlan-20"),
                                List.of("10.20.0.11", "2001:db8::11")),
                        new Nic("52:54:00:aa:00:12", new NetworkId("br-storage"), List.of()));
        assertThat(web.bridges()).containsExactly("br-storage");
    }

    @ParameterizedTest
    @CsvSource({"KiB, 1048576, 1024", "MiB, 96, 96", "GiB, 4, 4096", "bytes, 1, 1", "'', 2048, 2"})
    void readsMemoryInEveryUnit(String unit, long amount, long mib) {
        String memory = "<memory unit='%s'>%d</memory>".formatted(unit, amount);

        assertThat(DomainSpec.parse(withMemory(memory)).memoryMib()).isEqualTo(mib);
    }

    @Test
    void unreadableOwnershipIsDamageAndNotNobody() {
        DomainSpec damaged = DomainSpec.parse(Samples.WEB.replace("epoch=\"7\"", "epoch=\"x\""));

        assertThat(damaged.marks().ownership()).isEmpty();
        assertThat(damaged.marks().damage().orElseThrow()).contains("'x'");
    }

    @Test
    void textThatReachesOutsideIsRefused() {
        assertThatThrownBy(() ->
                        DomainSpec.parse(
                                "<!DOCTYPE domain [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
                                        + "<domain><name>&x;</name></domain>"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DOCTYPE");
    }

    @Test
    void whatIsNoDomainIsRefusedWithASentence() {
        assertThatThrownBy(() -> DomainSpec.parse("name=cat-web-1"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DomainSpec.parse("<network/>"))
                .hasMessageContaining("no <domain>");
        assertThatThrownBy(() -> DomainSpec.parse(withMemory("<memory unit='rods'>1</memory>")))
                .hasMessageContaining("rods");
    }

    private static String withMemory(String memory) {
        return Samples.WEB.replaceFirst("<memory.*</memory>", memory);
    }
}
