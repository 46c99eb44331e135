package adfer.mesh;

/** What came of asking something whether it answers. */
public enum Check {
    /** There is nothing to ask, or nobody has asked yet. */
    NONE,
    ANSWERS,
    SILENT
}
