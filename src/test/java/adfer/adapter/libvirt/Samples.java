package adfer.adapter.libvirt;

/** Definitions as libvirt prints them. */
final class Samples {
    static final String WEB =
            """
            <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
              <name>cat-web-1</name>
              <uuid>6b0f1d0a-2f5e-4c55-9f0e-1f6f1f3a7c01</uuid>
              <metadata>
                <libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
                  <libosinfo:os id="http://debian.org/debian/12"/>
                </libosinfo:libosinfo>
                <adfer:vm xmlns:adfer="https://adfer.dev/libvirt/1">
                  <adfer:label key="service" value="catalogue"/>
                  <adfer:label key="note" value="a &lt; b &amp; &quot;c&quot;"/>
                  <adfer:address mac="52:54:00:AA:00:11" value="10.20.0.11"/>
                  <adfer:address mac="52:54:00:aa:00:11" value="2001:db8::11"/>
                  <adfer:ownership group="library-catalogue" epoch="7"/>
                </adfer:vm>
              </metadata>
              <memory unit='KiB'>2097152</memory>
              <currentMemory unit='KiB'>2097152</currentMemory>
              <vcpu placement='static'>2</vcpu>
              <os>
                <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
                <boot dev='hd'/>
              </os>
              <devices>
                <emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='file' device='disk'>
                  <driver name='qemu' type='qcow2'/>
                  <source file='/srv/images-a/cat-web-1.qcow2'/>
                  <target dev='vda' bus='virtio'/>
                </disk>
                <disk type='volume' device='disk'>
                  <source pool='fast' volume='scratch-1'/>
                  <target dev='vdb' bus='virtio'/>
                </disk>
                <disk type='file' device='cdrom'>
                  <source file='/srv/iso/debian.iso'/>
                  <target dev='sda' bus='sata'/>
                  <readonly/>
                </disk>
                <disk type='file' device='cdrom'>
                  <target dev='sdb' bus='sata'/>
                </disk>
                <interface type='network'>
                  <mac address='52:54:00:aa:00:11'/>
                  <source network='vlan-20' portgroup='web'/>
                  <model type='virtio'/>
                </interface>
                <interface type='bridge'>
                  <mac address='52:54:00:aa:00:12'/>
                  <source bridge='br-storage'/>
                  <target dev='vnet7'/>
                  <model type='virtio'/>
                </interface>
              </devices>
              <qemu:commandline>
                <qemu:arg value='-S'/>
              </qemu:commandline>
            </domain>
            """;

    private Samples() {}
}
