package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.jetty.HttpConnectorFactory;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorsTest {
    @ParameterizedTest
    @CsvSource({
        "https://b1.example.org:8102, 8101, port 8102",
        "https://b1.example.org, 8101, port 443",
        "http://b1.example.org, 8101, port 80"
    })
    void portThatPeopleAreToldButNobodyListensOnIsNamed(String told, int port, String named) {
        assertThat(Doors.nobodyAt(given(told, port)).orElseThrow())
                .contains("nodes.b1.http", named, "listens on 8101");
    }

    @ParameterizedTest
    @CsvSource({"https://b1.example.org:8101, 8101", "https://b1.example.org, 443"})
    void portThatIsListenedOnIsNoMatter(String told, int port) {
        assertThat(Doors.nobodyAt(given(told, port))).isEmpty();
    }

    private static AdferConfiguration given(String told, int port) {
        AdferConfiguration given = new AdferConfiguration();
        given.node = "b1";
        AdferConfiguration.NodeSettings b1 = new AdferConfiguration.NodeSettings();
        b1.http = told;
        given.nodes.put("b1", b1);
        HttpConnectorFactory connector = new HttpConnectorFactory();
        connector.setPort(port);
        SimpleServerFactory server = new SimpleServerFactory();
        server.setConnector(connector);
        given.setServerFactory(server);
        return given;
    }
}
