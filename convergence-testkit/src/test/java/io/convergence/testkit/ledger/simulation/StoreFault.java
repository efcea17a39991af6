package io.convergence.testkit.ledger.simulation;

import io.convergence.testkit.store.Operation;

/** What a store may answer to any request, beside what is planned for a crash point. */
enum StoreFault {
    SLOW_DOWN,
    INTERNAL_ERROR,
    TIMEOUT_BEFORE_EFFECT,
    TIMEOUT_AFTER_EFFECT,
    /** The caller gives up before the request arrives, which then takes effect. */
    TIMEOUT_AND_LATE_EFFECT,
    CONFLICT,
    /** The client repeated a request whose answer was late, and raced its own first try; so do its next ones. */
    CONFLICT_AFTER_EFFECT,
    /** The SDK repeated a request whose answer was lost, and met its own first try. */
    PRECONDITION_FAILED_AFTER_EFFECT,
    NOT_FOUND,
    DENIED,
    TRUNCATED;

    boolean appliesTo(Operation operation, String key) {
        return switch (this) {
            case SLOW_DOWN, INTERNAL_ERROR, TIMEOUT_BEFORE_EFFECT, TIMEOUT_AFTER_EFFECT, DENIED -> true;
            case TIMEOUT_AND_LATE_EFFECT -> operation.writes() && operation != Operation.START_MULTIPART;
            case CONFLICT, CONFLICT_AFTER_EFFECT, PRECONDITION_FAILED_AFTER_EFFECT -> operation.conditional();
            case NOT_FOUND -> operation == Operation.READ && key.startsWith(World.RAW);
            case TRUNCATED -> operation == Operation.GET || operation == Operation.READ;
        };
    }
}
