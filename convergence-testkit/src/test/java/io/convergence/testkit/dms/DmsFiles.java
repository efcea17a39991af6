package io.convergence.testkit.dms;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.Type;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.OriginalType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type.Repetition;

/** The stand-in's Parquet writer for tests of other packages: any columns it can declare, its settings at random. */
public final class DmsFiles {
    private DmsFiles() {}

    /**
     * @param schema flat
     * @param rows cells as parquet-java's Group holds them
     * @return empty if DMS could not declare one of the columns
     */
    public static Optional<byte[]> write(MessageType schema, List<Object[]> rows, Random random) {
        List<ParquetColumn> columns = new ArrayList<>();
        for (org.apache.parquet.schema.Type field : schema.getFields()) {
            Optional<ParquetColumn> column = column(field.asPrimitiveType());
            if (column.isEmpty()) {
                return Optional.empty();
            }
            columns.add(column.get());
        }

        var options = new ParquetOptions(
                1 + random.nextInt(2),
                random.nextInt(3) > 0 ? ParquetOptions.Values.PLAIN : ParquetOptions.Values.values()[random.nextInt(3)],
                random.nextBoolean() ? ParquetOptions.Codec.UNCOMPRESSED : ParquetOptions.Codec.GZIP,
                random.nextInt(3) == 0 ? ParquetOptions.Statistics.LEFT_OUT : ParquetOptions.Statistics.WRITTEN,
                random.nextBoolean() ? 1 << 20 : 1 + random.nextInt(300),
                random.nextBoolean() ? 1 << 20 : 1 + random.nextInt(2000),
                random.nextBoolean() ? 10_000 : 1 + random.nextInt(300));
        var out = new ByteArrayOutputStream();
        try {
            var writer = new DmsParquetWriter(columns, options, out);
            for (Object[] row : rows) {
                Object[] cells = new Object[row.length];
                for (int i = 0; i < row.length; i++) {
                    cells[i] = row[i] instanceof Binary bytes ? bytes.getBytes() : row[i];
                }
                writer.write(cells);
            }
            writer.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return Optional.of(out.toByteArray());
    }

    private static Optional<ParquetColumn> column(PrimitiveType type) {
        if (type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.INT96) {
            return Optional.empty();
        }

        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        OriginalType legacy = annotation == null ? null : annotation.toOriginalType();
        if (annotation != null && legacy == null) {
            return Optional.empty();
        }

        boolean decimal = annotation instanceof DecimalLogicalTypeAnnotation;
        return Optional.of(new ParquetColumn(
                type.getName(),
                physical(type.getPrimitiveTypeName()),
                legacy == null ? null : ConvertedType.valueOf(legacy.name()),
                type.getTypeLength(),
                decimal ? ((DecimalLogicalTypeAnnotation) annotation).getPrecision() : 0,
                decimal ? ((DecimalLogicalTypeAnnotation) annotation).getScale() : 0,
                type.isRepetition(Repetition.REQUIRED)));
    }

    private static Type physical(PrimitiveType.PrimitiveTypeName name) {
        return name == PrimitiveType.PrimitiveTypeName.BINARY ? Type.BYTE_ARRAY : Type.valueOf(name.name());
    }
}
