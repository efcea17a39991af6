package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.mapping.Expression;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the expression of an add-column rule yields for a row (DMS guide, "Using transformation rule expressions"). */
sealed interface AddedValue {
    /** The values of a row's source columns as SQLite knows them. */
    @FunctionalInterface
    interface Columns {
        @Nullable
        Object value(String column);
    }

    /**
     * The value: text, Long, Double, byte[], or null for SQL's null.
     *
     * @throws ExpressionException if it has none
     */
    @Nullable
    Object of(RowHeader header, Columns columns);

    /** A rule without an expression: the column stays empty. */
    record Empty() implements AddedValue {
        @Override
        public @Nullable Object of(RowHeader header, Columns columns) {
            return null;
        }
    }

    /** A text in quotes. */
    record Constant(String text) implements AddedValue {
        @Override
        public Object of(RowHeader header, Columns columns) {
            return text;
        }
    }

    /** One fact about the change or the source object. */
    record Header(String name, TableId source) implements AddedValue {
        @Override
        public Object of(RowHeader header, Columns columns) {
            return value(name, header, source)
                    .orElseThrow(() -> new ExpressionException("the stand-in knows no $" + name));
        }

        static Optional<String> value(String name, RowHeader header, TableId source) {
            return switch (name) {
                case "AR_H_CHANGE_SEQ" -> Optional.of(header.sequence());
                case "AR_H_STREAM_POSITION" -> Optional.of(header.streamPosition());
                case "AR_H_TIMESTAMP", "AR_H_COMMIT_TIMESTAMP" -> Optional.of(TableShape.timestampText(header.time()));
                case "AR_H_OPERATION" -> Optional.of(header.operation().word());
                // Of PostgreSQL's log nobody learns who made a change.
                case "AR_H_USER" -> Optional.of("");
                case "AR_M_SOURCE_SCHEMA" -> Optional.of(source.schema());
                case "AR_M_SOURCE_TABLE_NAME" -> Optional.of(source.name());
                default -> Optional.empty();
            };
        }
    }

    /** Anything else, computed by SQLite. */
    record Computed(Expression expression, ExpressionEngine.Compiled compiled, TableId source) implements AddedValue {
        @Override
        public @Nullable Object of(RowHeader header, Columns columns) {
            Map<String, @Nullable Object> values = new HashMap<>();
            expression.columns().forEach(column -> values.put(column, columns.value(column)));
            expression
                    .headers()
                    .forEach(name -> Header.value(name, header, source).ifPresent(value -> values.put(name, value)));
            return compiled.value(values, header.operation());
        }
    }
}
