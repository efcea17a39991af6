package io.convergence.architecturefixtures.raw;

/** Calls the constructor of a generic exception, but as its superclass. */
final class InnocentException extends RuntimeException {
    InnocentException() {
        super("a specific one");
    }
}
