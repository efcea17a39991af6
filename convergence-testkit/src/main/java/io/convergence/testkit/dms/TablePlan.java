package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.mapping.Filter;
import io.convergence.mapping.MappedTable;
import io.convergence.mapping.MaskingRule;
import io.convergence.schema.DataType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the table mappings make of one source table.
 *
 * @param columns those that are written, by their names in the source
 * @param beforeImage null without an {@code add-before-image-columns} rule
 * @param filters which rows are written; empty for all
 */
record TablePlan(
        TableId source,
        TableId target,
        Map<String, PlannedColumn> columns,
        List<AddedColumn> added,
        MappedTable.@Nullable BeforeImage beforeImage,
        List<Filter> filters) {
    /**
     * What becomes of a column.
     *
     * @param name in the landing zone
     * @param type in the landing zone
     * @param typeRuleId the id of the rule that changes its type; null if none does
     * @param mask null if its values are not hidden
     */
    record PlannedColumn(
            String name,
            DataType type,
            @Nullable String typeRuleId,
            @Nullable MaskingRule mask) {
        boolean changed() {
            return typeRuleId != null || mask != null;
        }

        /** The rules that make it what it is, for messages. */
        String rules() {
            String changes = typeRuleId == null ? "" : "rule '" + typeRuleId + "' makes it " + type;
            String masks = mask == null ? "" : "rule '" + mask.id() + "' masks it";
            return changes.isEmpty() || masks.isEmpty() ? changes + masks : changes + ", " + masks;
        }
    }

    TablePlan {
        columns = Map.copyOf(columns);
        added = List.copyOf(added);
        filters = List.copyOf(filters);
    }

    /** Empty if the column is not written. */
    Optional<PlannedColumn> column(String source) {
        return Optional.ofNullable(columns.get(source));
    }
}
