package io.convergence.mapping;

/** The ends of sentences that {@link TableMappings.Builder} begins; each adds one rule and returns the builder. */
public final class Sentence {
    private Sentence() {}

    /** Ends with what a thing becomes, or with what it is added to. */
    @FunctionalInterface
    public interface To<T> {
        TableMappings.Builder to(T what);
    }

    /** Ends with what something is taken from. */
    @FunctionalInterface
    public interface From<T> {
        TableMappings.Builder from(T what);
    }

    /** Goes on with what comes in place of something. */
    @FunctionalInterface
    public interface With<T, N> {
        N with(T what);
    }

    /** Ends with where something is replaced. */
    @FunctionalInterface
    public interface In<T> {
        TableMappings.Builder in(T where);
    }
}
