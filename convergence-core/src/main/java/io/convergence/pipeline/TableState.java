package io.convergence.pipeline;

/** What became of a table in a run (rule S17: each table for itself). */
public enum TableState {
    /** A new state was published. */
    PUBLISHED,
    /** There was nothing new; the published state stands. */
    UNCHANGED,
    /** Something may still come; it goes on by itself. Nothing new was published. */
    HELD,
    /** The files contradict each other; a person must declare something or reload. Nothing new was published. */
    DISPUTED,
    /** What was read before is gone or changed; a person must declare something or reload. Nothing new was published. */
    SUSPECT,
    /** The work broke off; see the message. Nothing new was published, unless a finding COMMIT_STATE_UNKNOWN says that this is open. */
    FAILED
}
