package io.convergence.benchmarks.orders;

import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.apache.parquet.schema.Types.PrimitiveBuilder;

/** A column of a file of orders; all are optional, as DMS writes them. */
record OrderColumn(PrimitiveType type, Cell cell) {
    /** Bytes of a {@code DECIMAL(15,2)} as DMS stores it. */
    private static final int DECIMAL_BYTES = 7;

    interface Cell {
        void write(ColumnWriter writer, Order order);
    }

    private static final List<OrderColumn> ALL = List.of(
            text("Op", (writer, order) -> writer.write(order.operation, 0, 1)),
            text("dms_ts", (writer, order) -> writer.write(order.commitTime, 0, 1)),
            of("o_orderkey", PrimitiveTypeName.INT64, (writer, order) -> writer.write(order.key, 0, 1)),
            of("o_custkey", PrimitiveTypeName.INT64, (writer, order) -> writer.write(order.customer, 0, 1)),
            text("o_orderstatus", (writer, order) -> writer.write(order.status, 0, 1)),
            new OrderColumn(
                    optional(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                            .length(DECIMAL_BYTES)
                            .as(decimalType(2, 15))
                            .named("o_totalprice"),
                    (writer, order) -> writer.write(decimal(order.cents), 0, 1)),
            new OrderColumn(
                    optional(PrimitiveTypeName.INT32).as(dateType()).named("o_orderdate"),
                    (writer, order) -> writer.write(order.day, 0, 1)),
            new OrderColumn(
                    optional(PrimitiveTypeName.INT64)
                            .as(timestampType(true, TimeUnit.MICROS))
                            .named("o_updated"),
                    (writer, order) -> writer.write(order.updated, 0, 1)),
            text("o_orderpriority", (writer, order) -> writer.write(order.priority, 0, 1)),
            text(
                    "o_clerk",
                    (writer, order) -> writer.write(
                            Binary.fromString(String.format(Locale.ROOT, "Clerk#%09d", order.clerk)), 0, 1)),
            of("o_shippriority", PrimitiveTypeName.INT32, (writer, order) -> writer.write(0, 0, 1)),
            of("o_quantity", PrimitiveTypeName.INT32, (writer, order) -> writer.write(order.quantity, 0, 1)),
            text("o_comment", OrderColumn::comment));

    /** The 13 columns. */
    static List<OrderColumn> all() {
        return ALL;
    }

    /**
     * The columns of a mix.
     *
     * @param mix names in order, separated by commas; {@code *n} after one gives n columns of its kind; {@code all} for all
     */
    static List<OrderColumn> mix(String mix) {
        if (mix.equals("all")) {
            return ALL;
        }

        List<OrderColumn> columns = new ArrayList<>();
        for (String part : mix.split(",")) {
            int star = part.indexOf('*');
            OrderColumn column = named(star < 0 ? part : part.substring(0, star));
            int times = star < 0 ? 1 : Integer.parseInt(part.substring(star + 1));
            columns.add(column);
            for (int i = 2; i <= times; i++) {
                columns.add(column.renamed(column.type().getName() + "_" + i));
            }
        }

        return columns;
    }

    private static OrderColumn named(String name) {
        return ALL.stream()
                .filter(column -> column.type().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Cannot mix column '" + name + "': there are "
                        + ALL.stream().map(column -> column.type().getName()).toList() + "."));
    }

    private OrderColumn renamed(String name) {
        PrimitiveBuilder<PrimitiveType> builder = optional(type.getPrimitiveTypeName());
        return new OrderColumn(
                builder.length(type.getTypeLength())
                        .as(type.getLogicalTypeAnnotation())
                        .named(name),
                cell);
    }

    private static OrderColumn of(String name, PrimitiveTypeName type, Cell cell) {
        return new OrderColumn(optional(type).named(name), cell);
    }

    private static OrderColumn text(String name, Cell cell) {
        return new OrderColumn(
                optional(PrimitiveTypeName.BINARY).as(stringType()).named(name), cell);
    }

    private static PrimitiveBuilder<PrimitiveType> optional(PrimitiveTypeName type) {
        return Types.optional(type);
    }

    private static Binary decimal(long unscaled) {
        byte[] bytes = new byte[DECIMAL_BYTES];
        long rest = unscaled;
        for (int i = DECIMAL_BYTES - 1; i >= 0; i--) {
            bytes[i] = (byte) rest;
            rest >>= 8;
        }

        return Binary.fromConstantByteArray(bytes);
    }

    private static void comment(ColumnWriter writer, Order order) {
        if (order.hasComment()) {
            writer.write(order.comment(), 0, 1);
        } else {
            writer.writeNull(0, 0);
        }
    }
}
