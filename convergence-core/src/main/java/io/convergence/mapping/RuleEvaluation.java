package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What one rule does to a source. Immutable and thread-safe.
 *
 * @param index its place in the document, counted from 0
 * @param matched the source tables, or {@code schema.table.column}, it is about; for rules that do not select, of the
 *     selected tables only
 * @param applied those of {@code matched} where no other rule was applied in its place
 */
public record RuleEvaluation(int index, Rule rule, List<String> matched, List<String> applied) {
    public RuleEvaluation {
        requireNonNull(rule, "rule");
        matched = List.copyOf(matched);
        applied = List.copyOf(applied);
    }

    public boolean matchesNothing() {
        return matched.isEmpty();
    }
}
