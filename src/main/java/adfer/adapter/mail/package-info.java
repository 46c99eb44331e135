/** Calls people by mail, by Commons Net's SMTP client. */
@NullMarked
package adfer.adapter.mail;

import org.jspecify.annotations.NullMarked;
