package io.convergence.audit;

import io.convergence.target.RowShape;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * DMS's own columns of a table, recognised by what they hold where nobody names them. Immutable.
 *
 * @param timestampColumn the first column after {@code Op} if all its values have the form of {@code TimestampColumnName}
 * @param sequenceColumn the text column whose filled values are all change sequences of 35 digits
 * @param beforeImagePrefix what stands before a source column's name in columns that are empty in every insert and filled
 *     in an update, or whose prefix says so (before, old, prev, bi)
 * @param beforeImageSuffix like the prefix, behind the name; both are null or neither
 */
public record DmsColumns(
        @Nullable String timestampColumn,
        @Nullable String sequenceColumn,
        @Nullable String beforeImagePrefix,
        @Nullable String beforeImageSuffix) {
    static final DmsColumns NONE = new DmsColumns(null, null, null, null);

    public Optional<String> timestamp() {
        return Optional.ofNullable(timestampColumn);
    }

    public Optional<String> sequence() {
        return Optional.ofNullable(sequenceColumn);
    }

    public Optional<String> beforePrefix() {
        return Optional.ofNullable(beforeImagePrefix);
    }

    public Optional<String> beforeSuffix() {
        return Optional.ofNullable(beforeImageSuffix);
    }

    /** The shape with what it leaves open taken from here. */
    RowShape complete(RowShape declared) {
        RowShape shape = declared;
        if (shape.timestampColumn() == null && timestampColumn != null) {
            shape = shape.withTimestampColumn(timestampColumn);
        }
        if (shape.sequenceColumn() == null && sequenceColumn != null) {
            shape = shape.withSequenceColumn(sequenceColumn);
        }
        if (shape.beforeImagePrefix() == null && beforeImagePrefix != null && beforeImageSuffix != null) {
            shape = shape.withBeforeImage(beforeImagePrefix, beforeImageSuffix);
        }
        return shape;
    }

    static DmsColumns of(RowShape shape) {
        return new DmsColumns(
                shape.timestampColumn(), shape.sequenceColumn(), shape.beforeImagePrefix(), shape.beforeImageSuffix());
    }
}
