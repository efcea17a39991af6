package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import io.convergence.store.PreconditionFailedException;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeReaderTest {
    private static final TableId ORDERS = TableId.of("public", "orders");
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final Instant LOADED = Instant.parse("2024-06-12T10:00:00Z");
    private static final FileContext PLACE = new FileContext(LOADED, FLUSHED);
    private static final FileContext LOAD_PLACE = new FileContext(LOADED, FileContext.NO_LOAD);
    private static final String CDC_KEY = "public/orders/20240612-103125108.parquet";
    private static final String DMS_FIELDS =
            "optional binary Op (UTF8); required binary ts (UTF8); optional int64 id; optional binary note (UTF8); optional binary seq (UTF8);";
    private static final RowShape SHAPE =
            RowShape.plain().withTimestampColumn("ts").withSequenceColumn("seq");
    private static final TableSchema SCHEMA = new TableSchema(
            ORDERS,
            List.of(
                    Column.required("id", DataType.parse("int8")),
                    Column.required("note", DataType.parse("string(20)")),
                    Column.nullable("extra", DataType.parse("int4"))),
            List.of("id"));

    private final FileStore store = new FileStore();

    @Test
    void changeCarriesOperationTimeSequencePositionAndOrigin() {
        byte[] file = ParquetFixture.of(DMS_FIELDS)
                .write(
                        row -> row.append("Op", "I")
                                .append("ts", "2024-06-12 10:30:27.362108")
                                .append("id", 7L)
                                .append("note", "a")
                                .append("seq", sequence(1)),
                        row -> row.append("Op", "D")
                                .append("ts", "2024-06-12 10:30:27.362108")
                                .append("id", 7L)
                                .append("seq", sequence(5)));

        List<ChangeRecord> changes = read(cdc(file), SHAPE);

        ChangeRecord delete = changes.get(1);
        assertThat(changes.get(0).operation()).isEqualTo(Operation.INSERT);
        assertThat(changes.get(0).image().textValue(1)).isEqualTo("a");
        assertThat(delete.recordedOperation()).contains(Operation.DELETE);
        assertThat(delete.timestamp()).contains(Instant.parse("2024-06-12T10:30:27.362108Z"));
        assertThat(delete.position())
                .isEqualTo(new ChangePosition.Sequenced(LOADED, new ChangeSequence(sequence(5)), FLUSHED, FLUSHED, 1));
        assertThat(delete.origin()).isEqualTo(new RowOrigin(CDC_KEY, 1));
        assertThat(delete.image().columns().stream().map(Column::name)).containsExactly("id", "note");
        assertThat(delete.image().state("note")).isEqualTo(CellState.NULL);
    }

    @Test
    void rowWithoutSequenceColumnStandsByFileAndRow() {
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); optional int64 id;")
                .write(row -> row.append("Op", "U").append("id", 1L));

        List<ChangeRecord> changes = read(cdc(file), RowShape.plain());

        assertThat(changes.get(0).position()).isEqualTo(new ChangePosition.Filed(LOADED, FLUSHED, 0));
        assertThat(changes.get(0).sequence()).isEmpty();
        assertThat(changes.get(0).timestamp()).isEmpty();
    }

    @Test
    void textThatIsNoUtf8IsRefusedWithItsRowEvenIfItsNeighbourWouldCompleteIt() {
        byte[] file = ParquetFixture.of("optional int64 id; optional binary note (UTF8);")
                .write(
                        row -> row.append("id", 1L).append("note", "plain text of some length"),
                        row -> row.append("id", 2L).append("note", "\u00fcber"),
                        row -> row.append("id", 3L),
                        row -> row.append("id", 4L).append("note", bytes('x', 0xC3)),
                        row -> row.append("id", 5L).append("note", bytes(0xA9, 'y')));

        assertThatThrownBy(() -> read(cdc(file), RowShape.plain()))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("row 3")
                .hasMessageContaining("column 'note'")
                .hasMessageContaining("a text is not valid UTF-8");
    }

    private static Binary bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }

        return Binary.fromConstantByteArray(bytes);
    }

    @Test
    void operationColumnMayBeRequiredAndStandLast() {
        byte[] file = ParquetFixture.of("optional int64 id; required binary Op (UTF8);")
                .write(row -> row.append("id", 1L).append("Op", "D"));

        List<ChangeRecord> changes = read(cdc(file), RowShape.plain());

        assertThat(changes.get(0).operation()).isEqualTo(Operation.DELETE);
    }

    @Test
    void fileWithoutOperationColumnHoldsInserts() {
        byte[] file = ParquetFixture.of("optional int64 id;").write(row -> row.append("id", 1L));

        List<ChangeRecord> changes = read(cdc(file), RowShape.plain());

        assertThat(changes.get(0).operation()).isEqualTo(Operation.INSERT);
        assertThat(changes.get(0).recordedOperation()).isEmpty();
    }

    @Test
    void loadRowHasNoSequenceAndMayHaveNoOperation() {
        byte[] file = ParquetFixture.of(DMS_FIELDS)
                .write(
                        row -> row.append("ts", "2024-06-12 10:00:00.000001")
                                .append("id", 1L)
                                .append("seq", ""),
                        row -> row.append("Op", "I")
                                .append("ts", "2024-06-12 10:00:00.000002")
                                .append("id", 2L));

        List<ChangeRecord> rows = read(load(file), SHAPE, LOAD_PLACE);

        assertThat(rows)
                .extracting(ChangeRecord::position)
                .containsExactly(new ChangePosition.Load(LOADED, "", 1, 0), new ChangePosition.Load(LOADED, "", 1, 1));
        assertThat(rows.get(0).recordedOperation()).isEmpty();
        assertThat(rows.get(1).recordedOperation()).contains(Operation.INSERT);
        assertThat(rows.get(0).sequence()).isEmpty();
    }

    @Test
    void unknownOperationIsRefusedWithItsRow() {
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); optional int64 id;")
                .write(row -> row.append("Op", "I"), row -> row.append("Op", "X"));

        assertThatThrownBy(() -> read(cdc(file), RowShape.plain()))
                .isInstanceOfSatisfying(
                        RawFileException.class, e -> assertThat(e.row()).hasValue(1))
                .hasMessage("Cannot read '" + CDC_KEY + "' row 1: column 'Op' is 'X', which is none of I, U, D. "
                        + "The file is damaged or not DMS's: restore it or reload the table.");
    }

    @Test
    void missingOperationInChangesIsRefused() {
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); optional int64 id;")
                .write(row -> row.append("id", 1L));

        assertThatThrownBy(() -> read(cdc(file), RowShape.plain()))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("row 0: column 'Op' is null");
    }

    @Test
    void deleteInFullLoadIsRefused() {
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); optional int64 id;")
                .write(row -> row.append("Op", "D"));

        assertThatThrownBy(() -> read(load(file), RowShape.plain()))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("'D' in a full load");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "123", "20241312103027360000000000000000121"})
    void brokenSequenceInChangesIsRefused(String text) {
        byte[] file = ParquetFixture.of(DMS_FIELDS)
                .write(row -> row.append("Op", "I")
                        .append("ts", "2024-06-12 10:30:27.362108")
                        .append("seq", text));

        assertThatThrownBy(() -> read(cdc(file), SHAPE))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("row 0: sequence column 'seq'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2024-06-12", "2024-06-12 10:30:2x.362108", "2024-02-30 10:30:27.362108", "2024-06-12 10:30:27."
            })
    void brokenTimestampIsRefused(String text) {
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); required binary ts (UTF8);")
                .write(row -> row.append("Op", "I").append("ts", text));

        assertThatThrownBy(() -> read(cdc(file), RowShape.plain().withTimestampColumn("ts")))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("row 0: timestamp column 'ts' is '" + text + "'");
    }

    @Test
    void timestampColumnMayBeOfTimestampType() {
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); optional int64 ts (TIMESTAMP_MILLIS);")
                .write(row -> row.append("Op", "I").append("ts", 1_718_188_227_362L), row -> row.append("Op", "I"));

        List<ChangeRecord> changes = read(cdc(file), RowShape.plain().withTimestampColumn("ts"));

        assertThat(changes.get(0).timestamp()).contains(Instant.parse("2024-06-12T10:30:27.362Z"));
        assertThat(changes.get(1).timestamp()).isEmpty();
    }

    @Test
    void declaredSequenceColumnThatIsMissingIsRefused() {
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); optional int64 id;")
                .write(row -> row.append("Op", "I"));

        assertThatThrownBy(() -> read(cdc(file), RowShape.plain().withSequenceColumn("seq")))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("it has no sequence column 'seq', only [Op, id]");
    }

    @Test
    void declaredTimestampColumnThatIsMissingIsRefused() {
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); optional binary dms_ts (UTF8); optional int64 id;")
                .write(row -> row.append("Op", "I"));

        assertThatThrownBy(() -> read(cdc(file), RowShape.plain().withTimestampColumn("ts")))
                .isInstanceOf(RawFileException.class)
                .hasMessage(
                        "Cannot read '" + CDC_KEY
                                + "': it has no timestamp column 'ts', only [Op, dms_ts, id]. Name the column the task really writes, or none.");
        assertThatThrownBy(() -> read(load(file), RowShape.plain().withTimestampColumn("ts")))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("it has no timestamp column 'ts', only [Op, dms_ts, id]");
    }

    @Test
    void aSourceColumnNamedLikeABeforeImageIsRead() {
        RowShape shape = ReplicationSpec.lakeReady("lake", "dms")
                .settings(s -> s.withoutTimestampColumn())
                .sourceSchema(SourceSchema.of(
                        SourceEngine.POSTGRESQL,
                        SourceTable.of(
                                ORDERS,
                                List.of(
                                        SourceColumn.required("id", DataType.of(DataType.Kind.INT8)),
                                        SourceColumn.nullable("note", DataType.wstring(20)),
                                        SourceColumn.nullable("before_note", DataType.wstring(20))),
                                List.of("id"),
                                RowImages.FULL)))
                .tableMappings(m -> m.include("public", "%"))
                .build()
                .rowShape(ORDERS)
                .orElseThrow();
        byte[] file = ParquetFixture.of(
                        "optional binary Op (UTF8); optional int64 id; optional binary note (UTF8); optional binary before_note (UTF8); optional binary dms_seq (UTF8); optional int64 before_id;")
                .write(row -> row.append("Op", "U")
                        .append("id", 2L)
                        .append("note", "new")
                        .append("before_note", "kept")
                        .append("dms_seq", "20240612103027360000000000000000121")
                        .append("before_id", 1L));

        ChangeRecord change = read(cdc(file), shape).get(0);

        RowImage image = change.image();
        assertThat(image.columns().stream().map(Column::name)).containsExactly("id", "note", "before_note");
        assertThat(image.textValue(image.indexOf("before_note"))).isEqualTo("kept");
        RowImage before = change.before().orElseThrow();
        assertThat(before.columns().stream().map(Column::name)).containsExactly("id");
        assertThat(before.longValue(0)).isEqualTo(1);
    }

    @Test
    void keyChangeShowsTheKeyBefore() {
        RowShape shape = RowShape.plain().withBeforeImage("before_", "");
        byte[] file = ParquetFixture.of(
                        "optional binary Op (UTF8); optional int64 id; optional binary code (UTF8); optional int64 before_id; optional binary before_code (UTF8);")
                .write(
                        row -> row.append("Op", "U")
                                .append("id", 2L)
                                .append("code", "x")
                                .append("before_id", 1L)
                                .append("before_code", ""),
                        row -> row.append("Op", "U").append("id", 2L).append("code", "y"),
                        row -> row.append("Op", "U")
                                .append("id", 2L)
                                .append("code", "y")
                                .append("before_code", ""));

        List<ChangeRecord> changes = read(cdc(file), shape);

        RowImage before = changes.get(0).before().orElseThrow();
        assertThat(before.columns().stream().map(Column::name)).containsExactly("id", "code");
        assertThat(before.longValue(before.indexOf("id"))).isEqualTo(1);
        assertThat(before.textValue(before.indexOf("code"))).isEmpty();
        assertThat(before.state("note")).isEqualTo(CellState.ABSENT);
        assertThat(changes.get(1).before()).isEmpty();
        RowImage ofEmptyText = changes.get(2).before().orElseThrow();
        assertThat(ofEmptyText.state("id")).isEqualTo(CellState.ABSENT);
        assertThat(ofEmptyText.textValue(ofEmptyText.indexOf("code"))).isEmpty();
        assertThat(changes.get(0).image().columns().stream().map(Column::name)).containsExactly("id", "code");
    }

    @Test
    void keyChangeAwayFromAnEmptyTextIsOneS10() {
        byte[] file = ParquetFixture.of(
                        "optional binary Op (UTF8); optional binary code (UTF8); optional binary before_code (UTF8);")
                .write(
                        row -> row.append("Op", "U").append("code", "z").append("before_code", ""),
                        row -> row.append("Op", "U").append("code", "z"));

        List<ChangeRecord> changes = read(cdc(file), RowShape.plain().withBeforeImage("before_", ""));

        assertThat(changes.get(0).before())
                .hasValueSatisfying(before -> assertThat(before.textValue(0)).isEmpty());
        assertThat(changes.get(1).before()).isEmpty();
    }

    @Test
    void nullInUpdateIsWhatTheSpecSaysS8() {
        byte[] file = ParquetFixture.of(
                        "optional binary Op (UTF8); optional int64 id; optional binary note (UTF8); optional int32 extra;")
                .write(
                        row -> row.append("Op", "U").append("id", 1L),
                        row -> row.append("Op", "I").append("id", 2L));
        RowShape shape = RowShape.plain().withNullOnUpdate(Map.of("extra", NullOnUpdate.NULL), NullOnUpdate.UNKNOWN);

        List<ChangeRecord> changes = read(cdc(file), shape);

        assertThat(changes.get(0).image().state("note")).isEqualTo(CellState.UNKNOWN);
        assertThat(changes.get(0).image().state("extra")).isEqualTo(CellState.NULL);
        assertThat(changes.get(1).image().state("note")).isEqualTo(CellState.NULL);
        assertThat(changes.get(0).image().state("nowhere")).isEqualTo(CellState.ABSENT);
    }

    @Test
    void nullInUpdateThatIsRefusedStopsTheFileS8() {
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); optional int64 id; optional binary note (UTF8);")
                .write(row -> row.append("Op", "U").append("id", 1L));

        assertThatThrownBy(() -> read(
                        cdc(file),
                        RowShape.plain().withNullOnUpdate(Map.of("note", NullOnUpdate.REFUSE), NullOnUpdate.NULL)))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("row 0: column 'note' is null in an update");
    }

    @Test
    void keyOnlyDeleteHasNoOtherCellsS8() {
        byte[] file = ParquetFixture.of(
                        "optional binary Op (UTF8); optional int64 id; optional binary note (UTF8); optional int32 extra;")
                .write(
                        row -> row.append("Op", "D").append("id", 1L),
                        row -> row.append("Op", "D").append("id", 2L).append("note", "full"));

        List<ChangeRecord> changes = read(cdc(file), RowShape.plain().withSchema(SCHEMA));

        assertThat(changes.get(0).image().state("id")).isEqualTo(CellState.PRESENT);
        assertThat(changes.get(0).image().state("note")).isEqualTo(CellState.ABSENT);
        assertThat(changes.get(0).image().state("extra")).isEqualTo(CellState.ABSENT);
        assertThat(changes.get(1).image().state("extra")).isEqualTo(CellState.NULL);
    }

    @Test
    void columnsBeyondTheSchemaAreDelivered() {
        byte[] file = ParquetFixture.of("optional int64 id; optional double added;")
                .write(row -> row.append("id", 1L).append("added", 2.5));

        List<ChangeRecord> changes = read(cdc(file), RowShape.plain().withSchema(SCHEMA));

        assertThat(changes.get(0).image().columns()).extracting(Column::name).containsExactly("id", "added");
        assertThat(changes.get(0).image().doubleValue(1)).isEqualTo(2.5);
    }

    @Test
    void profileTellsRowsSequencesAndTimes() {
        byte[] file = ParquetFixture.of(DMS_FIELDS)
                .write(
                        row -> row.append("Op", "I")
                                .append("ts", "2024-06-12 10:30:28.000000")
                                .append("seq", sequence(1)),
                        row -> row.append("Op", "I")
                                .append("ts", "2024-06-12 10:30:27.362108")
                                .append("seq", sequence(5)));

        FileProfile profile = reader(SHAPE).profile(cdc(file));

        assertThat(profile.evidence())
                .isEqualTo(new FileEvidence(
                        2,
                        sequence(1),
                        sequence(5),
                        Instant.parse("2024-06-12T10:30:27.362108Z"),
                        Instant.parse("2024-06-12T10:30:28Z")));
        assertThat(profile.disputes()).isEmpty();
        assertThat(profile.columnNames()).containsExactly("Op", "ts", "id", "note", "seq");
        assertThat(profile.columns()).extracting(Column::name).containsExactly("id", "note");
    }

    @Test
    void counterThatFallsInsideAFileIsDisputedS2() {
        byte[] file = ParquetFixture.of(DMS_FIELDS)
                .write(
                        row -> row.append("Op", "I")
                                .append("ts", "2024-06-12 10:30:27.362108")
                                .append("seq", sequence(5)),
                        row -> row.append("Op", "I")
                                .append("ts", "2024-06-12 10:30:27.362108")
                                .append("seq", sequence(1)));

        FileProfile profile = reader(SHAPE).profile(cdc(file));

        assertThat(profile.disputes()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("ORDER_DISPUTED");
            assertThat(finding.path()).isEqualTo(CDC_KEY + " row 1");
        });
    }

    @Test
    void clockThatStepsBackInsideAFileIsLeftToTheKeysThatShowItS2() {
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); required binary seq (UTF8);")
                .write(
                        row -> row.append("Op", "I").append("seq", "2024061210302736" + "0000000000000000001"),
                        row -> row.append("Op", "I").append("seq", "2024061210302735" + "0000000000000000005"),
                        row -> row.append("Op", "I").append("seq", "2024061210302035" + "0000000000000000009"));

        FileProfile profile = reader(RowShape.plain().withSequenceColumn("seq")).profile(cdc(file));

        assertThat(profile.disputes()).isEmpty();
    }

    @Test
    void compactedRowsComeOutAsTheRawRowsTheyWereS18() {
        String loadKey = "public/orders/LOAD00000001.parquet";
        List<SourceSpan> spans = List.of(
                span(loadKey, LOADED, 2, 0, List.of("id", "note")),
                span(CDC_KEY, FLUSHED, 3, 2, List.of("Op", "ts", "id", "seq")));
        List<ParquetFixture.Row> rows = new ArrayList<>();
        rows.add(row -> row.append("id", 1L).append("note", "a"));
        rows.add(row -> row.append("id", 2L));
        for (int i = 0; i < 3; i++) {
            int counter = i;
            rows.add(row -> row.append("Op", "U")
                    .append("ts", "2024-06-12 10:30:27.362108")
                    .append("id", 1L)
                    .append("seq", sequence(counter)));
        }
        byte[] file = ParquetFixture.of(DMS_FIELDS.replace("required", "optional"))
                .metadata(Provenance.FOOTER_KEY, new Provenance(spans).toJson())
                .write(rows);
        ObjectStat stat = store.add("compacted/1.parquet", file, FLUSHED);
        ChangeReader reader = ChangeReader.create(
                store,
                ORDERS,
                SHAPE,
                ChangeReadOptions.defaults().withLayout(RawLayout.builder().build()));
        Map<String, FileContext> contexts = Map.of(loadKey, LOAD_PLACE, CDC_KEY, PLACE);

        List<ChangeRecord> all = all(reader.openCompacted(stat, contexts, Set.of()));
        List<ChangeRecord> changesOnly = all(reader.openCompacted(stat, contexts, Set.of(loadKey)));

        assertThat(all).hasSize(5);
        assertThat(all.get(1).position()).isEqualTo(new ChangePosition.Load(LOADED, "", 1, 1));
        assertThat(all.get(1).recordedOperation()).isEmpty();
        assertThat(all.get(1).image().state("note")).isEqualTo(CellState.NULL);
        assertThat(all.get(4).position())
                .isEqualTo(new ChangePosition.Sequenced(LOADED, new ChangeSequence(sequence(2)), FLUSHED, FLUSHED, 2));
        assertThat(all.get(4).origin()).isEqualTo(new RowOrigin(CDC_KEY, 2));
        assertThat(all.get(4).image().state("note")).isEqualTo(CellState.ABSENT);
        assertThat(changesOnly)
                .extracting(ChangeRecord::origin)
                .containsExactly(new RowOrigin(CDC_KEY, 0), new RowOrigin(CDC_KEY, 1), new RowOrigin(CDC_KEY, 2));
        assertThat(reader.provenance(stat)).isEqualTo(spans);
        assertThatThrownBy(() -> reader.openCompacted(stat, Map.of(), Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither placed nor skipped");
        assertThatThrownBy(() -> reader(SHAPE).openCompacted(stat, contexts, Set.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("withLayout");
    }

    @Test
    void provenanceThatDoesNotFitTheRowsIsRefused() {
        byte[] file = ParquetFixture.of("optional int64 id;")
                .metadata(
                        Provenance.FOOTER_KEY,
                        new Provenance(List.of(span(CDC_KEY, FLUSHED, 3, 0, List.of("id")))).toJson())
                .write(row -> row.append("id", 1L));
        ObjectStat stat = store.add("compacted/1.parquet", file, FLUSHED);

        assertThatThrownBy(() -> reader(SHAPE).provenance(stat))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("its raw files have 3 rows together, it has 1");
    }

    @Test
    void objectThatChangedSinceTheListingIsNotRead() {
        RawFile.Cdc old = cdc(ParquetFixture.of("optional int64 id;").write(row -> row.append("id", 1L)));
        cdc(ParquetFixture.of("optional int64 id;").write(row -> row.append("id", 2L)));

        assertThatThrownBy(() -> reader(RowShape.plain()).open(old, PLACE))
                .isInstanceOf(PreconditionFailedException.class);
    }

    @Test
    void smallFileTakesOneRequest() {
        RawFile.Cdc file = cdc(ParquetFixture.of("optional int64 id;").write(row -> row.append("id", 1L)));

        all(reader(RowShape.plain()).open(file, PLACE));

        assertThat(store.reads()).isEqualTo(1);
    }

    @Test
    void largeFileOfManyRowGroupsIsReadInRanges() {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        for (int i = 0; i < 12_000; i++) {
            long id = i;
            rows.add(row -> row.append("Op", "I")
                    .append("id", id)
                    .append("note", Long.toString(id).repeat(200)));
        }
        byte[] content = ParquetFixture.of("optional binary Op (UTF8); optional int64 id; optional binary note (UTF8);")
                .with(builder -> builder.withDictionaryEncoding(false)
                        .withRowGroupRowCountLimit(5000)
                        .withPageRowCountLimit(700))
                .write(rows);

        List<ChangeRecord> changes = read(cdc(content), RowShape.plain());

        assertThat(content.length).isGreaterThan(8 << 20);
        assertThat(changes).hasSize(12_000);
        for (int i = 0; i < changes.size(); i++) {
            assertThat(changes.get(i).image().longValue(0)).isEqualTo(i);
            assertThat(changes.get(i).image().textValue(1))
                    .hasSize(200 * Integer.toString(i).length());
            assertThat(changes.get(i).origin().row()).isEqualTo(i);
        }
    }

    @Test
    void nestedColumnIsRefused() {
        byte[] file = ParquetFixture.of("optional group address { optional int64 street; }")
                .with(ExampleParquetWriter.Builder::enableDictionaryEncoding)
                .write(row -> row.addGroup("address").append("street", 1L));

        assertThatThrownBy(() -> read(cdc(file), RowShape.plain()))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("column 'address' is nested or repeated");
    }

    @Test
    void cellIsReadByItsOwnTypeOnly() {
        byte[] file = ParquetFixture.of("optional int64 id; optional binary note (UTF8);")
                .write(row -> row.append("id", 1L));

        RowImage image = read(cdc(file), RowShape.plain()).get(0).image();

        assertThatThrownBy(() -> image.textValue(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot read column 'id' as a text: it is int8.");
        assertThatThrownBy(() -> image.textValue(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the cell is NULL");
    }

    private static String sequence(int counter) {
        return "2024061210302736" + String.format("%019d", counter);
    }

    private static SourceSpan span(String key, Instant modified, long rows, long firstRow, List<String> columns) {
        return new SourceSpan(key, new ETag("e"), modified, 100, FileEvidence.ofRows(rows), columns, firstRow);
    }

    private RawFile.Cdc cdc(byte[] content) {
        return new RawFile.Cdc(ORDERS, store.add(CDC_KEY, content, FLUSHED), RawFormat.PARQUET, FLUSHED);
    }

    private RawFile.Load load(byte[] content) {
        ObjectStat stat = store.add("public/orders/LOAD00000001.parquet", content, LOADED);
        return new RawFile.Load(ORDERS, stat, RawFormat.PARQUET, "", 1);
    }

    private ChangeReader reader(RowShape shape) {
        return ChangeReader.create(store, ORDERS, shape, ChangeReadOptions.defaults());
    }

    private List<ChangeRecord> read(RawFile file, RowShape shape) {
        return read(file, shape, PLACE);
    }

    private List<ChangeRecord> read(RawFile file, RowShape shape, FileContext context) {
        return all(reader(shape).open(file, context));
    }

    private static List<ChangeRecord> all(ChangeCursor opened) {
        List<ChangeRecord> records = new ArrayList<>();
        try (ChangeCursor cursor = opened) {
            for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                batch.get().forEach(records::add);
            }
        }

        return records;
    }
}
