package io.convergence.aws.s3;

import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Response;

/** Every request goes through here: bounded in number, its failure translated, its answer's date noted. Thread-safe. */
final class S3Calls {
    private final S3Errors errors;
    private final Semaphore permits;
    private final ServerClock clock;

    S3Calls(S3Errors errors, int maxConcurrency, ServerClock clock) {
        this.errors = errors;
        this.permits = new Semaphore(maxConcurrency);
        this.clock = clock;
    }

    S3Errors errors() {
        return errors;
    }

    /** Runs one request; {@code action} and {@code key} complete "Cannot … 's3://bucket/key'". */
    <R extends S3Response> R call(String action, String key, Supplier<R> request) {
        R answer = bounded(action, key, request);
        clock.observe(answer.sdkHttpResponse());
        return answer;
    }

    /** As {@link #call}, for a request whose answer comes with a body. */
    <R> R read(String action, String key, Supplier<R> request) {
        return bounded(action, key, request);
    }

    /** The date of an answer, or the server's time by an earlier one. */
    Instant date(S3Response answer, Supplier<Instant> otherwise) {
        return clock.observe(answer.sdkHttpResponse()).or(clock::now).orElseGet(otherwise);
    }

    private <R> R bounded(String action, String key, Supplier<R> request) {
        acquire(action, key);
        try {
            return request.get();
        } catch (AbortedException e) {
            Thread.currentThread().interrupt();
            throw errors.unavailable(action, key, "this thread was interrupted", e);
        } catch (SdkException e) {
            throw errors.of(e, action, key);
        } finally {
            permits.release();
        }
    }

    private void acquire(String action, String key) {
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw errors.unavailable(action, key, "this thread was interrupted before the request was sent", e);
        }
    }
}
