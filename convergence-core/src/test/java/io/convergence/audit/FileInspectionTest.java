package io.convergence.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.change.Operation;
import io.convergence.change.ParquetFacts;
import io.convergence.change.ParquetFixture;
import io.convergence.change.Provenance;
import io.convergence.change.SourceSpan;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import io.convergence.target.RowShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;

class FileInspectionTest {
    private static final Instant COMMIT = Instant.parse("2024-06-12T10:30:27.362108Z");
    private static final Instant STORED = Instant.parse("2024-06-12T10:31:28Z");
    private static final String KEY = "public/orders/20240612-103127400.parquet";

    private final DmsFiles files = new DmsFiles();

    @Test
    void rawFileIsDescribedByItsFooterAndItsRows() {
        byte[] file = DmsFiles.changes(
                DmsFiles.change("I", COMMIT, 61, 1, "a"),
                DmsFiles.change("U", COMMIT.plusSeconds(1), 65, 1, "b"),
                DmsFiles.change("D", COMMIT.plusSeconds(2), 69, 1, null));

        FileInspection inspection = inspect(KEY, file);

        ParquetFacts footer = inspection.parquet().orElseThrow();
        assertThat(footer.createdBy()).isEqualTo("AWS");
        assertThat(footer.version()).isEqualTo(2);
        assertThat(footer.pageVersion()).isEqualTo(1);
        assertThat(footer.fields().get(1))
                .isEqualTo(new ParquetFacts.Field(
                        "ts",
                        "BYTE_ARRAY",
                        "STRING",
                        "REQUIRED",
                        DataType.of(DataType.Kind.STRING),
                        "2024-06-12 10:30:27.362108",
                        "2024-06-12 10:30:29.362108",
                        0L));
        assertThat(footer.field("before_id").orElseThrow().nullCount()).hasValue(3);
        assertThat(footer.rowGroups()).singleElement().satisfies(group -> {
            assertThat(group.rows()).isEqualTo(3);
            assertThat(group.codecs()).containsExactly("UNCOMPRESSED");
            assertThat(group.encodings()).contains("PLAIN");
            assertThat(group.statistics()).isEqualTo(6);
        });
        assertThat(inspection.columns()).isEqualTo(new DmsColumns("ts", "seq", "before_", ""));
        RowFacts rows = inspection.rowFacts().orElseThrow();
        assertThat(rows.count(Operation.INSERT)).isEqualTo(1);
        assertThat(rows.count(Operation.DELETE)).isEqualTo(1);
        assertThat(rows.first()).contains(DmsFiles.sequence(COMMIT, 61));
        assertThat(rows.sequenceRises()).isTrue();
        assertThat(rows.smallest()).contains(COMMIT);
        assertThat(rows.largest()).contains(COMMIT.plusSeconds(2));
        assertThat(rows.keyOnlyDeletes()).hasValue(1);
        assertThat(rows.columns()).extracting(ColumnFacts::name).containsExactly("id", "note");
        assertThat(inspection.complete()).isTrue();
        assertThat(codes(inspection)).containsExactly("KEY_ONLY_DELETES");
    }

