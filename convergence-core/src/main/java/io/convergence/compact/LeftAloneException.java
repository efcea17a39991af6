package io.convergence.compact;

/** A file that stays as it is while the others of its task are compacted. Never leaves this package. */
final class LeftAloneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param why a sentence */
    LeftAloneException(String why, Throwable cause) {
        super(why, cause);
    }

    LeftAloneException(String why) {
        super(why);
    }
}
