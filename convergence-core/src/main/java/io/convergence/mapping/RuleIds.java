package io.convergence.mapping;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.Optional;

/** Rule ids are texts that hold numbers; the smaller number wins. */
final class RuleIds {
    /** Lowest number first; ids that are no numbers come last, by their text. */
    static final Comparator<Rule> ORDER = Comparator.comparing(
                    (Rule rule) -> number(rule.id()).orElse(null),
                    Comparator.nullsLast(Comparator.<BigInteger>naturalOrder()))
            .thenComparing(Rule::id);

    private RuleIds() {}

    static Optional<BigInteger> number(String id) {
        return id.matches("[0-9]{1,100}") ? Optional.of(new BigInteger(id)) : Optional.empty();
    }
}
