@NullMarked
package adfer.adapter.ldap;

import org.jspecify.annotations.NullMarked;
