/** The audit trail as people and auditors ask for it: searched, exported, and proven off line. */
@NullMarked
package adfer.audit;

import org.jspecify.annotations.NullMarked;
