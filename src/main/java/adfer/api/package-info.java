/** The REST interface: resources, problems and server-sent events under {@code /api/v1}. */
@NullMarked
package adfer.api;

import org.jspecify.annotations.NullMarked;
