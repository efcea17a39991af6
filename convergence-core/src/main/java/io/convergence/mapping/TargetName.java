package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

/**
 * A name in the landing zone, as far as it is known.
 *
 * @param value the name, or the text of the expression that DMS computes it by
 * @param computed whether only DMS knows the name
 */
public record TargetName(String value, boolean computed) {
    public TargetName {
        requireNonNull(value, "value");
    }

    static TargetName known(String name) {
        return new TargetName(name, false);
    }

    static TargetName computedBy(String expression) {
        return new TargetName(expression.isEmpty() ? "?" : expression, true);
    }

    /** The name, or the expression in angle brackets. */
    @Override
    public String toString() {
        return computed ? "<" + value + ">" : value;
    }
}
