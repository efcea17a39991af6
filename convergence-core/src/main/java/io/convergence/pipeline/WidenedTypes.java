package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.ledger.LedgerEntry;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Tells columns whose published type has become one that an Iceberg table could not take over in place (rule S15): it promotes int
 * to long, float to double, and a decimal to more digits of the same scale, and nothing else.
 */
final class WidenedTypes {
    private WidenedTypes() {}

    /**
     * @param before what was published before, if it goes on
     * @param nameNow of a column that was published under a name it has no more
     */
    static List<Finding> findings(Optional<LedgerEntry.Merge> before, TableSchema now, UnaryOperator<String> nameNow) {
        List<Finding> findings = new ArrayList<>();
        before.ifPresent(merge -> merge.schema()
                .columns()
                .forEach(was -> now.column(nameNow.apply(was.name()))
                        .filter(column -> !promotes(was.type(), column.type()))
                        .ifPresent(column -> findings.add(finding(now, was, column)))));
        return findings;
    }

    private static Finding finding(TableSchema table, Column was, Column now) {
        return Finding.info(
                "TYPE_NEEDS_REWRITE",
                table.table().toString(),
                "Column '" + now.name() + "' was published as " + was.type() + " and is " + now.type()
                        + " from now on. No value changes; an Iceberg table cannot change the type so, and would need"
                        + " a new column and a rewrite.",
                "Nothing to do for engines that read the Parquet files by the newest schema. Copies of the table"
                        + " elsewhere must be changed by hand.");
    }

    private static boolean promotes(DataType from, DataType to) {
        Shape was = Shape.of(from);
        Shape is = Shape.of(to);
        if (was == Shape.DECIMAL && is == Shape.DECIMAL) {
            return scale(from) == scale(to);
        }
        return was == is || (was == Shape.INT && is == Shape.LONG) || (was == Shape.FLOAT && is == Shape.DOUBLE);
    }

    private static int scale(DataType type) {
        return type.kind() == DataType.Kind.NUMERIC ? type.scale() : 0;
    }

    /** As Iceberg has it. */
    private enum Shape {
        BOOLEAN,
        INT,
        LONG,
        FLOAT,
        DOUBLE,
        DECIMAL,
        TEXT,
        BINARY,
        DATE,
        TIMESTAMP;

        static Shape of(DataType type) {
            return switch (type.kind()) {
                case BOOLEAN -> BOOLEAN;
                case INT1, INT2, INT4, UINT1, UINT2 -> INT;
                case INT8, UINT4 -> LONG;
                case UINT8, NUMERIC -> DECIMAL;
                case REAL4 -> FLOAT;
                case REAL8 -> DOUBLE;
                case STRING, WSTRING, CLOB, NCLOB, TIME -> TEXT;
                case BYTES, BLOB -> BINARY;
                case DATE -> DATE;
                case DATETIME -> TIMESTAMP;
            };
        }
    }
}
