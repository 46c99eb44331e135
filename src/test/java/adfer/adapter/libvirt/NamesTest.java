package adfer.adapter.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.StoreId;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    @ParameterizedTest
    @CsvSource({
        "vlan-20, vlan-20",
        "Büro 1, B-ro-1",
        "_x, x",
        "'', unnamed",
        "/srv/images, srv/images",
    })
    void nameBecomesAnIdentifier(String name, String id) {
        assertThat(Names.id(name)).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({
        "/srv/images/a.qcow2, srv/images",
        "/a.raw, root",
        "rbd/pool/image, rbd/pool",
        "volume, root",
    })
    void directoryNamesTheStore(String path, String store) {
        assertThat(new StoreId(Names.directory(path)).value()).isEqualTo(store);
    }

    @ParameterizedTest
    @CsvSource({"300", "121", "120"})
    void longNameIsCut(int length) {
        assertThat(new StoreId(Names.id("/-".repeat(length))).value())
                .hasSizeLessThanOrEqualTo(120);
    }
}
