package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import io.convergence.mapping.MappedTable.BeforeImage;
import io.convergence.schema.DataType;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceTable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the mappings make of one table or view of the source. Of one that is not selected only the first four facts are
 * given. Immutable and thread-safe.
 *
 * @param view whether {@link EvaluationOptions#views} says it is a view
 * @param decidedBy the rule that selects or excludes it; null if none is about it
 * @param schema its schema in the landing zone
 * @param name its name in the landing zone
 * @param columns all source columns, dropped ones too, in order
 * @param added columns that add-column rules append, in order, the change sequence among them
 * @param primaryKey the columns that tell rows apart, by their names in the files, in order; see {@link
 *     EvaluationOptions.DefinedKeys}
 * @param beforeImage how before-image columns are named; null if there are none
 * @param beforeImageColumns names of the before-image columns
 * @param filters which rows are read; empty for all
 * @param loadOrder tables with a higher number are loaded first; null if not given
 * @param parallelLoad how it is loaded in segments; null if not said
 * @param tags of its objects on S3
 * @param mapped the same for the reader; null if not selected or a name is computed
 */
public record TableEvaluation(
        SourceTable source,
        boolean view,
        boolean selected,
        @Nullable Rule decidedBy,
        TargetName schema,
        TargetName name,
        List<ColumnEvaluation> columns,
        List<Added> added,
        List<TargetName> primaryKey,
        @Nullable BeforeImage beforeImage,
        List<String> beforeImageColumns,
        List<Filter> filters,
        @Nullable Integer loadOrder,
        @Nullable ParallelLoad parallelLoad,
        List<PostProcessingRule.Tag> tags,
        @Nullable MappedTable mapped) {
    public TableEvaluation {
        requireNonNull(source, "source");
        requireNonNull(schema, "schema");
        requireNonNull(name, "name");
        columns = List.copyOf(columns);
        added = List.copyOf(added);
        primaryKey = List.copyOf(primaryKey);
        beforeImageColumns = List.copyOf(beforeImageColumns);
        filters = List.copyOf(filters);
        tags = List.copyOf(tags);
    }

    /**
     * What becomes of a source column.
     *
     * @param name its name in the files; that of the source if it is dropped
     * @param type its type in the files
     * @param dropped whether it is not written
     * @param mask how its values are hidden; null if they are not
     */
    public record ColumnEvaluation(
            SourceColumn source,
            TargetName name,
            DataType type,
            boolean dropped,
            @Nullable MaskingRule mask) {
        public ColumnEvaluation {
            requireNonNull(source, "source");
            requireNonNull(name, "name");
            requireNonNull(type, "type");
        }

        public boolean masked() {
            return mask != null;
        }
    }

    /**
     * A column that a rule adds.
     *
     * @param type null if the rule gives none that files can hold
     * @param expression null if the column stays empty
     */
    public record Added(
            String name, @Nullable DataType type, @Nullable String expression) {
        public Added {
            requireNonNull(name, "name");
        }

        /** Whether it holds {@link TransformationRule#CHANGE_SEQUENCE}. */
        public boolean changeSequence() {
            return expression != null && expression.trim().equals(TransformationRule.CHANGE_SEQUENCE);
        }
    }

    /** The rule that selects or excludes it; empty if none is about it. */
    public Optional<Rule> decision() {
        return Optional.ofNullable(decidedBy);
    }

    public Optional<ColumnEvaluation> column(String sourceName) {
        return columns.stream()
                .filter(column -> column.source().name().equals(sourceName))
                .findFirst();
    }
}
