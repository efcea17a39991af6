package io.convergence.judges.spark;

import io.convergence.judges.JudgeCase;
import io.convergence.judges.JudgeColumn;
import io.convergence.judges.Row;
import io.convergence.judges.ValueRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Spark in this process. A file is one partition, so its rows come in file order, which {@code order-shuffled} proves. */
final class SparkEngine implements AutoCloseable {
    private final SparkSession spark;

    SparkEngine(Path folder) {
        spark = SparkSession.builder()
                .master("local[2]")
                .appName("convergence-judge")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "2")
                .config("spark.sql.warehouse.dir", folder.toUri().toString())
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.datetime.java8API.enabled", "true")
                // Our files count days as the standard says; by default Spark refuses dates before 1582 that it did not
                // write.
                .config("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED")
                .config("spark.sql.parquet.int96RebaseModeInRead", "CORRECTED")
                .config("spark.sql.files.minPartitionNum", "1")
                .config("spark.sql.files.maxPartitionBytes", "1g")
                .getOrCreate();
    }

    /** Which of Spark's two Parquet readers reads. */
    enum Reader {
        ROW,
        VECTORS
    }

    /** The columns of a file with the types Spark gives them, without those it cannot read. */
    StructType inferred(Path file, Set<String> unreadable) {
        var configuration = spark.sessionState().newHadoopConf();
        MessageType schema;
        try (var reader = ParquetFileReader.open(
                HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(file.toUri()), configuration))) {
            schema = reader.getFileMetaData().getSchema();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the footer of '" + file + "'.", e);
        }

        MessageType readable = new MessageType(
                schema.getName(),
                schema.getFields().stream()
                        .filter(field -> !unreadable.contains(field.getName()))
                        .toList());
        return new ParquetToSparkSchemaConverter(spark.sessionState().conf()).convert(readable);
    }

    /** The rows of all files of the case, file after file; a column that a file lacks is null in its rows. */
    List<Row> rows(JudgeCase judged, List<JudgeColumn> columns, Set<String> unreadable, Reader reader) {
        return rows(judged, columns, unreadable, reader, null);
    }

    /** Those of the rows that are within a range; of all rows if there is none. */
    List<Row> rows(
            JudgeCase judged,
            List<JudgeColumn> columns,
            Set<String> unreadable,
            Reader reader,
            @Nullable ValueRange range) {
        spark.conf().set("spark.sql.parquet.enableVectorizedReader", String.valueOf(reader == Reader.VECTORS));
        List<Row> rows = new ArrayList<>();
        for (Path file : judged.files()) {
            StructType schema = inferred(file, unreadable);
            Dataset<org.apache.spark.sql.Row> data =
                    spark.read().schema(schema).parquet(file.toUri().toString());
            if (range != null) {
                String name = range.column().name();
                data = data.where(range.sql(
                        '`' + name + '`', schema.apply(name).dataType().sql()));
            }
            int partitions = data.toJavaRDD().getNumPartitions();
            if (partitions != 1) {
                throw new IllegalStateException("Cannot judge the order of '" + file + "': Spark reads it in "
                        + partitions + " partitions. Raise spark.sql.files.maxPartitionBytes.");
            }

            for (org.apache.spark.sql.Row row : data.collectAsList()) {
                rows.add(row(row, schema, columns));
            }
        }
        return rows;
    }

    private static Row row(org.apache.spark.sql.Row row, StructType schema, List<JudgeColumn> columns) {
        List<@Nullable Object> cells = new ArrayList<>(columns.size());
        for (JudgeColumn column : columns) {
            int index = schema.getFieldIndex(column.name()).isDefined() ? schema.fieldIndex(column.name()) : -1;
            cells.add(index < 0 ? null : SparkTypes.cell(row.get(index), column.type()));
        }
        return new Row(cells);
    }

    /** In words, each column whose type is not the one the case names. */
    List<String> wrongTypes(JudgeCase judged, Set<String> unreadable) {
        var types = Stream.concat(judged.columns().stream(), judged.typedOnly().stream())
                .collect(Collectors.toMap(JudgeColumn::name, JudgeColumn::type));
        List<String> wrong = new ArrayList<>();
        for (Path file : judged.files()) {
            for (StructField field : inferred(file, unreadable).fields()) {
                var type = types.get(field.name());
                if (type == null) {
                    wrong.add(file + ": column '" + field.name() + "' is not expected");
                } else if (!SparkTypes.inferred(type).contains(field.dataType())) {
                    wrong.add(file + ": column '" + field.name() + "' " + type + " is "
                            + field.dataType().simpleString());
                }
            }
        }
        return wrong;
    }

    @Override
    public void close() {
        spark.stop();
    }
}
