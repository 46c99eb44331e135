/** Notices as mail, against a server that speaks SMTP over a real socket. */
@NullMarked
package adfer.adapter.mail;

import org.jspecify.annotations.NullMarked;
