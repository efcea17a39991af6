package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import java.util.Optional;
import java.util.Set;

/** The values behind {@link EvaluationOptions}. */
record EvaluationOptionValues(
        EvaluationOptions.Excludes excludes,
        EvaluationOptions.OverlappingFilters overlappingFilters,
        EvaluationOptions.IdOrder idOrder,
        EvaluationOptions.PrimaryKeyRules primaryKeyRules,
        EvaluationOptions.DroppingRules droppingRules,
        EvaluationOptions.AddedColumnOrder addedColumnOrder,
        EvaluationOptions.ColumnPatterns columnPatterns,
        EvaluationOptions.DefinedKeys definedKeys,
        boolean caseSensitive,
        Optional<Character> escapeCharacter,
        Set<TableId> views,
        EvaluationOptions.NameExpressions nameExpressions)
        implements EvaluationOptions {
    EvaluationOptionValues {
        requireNonNull(excludes, "excludes");
        requireNonNull(overlappingFilters, "overlappingFilters");
        requireNonNull(idOrder, "idOrder");
        requireNonNull(primaryKeyRules, "primaryKeyRules");
        requireNonNull(droppingRules, "droppingRules");
        requireNonNull(addedColumnOrder, "addedColumnOrder");
        requireNonNull(columnPatterns, "columnPatterns");
        requireNonNull(definedKeys, "definedKeys");
        requireNonNull(escapeCharacter, "escapeCharacter");
        views = Set.copyOf(views);
        requireNonNull(nameExpressions, "nameExpressions");
    }
}
