package adfer.adapter.libvirt;

import org.libvirt.Connect;
import org.libvirt.Library;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt.VirErrorCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of this process on which libvirt delivers events and keeps its connections alive.
 * It must turn before the first connection is opened.
 */
final class EventLoop {
    private static final Logger log = LoggerFactory.getLogger(EventLoop.class);

    /** Held here, for native code does not keep it from being collected. */
    private static final VirErrorCallback QUIET =
            (userData, error) -> log.trace("libvirt reported an error");

    private static boolean turning;

    private EventLoop() {}

    static synchronized void turn() throws LibvirtException {
        if (!turning) {
            Connect.setErrorCallback(QUIET);
            Library.initEventLoop();
            Thread.ofPlatform().daemon().name("libvirt-events").start(EventLoop::run);
            turning = true;
        }
    }

    private static void run() {
        while (true) {
            try {
                Library.processEvent();
            } catch (LibvirtException | RuntimeException e) {
                log.warn("libvirt's event loop stumbled: {}", e.toString());
            }
        }
    }
}
