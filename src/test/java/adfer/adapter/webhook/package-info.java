/** Notices as JSON, against a real HTTP server. */
@NullMarked
package adfer.adapter.webhook;

import org.jspecify.annotations.NullMarked;
