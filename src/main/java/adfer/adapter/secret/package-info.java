/** Secrets in the environment, in files and in systemd's credentials. */
@NullMarked
package adfer.adapter.secret;

import org.jspecify.annotations.NullMarked;
