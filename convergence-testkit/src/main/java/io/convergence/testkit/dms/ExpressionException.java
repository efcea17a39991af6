package io.convergence.testkit.dms;

import org.jspecify.annotations.Nullable;

/** Why a value cannot be had, as a clause; whoever knows the row and the rule makes a {@link StandInException} of it. */
final class ExpressionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExpressionException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }

    ExpressionException(String reason) {
        this(reason, null);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
