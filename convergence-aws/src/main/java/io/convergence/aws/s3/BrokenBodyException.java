package io.convergence.aws.s3;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;

/** Why a body is not what was asked for, in words for the message. */
final class BrokenBodyException extends IOException {
    private static final long serialVersionUID = 1L;

    private BrokenBodyException(String why, @Nullable IOException cause) {
        super(why, cause);
    }

    /** In the SDK's retryable exception, which is final, so that its client asks again before it gives up. */
    static RetryableException retryable(String why, @Nullable IOException cause) {
        return RetryableException.create(why, new BrokenBodyException(why, cause));
    }
}
