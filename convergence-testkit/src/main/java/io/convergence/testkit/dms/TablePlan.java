package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.mapping.MappedTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the table mappings make of one source table.
 *
 * @param renamed column names of the landing zone by those of the source; columns not named keep theirs
 * @param removed columns that are not written
 * @param beforeImage null without an {@code add-before-image-columns} rule
 */
record TablePlan(
        TableId source,
        TableId target,
        Map<String, String> renamed,
        List<String> removed,
        List<AddedColumn> added,
        MappedTable.@Nullable BeforeImage beforeImage) {
    TablePlan {
        renamed = Map.copyOf(renamed);
        removed = List.copyOf(removed);
        added = List.copyOf(added);
    }

    /** The column's name in the landing zone; empty if it is not written. */
    Optional<String> targetName(String column) {
        return removed.contains(column) ? Optional.empty() : Optional.of(renamed.getOrDefault(column, column));
    }
}
