package io.convergence.pipeline;

import io.convergence.TableId;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** A declared value as the published column holds it. */
final class DeclaredValue {
    private DeclaredValue() {}

    /** @throws PipelineException if the column cannot hold it */
    static @Nullable Object of(TableId table, Column column, @Nullable Object declared) {
        if (declared == null) {
            return null;
        }

        Object value = fitted(declared, column.type());
        if (!column.type().kind().valueClass().isInstance(value)) {
            throw refused(table, column, declared);
        }
        if (value instanceof BigDecimal decimal) {
            try {
                return decimal.setScale(column.type().scale());
            } catch (ArithmeticException e) {
                throw refused(table, column, declared);
            }
        }

        return value;
    }

    private static Object fitted(Object declared, DataType type) {
        Object value = declared instanceof Integer || declared instanceof Short || declared instanceof Byte
                ? (Object) ((Number) declared).longValue()
                : declared;
        Class<?> wanted = type.kind().valueClass();
        if (value instanceof Long number && wanted == BigDecimal.class) {
            return BigDecimal.valueOf(number);
        }
        if (value instanceof Long number && wanted == BigInteger.class) {
            return BigInteger.valueOf(number);
        }

        // DMS writes PostgreSQL's booleans as text.
        return value instanceof Boolean && wanted == String.class ? value.toString() : value;
    }

    private static PipelineException refused(TableId table, Column column, Object declared) {
        return new PipelineException(
                "Cannot take the declared default of column '" + column.name() + "' of table " + table + ": a "
                        + declared.getClass().getSimpleName() + " does not fit its type " + column.type()
                        + ". Give a " + column.type().kind().valueClass().getSimpleName() + " that it holds exactly.",
                null);
    }
}
