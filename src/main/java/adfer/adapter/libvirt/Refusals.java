package adfer.adapter.libvirt;

import adfer.port.HypervisorException;
import adfer.port.HypervisorException.Code;

import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/** libvirt's errors in the terms of the port. */
final class Refusals {
    private Refusals() {}

    /**
     * @param alive whether the connection still stood after the error
     */
    static HypervisorException of(LibvirtException e, String uri, boolean alive) {
        String sentence = "libvirt at %s: %s.".formatted(uri, e.getMessage());
        return new HypervisorException(alive ? code(e) : Code.UNREACHABLE, sentence, e);
    }

    static boolean is(LibvirtException e, ErrorNumber number) {
        return e.getError().getCode() == number;
    }

    private static Code code(LibvirtException e) {
        return switch (e.getError().getCode()) {
            case VIR_ERR_NO_DOMAIN -> Code.NO_SUCH_VM;
            case VIR_ERR_NO_CONNECT,
                    VIR_ERR_INVALID_CONN,
                    VIR_ERR_RPC,
                    VIR_ERR_NO_SERVER,
                    VIR_ERR_AUTH_FAILED,
                    VIR_ERR_AUTH_UNAVAILABLE ->
                    Code.UNREACHABLE;
            case VIR_ERR_XML_ERROR,
                    VIR_ERR_XML_DETAIL,
                    VIR_ERR_XML_INVALID_SCHEMA,
                    VIR_ERR_INVALID_ARG,
                    VIR_ERR_CONFIG_UNSUPPORTED,
                    VIR_ERR_NO_NETWORK,
                    VIR_ERR_OS_TYPE,
                    VIR_ERR_DOM_EXIST ->
                    Code.INVALID;
            default -> Code.FAILED;
        };
    }

    /** The one sentence for a machine without libvirt. */
    static HypervisorException noLibrary(LinkageError e) {
        return new HypervisorException(
                Code.INVALID,
                "The configuration names a libvirt hypervisor, but libvirt's client library is not"
                        + " on this machine: install it (Debian and Ubuntu: apt-get install"
                        + " libvirt0).",
                e);
    }
}
