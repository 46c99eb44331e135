/** Tests of the mesh's pure half: estimation, detection, judgement. */
@NullMarked
package adfer.mesh;

import org.jspecify.annotations.NullMarked;
