package adfer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.util.HexFormat;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "10.20.0.255, 0a1400ff",
        "0.0.0.0, 00000000",
        "255.255.255.255, ffffffff",
        "::, 00000000000000000000000000000000",
        "::1, 00000000000000000000000000000001",
        "1::, 00010000000000000000000000000000",
        "2001:db8::8:800:200c:417a, 20010db80000000000080800200c417a",
        "2001:DB8:0:0:8:800:200C:417A, 20010db80000000000080800200c417a",
        "1:2:3:4:5:6:7::, 00010002000300040005000600070000",
    })
    void readsWhatPeopleWrite(String text, String hex) {
        assertThat(IpAddress.parse(text)).isEqualTo(HexFormat.of().parseHex(hex));
        assertThat(IpAddress.isAddress(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "db",
                "10.20.0",
                "10.20.0.0.0",
                "10.20.0.256",
                "10.20.0.-0",
                "10.20.0.+1",
                "010.20.0.1",
                "10..0.1",
                " 10.20.0.1",
                "10.20.0.１",
                "10.20.0.1/24",
                ":",
                ":::",
                "1::2::3",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "12345::",
                "g::",
                "fe80::1%eth0",
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> IpAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is no IP address");
        assertThat(IpAddress.isAddress(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.20.0.255",
                "::",
                "::1",
                "1::",
                "2001:db8::1",
                "2001:db8:0:1:1:1:1:1",
                "2001:0:0:1::1",
                "2001:db8::1:0:0:1",
                "1:2:3:4:5:6:7:8",
            })
    void writesTheUsualForm(String text) {
        byte[] raw = IpAddress.parse(text);
        assertThat(IpAddress.format(new BigInteger(1, raw), raw.length)).isEqualTo(text);
    }
}
