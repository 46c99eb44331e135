package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.adapter.json.JacksonCodec;
import adfer.kernel.NodeId;
import adfer.mesh.PathName;

import org.junit.jupiter.api.Test;

class ReturnsTest {
    private static final NodeId B1 = new NodeId("b1");

    private final TakesAll log = new TakesAll(new JacksonCodec());
    private final Returns returns = new Returns(log);

    @Test
    void logConnectsAnewWhenAWayIsThereAgain() {
        change("mesh", false);
        assertThat(log.reconnected).isEmpty();
        change("mesh", true);
        assertThat(log.reconnected).containsExactly("b1");
    }

    @Test
    void eachWayCountsSinceTheLogMayGoByAnyOfThem() {
        change("mesh", false);
        change("direct", false);
        change("direct", true);
        change("mesh", true);
        assertThat(log.reconnected).containsExactly("b1", "b1");
    }

    @Test
    void wayThatComesUpForTheFirstTimeHasNoOldConnection() {
        change("mesh", true);
        assertThat(log.reconnected).isEmpty();
    }

    private void change(String path, boolean up) {
        returns.linkChanged(B1, new PathName(path), up);
    }
}
