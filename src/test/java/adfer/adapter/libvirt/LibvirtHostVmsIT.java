package adfer.adapter.libvirt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import adfer.inventory.Ownership;
import adfer.port.HostVms;
import adfer.port.HostVmsContract;
import adfer.port.HypervisorException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;

import java.util.Optional;

/**
 * The contract on libvirt's own test driver, whose default world all connections of a process
 * share. Skipped where libvirt is not installed.
 */
class LibvirtHostVmsIT extends HostVmsContract {
    private static final String URI = "test:///default";

    private Optional<LibvirtHostVms> vms = Optional.empty();

    @BeforeEach
    void connect() {
        try {
            LibvirtHostVms opened = LibvirtHostVms.open(LibvirtConfig.usual(URI));
            vms = Optional.of(opened);
            await().ignoreExceptions().until(() -> !opened.list(LONG).isEmpty());
        } catch (HypervisorException e) {
            abort(e.problem().sentence());
        }
    }

    @AfterEach
    void removeWhatWasMade() {
        vms.ifPresent(open -> {
            open.powerOff(vm, LONG);
            open.close();
        });
    }

    @Override
    protected HostVms vms() {
        return vms.orElseThrow();
    }

    @Override
    protected void run(String name, Optional<Ownership> mark) throws LibvirtException {
        String metadata =
                mark.map(m ->
                                """
                                <metadata><adfer:vm xmlns:adfer="https://adfer.dev/libvirt/1">
                                  <adfer:ownership group="%s" epoch="%s"/>
                                </adfer:vm></metadata>
                                """
                                        .formatted(m.group(), m.epoch()))
                        .orElse("");
        Connect connect = new Connect(URI);
        try {
            connect.domainCreateXML(
                            """
                            <domain type='test'>
                              <name>%s</name>
                              <uuid>%s</uuid>
                              %s
                              <memory unit='MiB'>64</memory>
                              <vcpu>1</vcpu>
                              <os><type>hvm</type></os>
                            </domain>
                            """
                                    .formatted(name, vm, metadata),
                            0)
                    .free();
        } finally {
            connect.close();
        }
    }
}
