/** UnboundID LDAP SDK: people of an LDAP directory. */
@NullMarked
package adfer.adapter.ldap;

import org.jspecify.annotations.NullMarked;
