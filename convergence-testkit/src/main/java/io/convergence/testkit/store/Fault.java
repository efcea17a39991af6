package io.convergence.testkit.store;

import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreAccessException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.WriteConflictException;

/** A way a request to S3 can fail, before or after it took effect. */
public enum Fault {
    /** 503 SlowDown: nothing happened. */
    SLOW_DOWN,
    /** The request never reached S3. To the caller it looks like {@link #TIMEOUT_AFTER_EFFECT}. */
    TIMEOUT_BEFORE_EFFECT,
    /** S3 did as asked, or refused; the answer was lost. */
    TIMEOUT_AFTER_EFFECT,
    /** 409 ConditionalRequestConflict: a racing write was in flight, nothing happened. */
    CONFLICT,
    /** 409 because the SDK repeated a write whose answer was late, and its own first try was in flight: that takes effect. */
    CONFLICT_AFTER_EFFECT,
    /** 412 though nothing happened, as if another had been first and was gone again. */
    PRECONDITION_FAILED_BEFORE_EFFECT,
    /** 412 after the write took effect: the SDK lost the answer, repeated it, and met its own first attempt. */
    PRECONDITION_FAILED_AFTER_EFFECT,
    /** 403 in the middle of a run. */
    ACCESS_DENIED,
    /** The body of a read broke off. */
    TRUNCATED,
    /** The process dies before the request. */
    CRASH_BEFORE_EFFECT,
    /** The process dies after the request took effect. */
    CRASH_AFTER_EFFECT;

    /** Whether this can happen to such a request. */
    public boolean appliesTo(Operation operation) {
        return switch (this) {
            case CONFLICT, CONFLICT_AFTER_EFFECT, PRECONDITION_FAILED_BEFORE_EFFECT, PRECONDITION_FAILED_AFTER_EFFECT ->
                operation.conditional();
            case TRUNCATED -> operation == Operation.GET || operation == Operation.READ;
            case SLOW_DOWN,
                    TIMEOUT_BEFORE_EFFECT,
                    TIMEOUT_AFTER_EFFECT,
                    ACCESS_DENIED,
                    CRASH_BEFORE_EFFECT,
                    CRASH_AFTER_EFFECT -> true;
        };
    }

    /** Whether the store has done what the request asked when this happens. */
    public boolean afterEffect() {
        return switch (this) {
            case TIMEOUT_AFTER_EFFECT,
                    CONFLICT_AFTER_EFFECT,
                    PRECONDITION_FAILED_AFTER_EFFECT,
                    TRUNCATED,
                    CRASH_AFTER_EFFECT -> true;
            case SLOW_DOWN,
                    TIMEOUT_BEFORE_EFFECT,
                    CONFLICT,
                    PRECONDITION_FAILED_BEFORE_EFFECT,
                    ACCESS_DENIED,
                    CRASH_BEFORE_EFFECT -> false;
        };
    }

    /** What the caller sees. */
    Throwable failure(StoreRequest request) {
        String message = "Cannot " + request.operation() + " '" + request.key() + "': injected fault " + this
                + " at request " + request.number() + ". Nothing to do, this is a test.";
        return switch (this) {
            case SLOW_DOWN, TIMEOUT_BEFORE_EFFECT, TIMEOUT_AFTER_EFFECT, TRUNCATED ->
                new StoreUnavailableException(request.key(), message, null);
            case CONFLICT, CONFLICT_AFTER_EFFECT -> new WriteConflictException(request.key(), message, null);
            case PRECONDITION_FAILED_BEFORE_EFFECT, PRECONDITION_FAILED_AFTER_EFFECT ->
                new PreconditionFailedException(request.key(), message, null);
            case ACCESS_DENIED -> new StoreAccessException(request.key(), message, null);
            case CRASH_BEFORE_EFFECT, CRASH_AFTER_EFFECT -> new CrashSignal(message);
        };
    }
}
