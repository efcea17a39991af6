package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.schema.DataType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** A column that an {@code add-column} rule adds (DMS guide, "Using transformation rule expressions"). */
record AddedColumn(String name, Expression expression, String constant) {
    /** The expressions the stand-in computes. */
    enum Expression {
        CHANGE_SEQUENCE,
        STREAM_POSITION,
        CHANGE_TIMESTAMP,
        COMMIT_TIMESTAMP,
        OPERATION,
        SOURCE_SCHEMA,
        SOURCE_TABLE,
        CONSTANT
    }

    /** @throws StandInException if the stand-in does not compute the expression */
    static AddedColumn parse(String name, String expression) {
        String text = expression.trim();
        if (text.length() >= 2 && text.startsWith("'") && text.endsWith("'")) {
            return new AddedColumn(
                    name,
                    Expression.CONSTANT,
                    text.substring(1, text.length() - 1).replace("''", "'"));
        }

        Expression known = switch (text.toUpperCase(Locale.ROOT)) {
            case "$AR_H_CHANGE_SEQ" -> Expression.CHANGE_SEQUENCE;
            case "$AR_H_STREAM_POSITION" -> Expression.STREAM_POSITION;
            case "$AR_H_TIMESTAMP" -> Expression.CHANGE_TIMESTAMP;
            case "$AR_H_COMMIT_TIMESTAMP" -> Expression.COMMIT_TIMESTAMP;
            case "$AR_H_OPERATION" -> Expression.OPERATION;
            case "$AR_M_SOURCE_SCHEMA" -> Expression.SOURCE_SCHEMA;
            case "$AR_M_SOURCE_TABLE_NAME" -> Expression.SOURCE_TABLE;
            default ->
                throw new StandInException(
                        "Cannot compute column '" + name + "': the stand-in does not know the expression '"
                                + expression
                                + "'. Use one of $AR_H_CHANGE_SEQ, $AR_H_STREAM_POSITION, $AR_H_TIMESTAMP, "
                                + "$AR_H_COMMIT_TIMESTAMP, $AR_H_OPERATION, $AR_M_SOURCE_SCHEMA, $AR_M_SOURCE_TABLE_NAME or a text in quotes.");
        };
        return new AddedColumn(name, known, "");
    }

    ParquetColumn column(ParquetColumn.TimestampUnit unit) {
        return switch (expression) {
            case CHANGE_TIMESTAMP, COMMIT_TIMESTAMP ->
                ParquetColumn.optional(name, DataType.of(DataType.Kind.DATETIME), unit);
            case CHANGE_SEQUENCE, STREAM_POSITION, OPERATION, SOURCE_SCHEMA, SOURCE_TABLE, CONSTANT ->
                ParquetColumn.optionalText(name);
        };
    }

    Object value(RowHeader header, TableId source, ParquetColumn.TimestampUnit unit) {
        return switch (expression) {
            case CHANGE_SEQUENCE -> CellConverter.utf8(header.sequence());
            case STREAM_POSITION -> CellConverter.utf8(header.streamPosition());
            case CHANGE_TIMESTAMP, COMMIT_TIMESTAMP -> timestamp(header.time(), unit);
            case OPERATION -> CellConverter.utf8(header.operation().word());
            case SOURCE_SCHEMA -> CellConverter.utf8(source.schema());
            case SOURCE_TABLE -> CellConverter.utf8(source.name());
            case CONSTANT -> CellConverter.utf8(constant);
        };
    }

    private static long timestamp(Instant time, ParquetColumn.TimestampUnit unit) {
        return switch (unit) {
            case MILLIS -> time.toEpochMilli();
            case MICROS -> ChronoUnit.MICROS.between(Instant.EPOCH, time);
        };
    }
}
