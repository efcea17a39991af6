package io.convergence.testkit.dms;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Computes SQLite expressions. An interface, so that its users load without the optional library. Used by one thread at a time. */
interface ExpressionEngine extends AutoCloseable {
    /** How a result is wanted. */
    enum Result {
        /** As SQLite's own type: a Long, Double, String or byte[]. */
        TYPED,
        /** As the text SQLite makes of it. */
        TEXT
    }

    /** An expression that was found harmless. */
    interface Compiled {
        /**
         * Computes the value; null for SQL's null.
         *
         * @param values what the names in the expression stand for, by the names without their sign: Long, Double, String,
         *     byte[] or null
         * @param operation what {@code operation_indicator} tells apart
         * @throws ExpressionException if it has no value
         */
        @Nullable
        Object value(Map<String, @Nullable Object> values, RowOperation operation);
    }

    /**
     * Makes an expression ready.
     *
     * @throws ExpressionException if it is not one expression of what DMS documents
     */
    Compiled compile(String expression, Result result);

    @Override
    void close();
}
