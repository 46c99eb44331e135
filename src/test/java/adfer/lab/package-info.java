/**
 * What drives the lab of real processes, records what happened there and proves from the record
 * that nothing went wrong; {@code src/lab} runs it.
 */
@NullMarked
package adfer.lab;

import org.jspecify.annotations.NullMarked;
