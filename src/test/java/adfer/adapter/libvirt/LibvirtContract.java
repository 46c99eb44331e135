package adfer.adapter.libvirt;

import static org.junit.jupiter.api.Assumptions.abort;

import adfer.inventory.Disk;
import adfer.inventory.Nic;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.Sorted;
import adfer.kernel.StoreId;
import adfer.kernel.VmId;
import adfer.port.Hypervisor;
import adfer.port.HypervisorContract;
import adfer.port.HypervisorException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The contract on a libvirt that is given by its URI. */
abstract class LibvirtContract extends HypervisorContract {
    private static final HostId HOST = new HostId("b-1");

    private static final String CARD =
            """
            <interface type='network'>
              <mac address='52:54:00:aa:00:11'/>
              <source network='vlan-20' portgroup='web'/>
            </interface>
            """;

    private Optional<LibvirtHypervisor> hypervisor = Optional.empty();

    /** The type of domain that the driver behind the URI runs. */
    abstract String domainType();

    abstract String uri();

    /** A network there. */
    abstract String network();

    @BeforeEach
    void connect() {
        try {
            hypervisor = Optional.of(LibvirtHypervisor.open(config()));
        } catch (HypervisorException e) {
            abort(e.problem().sentence());
        }
    }

    @AfterEach
    void removeWhatWasMade() {
        try (LibvirtHypervisor fresh = LibvirtHypervisor.open(config())) {
            for (Vm vm : List.of(source(), oversized())) {
                fresh.stop(vm.id(), epoch(Integer.MAX_VALUE), Duration.ZERO, LONG);
                fresh.undefine(vm.id());
            }
        } finally {
            hypervisor.ifPresent(LibvirtHypervisor::close);
        }
    }

    LibvirtConfig config() {
        LibvirtConfig usual = LibvirtConfig.usual(uri());
        return new LibvirtConfig(
                usual.uri(),
                Optional.of(HOST),
                usual.callTimeout(),
                usual.connectTimeout(),
                usual.retryAtMost(),
                usual.keepAliveSeconds(),
                usual.keepAliveCount(),
                usual.threads(),
                usual.vcpusPerCpu(),
                usual.reservedMemoryMib(),
                new TreeSet<>(List.of("/srv/images")),
                List.of("br-elsewhere"),
                Sorted.empty());
    }

    @Override
    protected Hypervisor hypervisor() {
        return hypervisor.orElseThrow();
    }

    @Override
    protected void letItsHostStart(VmId vm) {
        hypervisor
                .orElseThrow()
                .onDomain(
                        vm,
                        LONG,
                        domain -> {
                            domain.setAutostart(true);
                            return true;
                        });
    }

    @Override
    protected void suspend(VmId vm) {
        hypervisor
                .orElseThrow()
                .onDomain(
                        vm,
                        LONG,
                        domain -> {
                            domain.suspend();
                            return true;
                        });
    }

    @Override
    protected Vm source() {
        return vm("adfer-contract-1", "6b0f1d0a-2f5e-4c55-9f0e-1f6f1f3a7c01", 64, CARD);
    }

    @Override
    protected Vm oversized() {
        return vm("adfer-contract-2", "6b0f1d0a-2f5e-4c55-9f0e-1f6f1f3a7c02", 1_000_000, "");
    }

    @Override
    protected HostId host() {
        return HOST;
    }

    @Override
    protected List<Nic> nics() {
        return List.of(nic("10.120.0.11"));
    }

    @Override
    protected List<Nic> otherNics() {
        return List.of(nic("10.120.0.12"));
    }

    private Nic nic(String address) {
        return new Nic("52:54:00:aa:00:11", new NetworkId(network()), List.of(address));
    }

    /** As the other site's libvirt would print it. */
    private Vm vm(String name, String uuid, long memoryMib, String devices) {
        String xml =
                """
                <domain type='%s'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <metadata>
                    <adfer:vm xmlns:adfer="https://adfer.dev/libvirt/1">
                      <adfer:label key="service" value="catalogue"/>
                      <adfer:label key="note" value="a &lt; b"/>
                    </adfer:vm>
                  </metadata>
                  <memory unit='MiB'>%d</memory>
                  <vcpu>1</vcpu>
                  <os><type>hvm</type></os>
                  <devices>
                    %s
                  </devices>
                </domain>
                """
                        .formatted(domainType(), name, uuid, memoryMib, devices);
        return DomainSpec.parse(xml)
                .vm(
                        new HostId("a-1"),
                        Power.RUNNING,
                        disk -> new Disk(disk.device(), new StoreId("x"), disk.path(), 0),
                        Sorted.empty(),
                        xml);
    }
}
