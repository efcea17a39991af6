package io.convergence.testkit.dms;

/** What DMS writes again after a restart. Which sequence values it then gives is not verified (rule S3): script either. */
public enum ScriptReplay {
    /** The rows come again with the sequence values they had, and the counter goes on. */
    SAME_SEQUENCE,
    /** The rows come again with values of a counter that begins low, behind the time parts they had. */
    NEW_SEQUENCE
}