    @Test
    void codecAndPageVersionAreTold() {
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); optional int64 id;")
                .with(builder -> builder.withCompressionCodec(CompressionCodecName.GZIP)
                        .withDictionaryEncoding(false)
                        .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_2_0))
                .write(DmsFiles.rows(5000, i -> row -> row.append("Op", "I").append("id", 7L)));

        FileInspection inspection = inspect(KEY, file);

        ParquetFacts footer = inspection.parquet().orElseThrow();
        assertThat(footer.pageVersion()).isEqualTo(2);
        assertThat(footer.rowGroups().get(0).codecs()).containsExactly("GZIP");
        assertThat(footer.plainBytes()).isGreaterThan(footer.bytes());
        assertThat(codes(inspection)).contains("NOT_WRITTEN_BY_DMS");
    }

    @Test
    void odditiesAreFound() {
        byte[] file = DmsFiles.dms(ParquetFixture.of(
                        "optional binary Op (UTF8); optional int64 id; optional binary flag (UTF8); optional double rate;"
                                + " optional int64 at (TIMESTAMP_MILLIS); optional binary lob (UTF8);")
                .write(
                        row -> row.append("Op", "I")
                                .append("id", 1L)
                                .append("flag", "true")
                                .append("rate", Double.NaN)
                                .append("at", 1L),
                        row -> row.append("Op", "I")
                                .append("id", 2L)
                                .append("flag", "false")
                                .append("rate", 1.5)
                                .append("at", 2L),
                        row -> row.append("Op", "I")));

        FileInspection inspection = inspect(KEY, file);

        assertThat(codes(inspection))
                .containsExactlyInAnyOrder(
                        "MILLISECOND_TIMESTAMPS", "EMPTY_ROWS", "BOOLEANS_AS_TEXT", "COLUMN_ALL_NULL", "NAN_VALUES");
        assertThat(finding(inspection, "COLUMN_ALL_NULL").message()).contains("[lob]");
        assertThat(finding(inspection, "EMPTY_ROWS").severity()).isEqualTo(Severity.WARNING);
        assertThat(finding(inspection, "EMPTY_ROWS").message()).startsWith("1 rows have no value");
    }

    @Test
    void aFullImageInADeleteIsNoKeyOnlyDelete() {
        byte[] file = DmsFiles.changes(
                DmsFiles.change("I", COMMIT, 61, 1, "a"),
                DmsFiles.change("I", COMMIT, 65, 2, null),
                DmsFiles.change("D", COMMIT, 69, 2, null));

        FileInspection inspection = inspect(KEY, file);

        assertThat(inspection.rowFacts().orElseThrow().keyOnlyDeletes()).hasValue(0);
    }

    @Test
    void aFileOfDeletesAloneDoesNotTellWhetherTheyHoldTheKeyOnly() {
        byte[] file = DmsFiles.changes(DmsFiles.change("D", COMMIT, 61, 1, null));

        FileInspection inspection = inspect(KEY, file);

        assertThat(inspection.rowFacts().orElseThrow().keyOnlyDeletes()).isEmpty();
    }

    @Test
    void s2CounterThatDoesNotRiseIsAnError() {
        byte[] file =
                DmsFiles.changes(DmsFiles.change("I", COMMIT, 65, 1, "a"), DmsFiles.change("I", COMMIT, 61, 2, "b"));

        FileInspection inspection = inspect(KEY, file);

        assertThat(inspection.rowFacts().orElseThrow().disorder()).isEqualTo(KEY + " row 1");
        assertThat(finding(inspection, "ORDER_DISPUTED").severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void foreignKeyNamedLikeABeforeImageIsNone() {
        byte[] file = DmsFiles.dms(
                ParquetFixture.of("optional binary Op (UTF8); optional int64 id; optional int64 customer_id;")
                        .write(
                                row -> row.append("Op", "I").append("id", 1L).append("customer_id", 7L),
                                row -> row.append("Op", "U").append("id", 1L).append("customer_id", 8L)));

        FileInspection inspection = inspect(KEY, file);

        assertThat(inspection.columns().beforePrefix()).isEmpty();
        assertThat(inspection.rowFacts().orElseThrow().columns())
                .extracting(ColumnFacts::name)
                .containsExactly("id", "customer_id");
    }

    @Test
    void aFileThatIsCutIsAFindingWithTheReadersOwnError() {
        byte[] whole = DmsFiles.changes(DmsFiles.change("I", COMMIT, 61, 1, "a"));

        FileInspection inspection = inspect(KEY, Arrays.copyOf(whole, whole.length - 20));

        assertThat(inspection.parquet()).isEmpty();
        assertThat(inspection.rowFacts()).isEmpty();
        assertThat(finding(inspection, "FILE_UNREADABLE").message())
                .isEqualTo(
                        "Cannot read '" + KEY
                                + "': it does not begin and end with PAR1, so it is no whole Parquet file. The file is damaged: restore it or reload the table.");
    }

    @Test
    void aBrokenRowIsAFindingAndTheRowsBeforeItCount() {
        byte[] file = DmsFiles.dms(ParquetFixture.of("optional binary Op (UTF8); optional int64 id;")
                .write(row -> row.append("Op", "X").append("id", 1L)));

        FileInspection inspection = inspect(KEY, file);

        assertThat(inspection.parquet()).isPresent();
        assertThat(inspection.complete()).isFalse();
        assertThat(finding(inspection, "FILE_UNREADABLE").message())
                .contains("row 0")
                .contains("'X'");
    }

    @Test
    void rowsOfCsvThatNobodyDescribedAreReadAsText() {
        byte[] file = ("I," + DmsFiles.timestamp(COMMIT) + ",1,a," + DmsFiles.sequence(COMMIT, 61) + "\n")
                .getBytes(StandardCharsets.UTF_8);

        FileInspection inspection = inspect("public/orders/20240612-103127400.csv", file);

        assertThat(inspection.columns().sequence()).contains("col4");
        assertThat(inspection.rowFacts().orElseThrow().first()).contains(DmsFiles.sequence(COMMIT, 61));
        assertThat(codes(inspection)).isEmpty();
    }

    @Test
    void csvIsDescribedByNameAndSizeWhereItsRowsAreRefused() {
        byte[] noGzip = "I,1,a\n".getBytes(StandardCharsets.UTF_8);

        FileInspection inspection = inspect("public/orders/LOAD00000001.csv.gz", noGzip);

        assertThat(inspection.parquet()).isEmpty();
        assertThat(inspection.file().size()).isEqualTo(6);
        assertThat(inspection.format()).isEqualTo(RawFormat.CSV_GZIP);
        assertThat(codes(inspection)).containsExactly("ROWS_NOT_READ");
    }

    @Test
    void compactedFileNamesItsRawFiles() {
        String load = "public/orders/LOAD00000001.parquet";
        List<String> names = List.of("Op", "ts", "id", "note", "seq", "before_id");
        Provenance provenance = new Provenance(List.of(
                new SourceSpan(load, new ETag("\"1\""), STORED, 100, FileEvidence.ofRows(1), names, 0),
                new SourceSpan(KEY, new ETag("\"2\""), STORED, 100, FileEvidence.ofRows(2), names, 1)));
        byte[] file = ParquetFixture.of(DmsFiles.CHANGES)
                .metadata(Provenance.FOOTER_KEY, provenance.toJson())
                .write(
                        DmsFiles.load(COMMIT, 1, "a"),
                        DmsFiles.change("U", COMMIT.plusSeconds(1), 61, 1, "b"),
                        DmsFiles.change("U", COMMIT.plusSeconds(2), 65, 1, "c"));

        FileInspection inspection = inspect("lake/compacted/public/orders/1.parquet", file);

        assertThat(inspection.sources()).extracting(SourceSpan::key).containsExactly(load, KEY);
        assertThat(inspection.rowFacts().orElseThrow().rows()).isEqualTo(3);
        assertThat(inspection.rowFacts().orElseThrow().withoutSequence()).isEqualTo(1);
        assertThat(codes(inspection)).isEmpty();
        assertThat(inspection.toString()).contains("Compacted from 2 raw files").contains(load);
    }

    @Test
    void declaredShapeWinsOverWhatIsRecognised() {
        TableSchema schema = new TableSchema(
                TableId.of("public", "orders"),
                List.of(Column.required("id", DataType.parse("int8")), Column.nullable("note", DataType.parse("clob"))),
                List.of("id"));
        byte[] file = DmsFiles.changes(DmsFiles.change("D", COMMIT, 61, 1, null));
        ObjectStat stat = files.add(KEY, STORED, file);

        FileInspection inspection = FileInspection.of(
                files.store(),
                stat,
                InspectionOptions.defaults().withShape(RowShape.plain().withSchema(schema)),
                AuditListener.none());

        assertThat(inspection.columns().sequence()).contains("seq");
        assertThat(inspection.rowFacts().orElseThrow().columns().get(1).type())
                .isEqualTo(DataType.of(DataType.Kind.CLOB));
    }

    @Test
    void readingStopsAtTheLimitAndSaysSo() {
        byte[] file = DmsFiles.dms(ParquetFixture.of(DmsFiles.CHANGES)
                .write(DmsFiles.rows(50, i -> DmsFiles.change("I", COMMIT, 61 + i, i, "a"))));
        ObjectStat stat = files.add(KEY, STORED, file);

        FileInspection inspection = FileInspection.of(
                files.store(), stat, InspectionOptions.defaults().withMostRows(10), AuditListener.none());

        assertThat(inspection.rowFacts().orElseThrow().rows()).isEqualTo(10);
        assertThat(inspection.complete()).isFalse();
        assertThat(inspection.toString()).contains("not all rows were read");
    }

    @Test
    void progressIsTold() {
        List<String> heard = new ArrayList<>();
        ObjectStat stat = files.add(KEY, STORED, DmsFiles.changes(DmsFiles.change("I", COMMIT, 61, 1, "a")));

        FileInspection.of(
                files.store(),
                stat,
                InspectionOptions.defaults(),
                (step, done, total) -> heard.add(step + " " + done + "/" + total));

        assertThat(heard).containsExactly("FOOTERS 0/1", "FOOTERS 1/1", "ROWS 1/1");
    }

    @Test
    void jsonHoldsTheFactsAndTextIsAligned() throws IOException {
        byte[] file = DmsFiles.changes(DmsFiles.change("I", COMMIT, 61, 1, "a"));

        FileInspection inspection = inspect(KEY, file);

        JsonNode json = new ObjectMapper().readTree(inspection.toJson());
        assertThat(json.at("/parquet/createdBy").textValue()).isEqualTo("AWS");
        assertThat(json.at("/parquet/columns/2/dmsType").textValue()).isEqualTo("int8");
        assertThat(json.at("/rows/operations/I").longValue()).isEqualTo(1);
        assertThat(json.at("/rows/firstSequence").textValue()).isEqualTo(DmsFiles.sequence(COMMIT, 61));
        assertThat(json.at("/dmsColumns/sequence").textValue()).isEqualTo("seq");
        assertThat(inspection.toString()).isEqualTo("""
                public/orders/20240612-103127400.parquet
                  size                1,413 bytes
                  stored              2024-06-12T10:31:28Z
                  format              PARQUET
                  created by          AWS
                  Parquet             footer version 2, pages v1
                  compression         252 B to 252 B, 1.00 to 1
                  own columns of DMS  timestamp ts, sequence seq, before-images before_…
                  rows                1 (I 1), times 2024-06-12T10:30:27.362108Z to 2024-06-12T10:30:27.362108Z
                  sequence            20240612103027360000000000000000061 to 20240612103027360000000000000000061, rising

                Columns
                  column     physical    annotation  repetition  DMS type  nulls  smallest                             largest
                  Op         BYTE_ARRAY  STRING      optional    string        0  I                                    I
                  ts         BYTE_ARRAY  STRING      required    string        0  2024-06-12 10:30:27.362108           2024-06-12 10:30:27.362108
                  id         INT64                   optional    int8          0  1                                    1
                  note       BYTE_ARRAY  STRING      optional    string        0  a                                    a
                  seq        BYTE_ARRAY  STRING      optional    string        0  20240612103027360000000000000000061  20240612103027360000000000000000061
                  before_id  INT64                   optional    int8          1  -                                    -

                Row groups
                  row group  rows  stored  plain  statistics  codecs        encodings
                          0     1     252    252   6 columns  UNCOMPRESSED  BIT_PACKED,PLAIN,RLE

                Findings
                  none
                """);
    }

    private FileInspection inspect(String key, byte[] content) {
        return FileInspection.of(
                files.store(), files.add(key, STORED, content), InspectionOptions.defaults(), AuditListener.none());
    }

    private static List<String> codes(FileInspection inspection) {
        return inspection.findings().stream().map(Finding::code).toList();
    }

    private static Finding finding(FileInspection inspection, String code) {
        return inspection.findings().stream()
                .filter(finding -> finding.code().equals(code))
                .findFirst()
                .orElseThrow();
    }
}
