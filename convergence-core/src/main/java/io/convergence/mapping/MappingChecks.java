package io.convergence.mapping;

import io.convergence.Finding;
import java.util.List;
import java.util.function.BiConsumer;

/** The checks behind {@link TableMappings#validate()}: each a class of its own, which looks at the whole document. */
final class MappingChecks {
    private static final List<BiConsumer<TableMappings, RuleFindings>> CHECKS = List.of(
            DocumentChecks::check,
            IdentityChecks::check,
            KeyChecks::check,
            SelectionChecks::check,
            FilterChecks::check,
            LocatorChecks::check,
            NamingChecks::check,
            ColumnChecks::check,
            ExpressionChecks::check,
            SettingsChecks::check,
            TargetChecks::check,
            CoverageChecks::check,
            ConflictChecks::check);

    private MappingChecks() {}

    static List<Finding> findings(TableMappings mappings) {
        RuleFindings findings = new RuleFindings();
        CHECKS.forEach(check -> check.accept(mappings, findings));
        return findings.all();
    }

    /** Calls {@code check} for each rule of a kind with its place in the document. */
    static <T extends Rule> void each(TableMappings mappings, Class<T> type, Indexed<T> check) {
        for (int i = 0; i < mappings.rules().size(); i++) {
            if (type.isInstance(mappings.rules().get(i))) {
                check.accept(type.cast(mappings.rules().get(i)), i);
            }
        }
    }

    /** Takes a rule and its place in the document. */
    interface Indexed<T extends Rule> {
        void accept(T rule, int index);
    }
}
