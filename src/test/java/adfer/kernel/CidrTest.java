package adfer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    private static final Cidr HOME = new Cidr("10.20.0.0/24");

    @ParameterizedTest
    @ValueSource(
            strings = {"10.20.0.0/24", "0.0.0.0/0", "0.0.0.0/32", "10.0.0.1/32", "2001:db8::/48"})
    void takesSubnets(String text) {
        assertThat(new Cidr(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.20.0.0",
                "10.20.0.0/",
                "10.20.0.0/33",
                "10.20.0.0/-1",
                "10.20.0.0/+24",
                "10.20.0.0/024",
                "10.20.0.0/24/24",
                "10.20.0.7/24",
                "db/24",
                "2001:db8::/129",
                "2001:db8::1/64",
            })
    void refusesWhatIsNoSubnet(String text) {
        assertThatThrownBy(() -> new Cidr(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is no subnet")
                .hasMessageContaining("10.20.0.0/24");
    }

    @ParameterizedTest
    @CsvSource({
        "10.20.0.0/24, 10.120.0.0/24, 10.20.0.17, 10.120.0.17",
        "10.20.0.0/24, 10.120.4.0/22, 10.20.0.255, 10.120.4.255",
        "10.20.0.0/22, 10.120.0.128/25, 10.20.0.5, 10.120.0.133",
        "2001:db8:1::/48, 2001:db8:2::/48, 2001:db8:1::a, 2001:db8:2::a",
    })
    void carriesAnAddressByItsOffset(String from, String to, String address, String moved) {
        assertThat(new Cidr(from).translate(address, new Cidr(to))).contains(moved);
    }

    @Test
    void carriesNothingThatItDoesNotContain() {
        assertThat(HOME.translate("10.20.1.1", new Cidr("10.120.0.0/24"))).isEmpty();
        assertThat(HOME.translate("2001:db8::1", new Cidr("10.120.0.0/24"))).isEmpty();
    }

    @Test
    void carriesNothingToWhereThereIsNoRoom() {
        assertThat(HOME.translate("10.20.0.200", new Cidr("10.120.0.0/25"))).isEmpty();
        assertThat(HOME.translate("10.20.0.100", new Cidr("10.120.0.0/25")))
                .contains("10.120.0.100");
    }

    @Test
    void containsItsOwnAddressesOnly() {
        assertThat(HOME.contains("10.20.0.0")).isTrue();
        assertThat(HOME.contains("10.20.0.255")).isTrue();
        assertThat(HOME.contains("10.20.1.0")).isFalse();
        assertThat(HOME.contains("10.19.255.255")).isFalse();
        assertThat(HOME.contains("::")).isFalse();
        assertThat(new Cidr("0.0.0.0/0").contains("203.0.113.9")).isTrue();
    }

    @Test
    void comparesShapes() {
        assertThat(HOME.prefix()).isEqualTo(24);
        assertThat(HOME.sameShape(new Cidr("10.120.0.0/24"))).isTrue();
        assertThat(HOME.sameShape(new Cidr("10.120.0.0/23"))).isFalse();
        assertThat(HOME.sameShape(new Cidr("2001:d00::/24"))).isFalse();
    }
}
