package io.convergence.testkit.dms;

import io.convergence.schema.Column;
import io.convergence.testkit.dms.ParquetColumn.TimestampUnit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parquet files in DMS's shape, for tests in other packages. */
public final class DmsShape {
    private static final ParquetOptions OPTIONS = new ParquetOptions(
            2,
            ParquetOptions.Values.RLE_DICTIONARY,
            ParquetOptions.Codec.UNCOMPRESSED,
            ParquetOptions.Statistics.WRITTEN,
            1 << 20,
            1 << 20,
            10_000);

    private DmsShape() {}

    /** @param columns a required one is text, as DMS's timestamp column is */
    public static byte[] write(List<Column> columns, List<@Nullable Object[]> rows) {
        List<ParquetColumn> declared = columns.stream()
                .map(column -> column.nullable()
                        ? ParquetColumn.optional(column.name(), column.type(), TimestampUnit.MICROS)
                        : ParquetColumn.requiredText(column.name()))
                .toList();
        List<Object[]> plain = rows.stream()
                .map(row -> Arrays.stream(row)
                        .map(value -> value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : value)
                        .toArray())
                .toList();
        try {
            return ParquetBytes.write(declared, OPTIONS, plain).content();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
