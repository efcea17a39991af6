package io.convergence.pipeline;

/**
 * How a table stands; one that nothing stands against is {@link #CURRENT}. It is computed anew at each look, and nothing
 * keeps it on a path: that it moves only as {@link Obstacle#mayFollow} says is what tests over random walks observe.
 */
public enum TableCondition {
    /** There is no file of it, or of its declared reload. */
    AWAITING_LOAD,
    /** Its load may still go on (rule S6). */
    LOADING,
    /** Its reload is there; changes of the time of the reload may still come (rule S6). */
    CATCHING_UP,
    /** What its files tell is published, or will be by the next merge. */
    CURRENT,
    /** Something else may still come, or must be told; nothing new is published. */
    HELD,
    /** The files contradict each other; a person must declare something or reload. */
    DISPUTED,
    /** What was read before is gone or changed, or the columns do not explain themselves; a person must declare something or reload. */
    SUSPECT,
    /** The work broke off. */
    FAILED;

    /** The coarser state that a merge tells. */
    TableCondition like() {
        return switch (this) {
            case AWAITING_LOAD, LOADING, CATCHING_UP, HELD -> HELD;
            case CURRENT, DISPUTED, SUSPECT, FAILED -> this;
        };
    }
}
