package io.convergence.testkit.ledger.simulation;

/** What becomes of the request that is in flight at a crash point, and of its process. */
enum Effect {
    /** The process dies and the request has no effect. */
    BEFORE,
    /** The request takes effect, then the process dies. */
    AFTER,
    /** The request takes effect, the process lives and is told of a timeout. */
    UNANSWERED,
    /** The process dies; the request is still on its way and takes effect some requests of others later. */
    LATE,
    /** The process sleeps through other requests, up to all that are left, and then goes on. */
    SLEEP,
    /** The process lives and is told 403. */
    REFUSED
}
