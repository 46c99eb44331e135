package adfer.api;

import jakarta.annotation.Priority;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads so much of a request and no more; of a stranger's, little. */
@Priority(Priorities.AUTHENTICATION - 100)
public final class SizeFilter implements ContainerRequestFilter {
    /** A runbook with its scripts, in base64, fits. */
    static final long MOST = 16L << 20;

    static final long OF_STRANGERS = 16L << 10;

    @Context private @Nullable ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        ResourceInfo asked = resource;
        boolean open =
                asked != null
                        && asked.getResourceMethod() != null
                        && asked.getResourceMethod().isAnnotationPresent(Open.class);
        request.setEntityStream(
                new Measured(request.getEntityStream(), open ? OF_STRANGERS : MOST));
    }

    /** Ends with a refusal where more comes than may. */
    private static final class Measured extends FilterInputStream {
        private final long most;
        private long left;

        Measured(InputStream in, long most) {
            super(in);
            this.most = most;
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            int octet = super.read();
            count(octet < 0 ? 0 : 1);
            return octet;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        private void count(int read) {
            left -= read;
            if (left < 0) {
                throw new ClientErrorException(
                        "A request to this address has at most " + most + " bytes.", 413);
            }
        }
    }
}
