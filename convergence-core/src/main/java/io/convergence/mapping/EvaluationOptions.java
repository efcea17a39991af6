package io.convergence.mapping;

import io.convergence.TableId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How {@link TableMappings#evaluate} decides what DMS's documents leave open. Each default is the reading that the guide or
 * its examples suggest; where a choice matters for a table, the evaluation says so in a finding. Immutable and thread-safe.
 */
public sealed interface EvaluationOptions permits EvaluationOptionValues {
    /** Which rule wins when an exclude rule and another hit one table. */
    enum Excludes {
        /** The default: whatever the order and kind of the other rule. The guide has one example, which fits. */
        ALWAYS_WIN,
        /** An explicit rule keeps its table. */
        LOSE_TO_EXPLICIT,
        /** The matching rule with the highest id decides. */
        HIGHEST_ID_DECIDES
    }

    /** Which filters hold when several include rules with filters hit one table. */
    enum OverlappingFilters {
        /** The default: those of the rule with the lowest id, as for transformations. */
        LOWEST_ID,
        /** All of them. */
        ALL
    }

    /** How ids of rules are compared. */
    enum IdOrder {
        /** The default, implied by "a unique numeric value": 9 before 10. */
        NUMERIC,
        /** 10 before 9. */
        TEXT
    }

    /** Whether a define-primary-key rule takes the table's one action. */
    enum PrimaryKeyRules {
        /** The default, by the text: of a key and a new name for one table the rule with the lower id is applied. */
        COMPETE,
        /** Both are applied. */
        COEXIST
    }

    /** Whether include-column and remove-column take the column's one action. */
    enum DroppingRules {
        /** The default: they decide which columns there are, and others what those are called. */
        ALWAYS_APPLY,
        /** They compete with a new name or type by their ids. */
        COMPETE
    }

    /** In which order add-column rules add. */
    enum AddedColumnOrder {
        /** The default. */
        RULE_ID,
        DOCUMENT
    }

    /** What a {@code column-name} may hold: the guide speaks of {@code %} there and nothing else. */
    enum ColumnPatterns {
        /** The default: all that table names may hold. */
        LIKE_TABLES,
        /** Only {@code %}; an underscore or bracket is itself. */
        PERCENT_ONLY
    }

    /** Which key tells rows apart in the lake. */
    enum DefinedKeys {
        /** The default: the source's, because it is all that the rows of deletes are sure to hold. */
        SOURCE_KEY,
        /** That of a define-primary-key rule, where one is applied. */
        DEFINED_KEY
    }

    /** Computes names that rules give as expressions. Must be thread-safe if the options are shared. */
    @FunctionalInterface
    interface NameExpressions {
        /**
         * Computes a name.
         *
         * @param headers the values of {@code AR_M_SOURCE_SCHEMA}, {@code AR_M_SOURCE_TABLE_NAME} and, for columns, {@code
         *     AR_M_SOURCE_COLUMN_NAME} and {@code AR_M_SOURCE_COLUMN_DATATYPE}
         * @return empty if it cannot be computed; it is then marked so
         */
        Optional<String> name(Expression expression, Map<String, String> headers);
    }

    Excludes excludes();

    OverlappingFilters overlappingFilters();

    IdOrder idOrder();

    PrimaryKeyRules primaryKeyRules();

    DroppingRules droppingRules();

    AddedColumnOrder addedColumnOrder();

    ColumnPatterns columnPatterns();

    DefinedKeys definedKeys();

    /** False if the source endpoint is configured to ignore case. True by default. */
    boolean caseSensitive();

    /** The {@code escapeCharacter} of an Oracle endpoint, which makes the wildcard after it literal. Empty by default. */
    Optional<Character> escapeCharacter();

    /** Which of the schema's tables are views. None by default. */
    Set<TableId> views();

    /** By default no expression is computed. */
    NameExpressions nameExpressions();

    static EvaluationOptions defaults() {
        return builder().build();
    }

    static Builder builder() {
        return new Builder();
    }

    /** Collects options. Not thread-safe. */
    final class Builder {
        private Excludes excludes = Excludes.ALWAYS_WIN;
        private OverlappingFilters overlappingFilters = OverlappingFilters.LOWEST_ID;
        private IdOrder idOrder = IdOrder.NUMERIC;
        private PrimaryKeyRules primaryKeyRules = PrimaryKeyRules.COMPETE;
        private DroppingRules droppingRules = DroppingRules.ALWAYS_APPLY;
        private AddedColumnOrder addedColumnOrder = AddedColumnOrder.RULE_ID;
        private ColumnPatterns columnPatterns = ColumnPatterns.LIKE_TABLES;
        private DefinedKeys definedKeys = DefinedKeys.SOURCE_KEY;
        private boolean caseSensitive = true;
        private Optional<Character> escapeCharacter = Optional.empty();
        private Set<TableId> views = Set.of();
        private NameExpressions nameExpressions = (expression, headers) -> Optional.empty();

        private Builder() {}

        public Builder excludes(Excludes choice) {
            excludes = choice;
            return this;
        }

        public Builder overlappingFilters(OverlappingFilters choice) {
            overlappingFilters = choice;
            return this;
        }

        public Builder idOrder(IdOrder choice) {
            idOrder = choice;
            return this;
        }

        public Builder primaryKeyRules(PrimaryKeyRules choice) {
            primaryKeyRules = choice;
            return this;
        }

        public Builder droppingRules(DroppingRules choice) {
            droppingRules = choice;
            return this;
        }

        public Builder addedColumnOrder(AddedColumnOrder choice) {
            addedColumnOrder = choice;
            return this;
        }

        public Builder columnPatterns(ColumnPatterns choice) {
            columnPatterns = choice;
            return this;
        }

        public Builder definedKeys(DefinedKeys choice) {
            definedKeys = choice;
            return this;
        }

        public Builder ignoreCase() {
            caseSensitive = false;
            return this;
        }

        public Builder escapeCharacter(char character) {
            escapeCharacter = Optional.of(character);
            return this;
        }

        public Builder views(TableId... ids) {
            views = Set.of(ids);
            return this;
        }

        public Builder nameExpressions(NameExpressions computer) {
            nameExpressions = computer;
            return this;
        }

        public EvaluationOptions build() {
            return new EvaluationOptionValues(
                    excludes,
                    overlappingFilters,
                    idOrder,
                    primaryKeyRules,
                    droppingRules,
                    addedColumnOrder,
                    columnPatterns,
                    definedKeys,
                    caseSensitive,
                    escapeCharacter,
                    views,
                    nameExpressions);
        }
    }
}
