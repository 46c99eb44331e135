/** The rules of the house, as tests: layers, purity of the core, and how the sources are kept. */
@NullMarked
package adfer.house;

import org.jspecify.annotations.NullMarked;
