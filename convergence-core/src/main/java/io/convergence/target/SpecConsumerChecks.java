package io.convergence.target;

import io.convergence.mapping.MappedTable;
import io.convergence.schema.DataType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Whether those who read DMS's Parquet files themselves can read the columns. Seen with Trino 406, which stands in for
 * Athena, and with Spark 3.5; what the library writes has none of these types.
 */
final class SpecConsumerChecks {
    private static final Map<RawConsumer, Map<DataType.Kind, String>> UNREADABLE = new EnumMap<>(Map.of(
            RawConsumer.LIBRARY, Map.of(),
            RawConsumer.ATHENA,
                    new EnumMap<>(Map.of(
                            DataType.Kind.TIME,
                            "Athena's tables have no type for times of day",
                            DataType.Kind.UINT4,
                            "Athena takes values from 2^31 for negative numbers",
                            DataType.Kind.UINT8,
                            "Athena has no type that holds them")),
            RawConsumer.SPARK,
                    Map.of(
                            DataType.Kind.TIME,
                            "Spark 3.5 refuses the whole file (\"Illegal Parquet type: INT32 (TIME(MILLIS,true))\")")));

    private SpecConsumerChecks() {}

    static void check(SpecContext spec) {
        if (spec.writesCsv()) {
            return;
        }

        Map<DataType.Kind, String> unreadable =
                UNREADABLE.getOrDefault(spec.parts().consumer(), Map.of());
        for (MappedTable table : spec.mapped()) {
            unreadable.forEach((kind, why) -> {
                List<String> columns = table.schema().columns().stream()
                        .filter(column -> column.type().kind() == kind)
                        .map(column -> column.name())
                        .toList();
                if (!columns.isEmpty()) {
                    spec.warning(
                            "COLUMNS_NOT_READABLE",
                            SpecContext.path(table),
                            "Columns " + columns + " of " + table.source().id() + ": " + why + ".",
                            "Change the type by a change-data-type rule, remove the columns, or let the consumer read what this library writes.");
                }
            });
        }
    }
}
