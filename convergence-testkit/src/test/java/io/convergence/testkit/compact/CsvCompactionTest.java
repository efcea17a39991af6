package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.RawSource;
import io.convergence.raw.TableTimeline;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import io.convergence.target.CsvForm;
import io.convergence.target.CsvLayout;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CSV files compact to Parquet with the declared types, and every cell keeps its state (rules S8, S18). */
class CsvCompactionTest {
    private static final Column ID = Column.required("id", DataType.parse("int8"));
    private static final Column NAME = Column.nullable("name", DataType.parse("string(20)"));
    private static final Column PRICE = Column.nullable("price", DataType.parse("numeric(10,2)"));
    private static final Column SEQ = Column.nullable("seq", DataType.string(50));
    private static final Column BEFORE = Column.nullable("bi_id", DataType.parse("int8"));
    private static final Column MORE = Column.nullable("more", DataType.parse("int4"));

    private final ObjectStore store = TypedFiles.memory();

    private static RowShape shape(Consumer<CsvForm.Builder> form, Column... columns) {
        return RowShape.plain()
                .withTimestampColumn("commit_ts")
                .withSequenceColumn("seq")
                .withBeforeImage("bi_", "")
                .withNullOnUpdate(Map.of("price", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL)
                .withSchema(new TableSchema(TestTable.ID, List.of(columns), List.of("id")))
                .withCsv(CsvForm.of(form));
    }

    private static Consumer<CsvForm.Builder> form(Column... columns) {
        List<Column> all = new ArrayList<>(List.of(columns));
        all.add(SEQ);
        all.add(BEFORE);
        return csv -> csv.nullValue("NULL").noSupValue("NOSUP").layout(new CsvLayout(all));
    }

    private String put(String name, String text) {
        String key = TestTable.RAW + name;
        store.put(key, text.getBytes(StandardCharsets.UTF_8), WriteCondition.ifAbsent());
        return key;
    }

    private static String change(int number, String op, String fields, String before) {
        return op + ",2026-03-01 09:59:" + String.format("%02d", number) + ".000001," + fields
                + ",202603010959" + String.format("%02d", number) + "00" + String.format("%019d", number) + ","
                + before + "\n";
    }

    private CompactionResult compact(RowShape shape) {
        CompactionOptions options = CompactionOptions.builder()
                .settled()
                .verification(CompactionOptions.Verification.VERIFY_ROWS)
                .build();
        Compactor compactor = Compactor.create(store, store, ledger(), "compacted/", options, new Random(1))
                .withShape(shape);
        TableTimeline timeline = new TestTable(store, shape).timeline();
        return compactor.execute(compactor.plan(timeline, ledger().snapshot()), CompactionListener.none());
    }

    private Ledger ledger() {
        return Ledger.open(store, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());
    }

    private Map<String, List<TestTable.Fact>> assertSameChanges(RowShape shape, int compacted) {
        var table = new TestTable(store, shape);
        TableTimeline timeline = table.timeline();
        assertThat(ledger().snapshot().compactedSources()).hasSize(compacted);
        var changes = table.changes(store, timeline, ledger().snapshot(), Set.of());
        assertThat(changes).isEqualTo(table.rawChanges(timeline));
        return changes;
    }

    private List<String> columns(CompactionResult result, int output) {
        ParquetReadOptions settings =
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
        ParquetInput input =
                ParquetInput.of(store, result.outputs().get(output).file().stat());
        try (ParquetFileReader reader = ParquetFooter.open(input, settings)) {
            return reader.getFileMetaData().getSchema().getFields().stream()
                    .map(Type::getName)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName(
            "S8, S18: present, null, unknown and absent cells of CSV files, loads and changes, come out as they went in")
    void everyCellKeepsItsState() {
        RowShape shape = shape(form(ID, NAME, PRICE), ID, NAME, PRICE);
        put("LOAD00000001.csv", "I,2026-03-01 09:00:00.000001,1,one,10.50,,\nI,2026-03-01 09:00:00.1,2,NULL,NULL,,\n");
        put("LOAD00000002.csv", "I,2026-03-01 09:00:00.123456789,3,\"a,\"\"b\"\"\",-0.01,,\n");
        put(
                "20260301-100000000.csv",
                change(10, "U", "1,NOSUP,NULL", "")
                        + change(11, "U", "2,,NOSUP", "")
                        + change(12, "D", "3,NULL,NULL", "")
                        + change(13, "D", "4,NOSUP,NOSUP", "")
                        + change(14, "D", "5,five,NULL", ""));
        put("20260301-100100000.csv", change(20, "U", "7,seven,1.00", "6") + change(21, "I", "8,NOSUP,0.00", ""));

        CompactionResult result = compact(shape);

        Map<String, List<TestTable.Fact>> changes = assertSameChanges(shape, 4);
        assertThat(result.outputs()).hasSize(2);
        assertThat(columns(result, 0)).containsExactly("commit_ts", "Op", "id", "name", "price", "bi_id");
        assertThat(columns(result, 1))
                .containsExactly("commit_ts", "Op", "seq", "id", "name", "price", "bi_id", "_convergence_cells");
        assertThat(changes.get(TestTable.RAW + "20260301-100000000.csv"))
                .extracting(TestTable.Fact::image)
                .containsExactly(
                        Map.of("id", "int8 not null 1", "name", "string(20) unknown", "price", "numeric(10,2) unknown"),
                        Map.of("id", "int8 not null 2", "name", "string(20) ", "price", "numeric(10,2) unknown"),
                        Map.of("id", "int8 not null 3"),
                        Map.of("id", "int8 not null 4"),
                        Map.of("id", "int8 not null 5", "name", "string(20) five", "price", "numeric(10,2) null"));
    }

    @Test
    @DisplayName(
            "S15, S18: rows of two widths in one file, and files of different widths, have the cells that they have")
    void rowsOfDifferentWidthsShareAFile() {
        RowShape shape = shape(
                csv -> csv.nullValue("NULL")
                        .layout(new CsvLayout(List.of(ID, NAME, SEQ, BEFORE)))
                        .layout(new CsvLayout(List.of(ID, NAME, MORE, SEQ, BEFORE))),
                ID,
                NAME);
        put("20260301-100000000.csv", change(10, "I", "1,one", "") + change(11, "I", "2,two", ""));
        put(
                "20260301-100100000.csv",
                change(20, "I", "3,three", "")
                        + change(21, "U", "4,four,44", "3")
                        + change(22, "I", "5,five,NULL", "")
                        + change(23, "I", "6,six", ""));
        put("20260301-100200000.csv", change(30, "I", "7,seven,77", ""));

        compact(shape);

        Map<String, List<TestTable.Fact>> changes = assertSameChanges(shape, 3);
        assertThat(changes.get(TestTable.RAW + "20260301-100100000.csv"))
                .extracting(fact -> fact.image().getOrDefault("more", "absent"))
                .containsExactly("absent", "int4 44", "int4 null", "absent");
    }

    static Stream<Column> types() {
        return Stream.of(
                        "boolean",
                        "int1",
                        "int2",
                        "int4",
                        "int8",
                        "uint1",
                        "uint2",
                        "uint4",
                        "uint8",
                        "numeric(9,2)",
                        "numeric(18,0)",
                        "numeric(38,10)",
                        "real4",
                        "real8",
                        "string(30)",
                        "nclob",
                        "bytes(4)",
                        "blob",
                        "date",
                        "time(3)",
                        "time(6)",
                        "time(9)",
                        "datetime(0)",
                        "datetime(3)",
                        "datetime(6)",
                        "datetime(9)")
                .map(type -> Column.nullable("c", DataType.parse(type)));
    }

    private static List<String> values(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> List.of("true", "0");
            case INT1 -> List.of("-128", "127");
            case INT2 -> List.of("-32768", "32767");
            case INT4 -> List.of("-2147483648", "2147483647");
            case INT8 -> List.of("-9223372036854775808", "9223372036854775807");
            case UINT1 -> List.of("0", "255");
            case UINT2 -> List.of("0", "65535");
            case UINT4 -> List.of("0", "4294967295");
            case UINT8 -> List.of("0", "18446744073709551615");
            case NUMERIC ->
                type.precision() == 9 ? List.of("-9999999.99", "0.01") : List.of("-999999999999999999", "12345678901");
            case REAL4 -> List.of("1.5", "-0.1");
            case REAL8 -> List.of("1e-300", "-0.1");
            case STRING, WSTRING, CLOB, NCLOB -> List.of("ünïcode", "\"\"");
            case BYTES, BLOB -> List.of("01ff", "00");
            case DATE -> List.of("0001-01-01", "9999-12-31");
            case TIME -> List.of("00:00:00", "23:59:59" + fraction(type.scale()));
            case DATETIME -> List.of("0001-01-01 00:00:00", "9999-12-31 23:59:59" + fraction(type.scale()));
        };
    }

    private static String fraction(int digits) {
        return digits == 0 ? "" : "." + "9".repeat(digits);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("types")
    @DisplayName("S18: values of every type come out as they went in, those at the ends of their range too")
    void everyTypeIsKept(Column column) {
        RowShape shape = shape(form(ID, column), ID, column);
        var rows = new StringBuilder(change(10, "I", "1,NULL", ""));
        for (String value : values(column.type())) {
            rows.append(change(11, "I", "2," + value, ""));
        }
        put("20260301-100000000.csv", rows.toString());
        put("20260301-100100000.csv", change(20, "I", "3,NOSUP", ""));

        compact(shape);

        assertSameChanges(shape, 2);
    }

    @Test
    @DisplayName("S8: a CSV file with a faulty row is left alone, its rows before the fault too, and a finding says so")
    void aFileWithAFaultIsLeftAlone() {
        RowShape shape = shape(form(ID, NAME), ID, NAME);
        put("20260301-100000000.csv", change(10, "I", "1,one", ""));
        String faulty = put("20260301-100100000.csv", change(20, "I", "2,two", "") + change(21, "I", "2", ""));
        put("20260301-100200000.csv", change(30, "I", "3,three", ""));
        put("20260301-100300000.csv", change(40, "I", "4,four", ""));
        var table = new TestTable(store, shape);
        TableTimeline timeline = table.timelineOf(Map.of(faulty, 2L));
        CompactionOptions options = CompactionOptions.builder().settled().build();
        Compactor compactor = Compactor.create(store, store, ledger(), "compacted/", options, new Random(1))
                .withShape(shape);

        CompactionResult result =
                compactor.execute(compactor.plan(timeline, ledger().snapshot()), CompactionListener.none());

        assertThat(result.outputs())
                .as("files stay in order")
                .extracting(output -> output.sources().size())
                .containsExactly(1, 2);
        assertThat(result.filesBefore()).isEqualTo(3);
        assertThat(ledger().snapshot().compactedSources())
                .extracting(RawSource::key)
                .doesNotContain(faulty);
        assertThat(result.findings()).extracting(Finding::code).containsExactly("CSV_LEFT_ALONE");
        assertThat(result.findings().get(0).path()).isEqualTo(faulty);
        assertThat(result.findings().get(0).message()).contains("row 1").contains("layout");
    }

    @Test
    @DisplayName("S15: a CSV file whose rows change their width all the time is left alone")
    void aFileOfTwoTablesIsLeftAlone() {
        RowShape shape = shape(
                csv -> csv.nullValue("NULL")
                        .layout(new CsvLayout(List.of(ID, NAME, SEQ, BEFORE)))
                        .layout(new CsvLayout(List.of(ID, NAME, MORE, SEQ, BEFORE))),
                ID,
                NAME);
        put("20260301-100000000.csv", change(10, "I", "1,one", ""));
        put("20260301-100100000.csv", (change(20, "I", "2,two", "") + change(21, "I", "3,three,33", "")).repeat(51));
        put("20260301-100200000.csv", change(30, "I", "4,four", ""));

        CompactionResult result = compact(shape);

        assertThat(result.findings()).extracting(Finding::code).containsExactly("CSV_LEFT_ALONE");
        assertThat(result.findings().get(0).message())
                .isEqualTo("It stays as it is: it is CSV whose rows change their columns more than 100 times.");
        assertSameChanges(shape, 2);
    }

    @Test
    @DisplayName("S15: CSV whose columns have no declared types is not planned, so that no type is made up")
    void undeclaredCsvIsNotPlanned() {
        RowShape shape = RowShape.plain().withCsv(CsvForm.of(csv -> csv.undeclaredAsText()));
        put("20260301-100000000.csv", "I,1,one\n");
        put("20260301-100100000.csv", "I,2,two\n");
        Compactor compactor = Compactor.create(
                        store,
                        store,
                        ledger(),
                        "compacted/",
                        CompactionOptions.builder().settled().build(),
                        new Random(1))
                .withShape(shape);

        CompactionPlan plan = compactor.plan(new TestTable(store, shape).timeline(), ledger().snapshot());

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.findings()).extracting(Finding::code).containsExactly("CSV_NOT_COMPACTED");
    }

    @Test
    @DisplayName("S18: CSV, gzip and Parquet files of one table share an output")
    void formatsShareAnOutput() {
        RowShape shape = RowShape.plain()
                .withSchema(new TableSchema(TestTable.ID, List.of(ID, NAME), List.of("id")))
                .withCsv(CsvForm.of(csv -> csv.nullValue("NULL")));
        new TypedFiles(store)
                .put("optional binary name (UTF8);", List.of("one"), (row, value) -> row.add("name", value));
        put("20260301-110000000.csv", "I,2,two\nU,2,NULL\n");
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write("I,3,three\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store.put(TestTable.RAW + "20260301-120000000.csv.gz", bytes.toByteArray(), WriteCondition.ifAbsent());

        CompactionResult result = compact(shape);

        assertThat(result.outputs()).hasSize(1);
        assertThat(columns(result, 0)).containsExactly("Op", "id", "name");
        assertSameChanges(shape, 3);
    }
}
