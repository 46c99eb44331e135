/** The only way in: use cases that check, decide with the core, and act through ports. */
@NullMarked
package adfer.service;

import org.jspecify.annotations.NullMarked;
