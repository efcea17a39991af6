package io.convergence.audit;

import static java.util.Objects.requireNonNull;

/**
 * A setting of the task or its endpoint that the files betray.
 *
 * @param name as AWS spells it, e.g. {@code TimestampColumnName}
 * @param value in the setting's own form; several if tables differ
 * @param evidence what it was concluded from
 */
public record InferredSetting(String name, String value, Certainty certainty, String evidence) {
    /** How far the evidence goes. */
    public enum Certainty {
        /** The files cannot be as they are under another value. */
        CERTAIN,
        /** Other values are possible but would look different as a rule. */
        LIKELY
    }

    public InferredSetting {
        requireNonNull(name, "name");
        requireNonNull(value, "value");
        requireNonNull(certainty, "certainty");
        requireNonNull(evidence, "evidence");
    }
}
