package io.convergence.change;

import static io.convergence.change.CsvFixture.CDC_KEY;
import static io.convergence.change.CsvFixture.FLUSHED;
import static io.convergence.change.CsvFixture.LOADED;
import static io.convergence.change.CsvFixture.TABLE;
import static io.convergence.change.CsvFixture.lines;
import static io.convergence.change.CsvFixture.schema;
import static io.convergence.change.CsvFixture.shape;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.store.PreconditionFailedException;
import io.convergence.target.CsvForm;
import io.convergence.target.CsvLayout;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.OpColumn;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What DMS writes as CSV, by the facts of its guide and of real files. */
class CsvReaderTest {
    private static final TableSchema CUSTOMERS =
            schema("id int4 not null", "name wstring(40) not null", "city wstring(40)", "since date", "score real4");

    private final CsvFixture files = new CsvFixture();

    @Test
    void changesOfATaskWithAllOfDmssColumnsAreRead() {
        RowShape shape = shape(CUSTOMERS, c -> {})
                .withTimestampColumn("ts")
                .withSequenceColumn("seq")
                .withBeforeImage("before_", "");
        String file = """
                I,2024-06-12 10:30:27.362108,7,Mitesh,"Paris, Texas",1996-07-04,+3.23800011e+01,20240612103027360000000000000000121,
                U,2024-06-12 10:30:27.362108,8,Mitesh,,1996-07-04,+0.00000000e+00,20240612103027360000000000000000125,7
                D,2024-06-12 10:30:29.000000,8,,,,,20240612103029000000000000000000137,
                """;

        List<ChangeRecord> changes = files.read(files.cdc(file), shape);

        assertThat(lines(changes))
                .containsExactly(
                        "I [7] [Mitesh] [Paris, Texas] [1996-07-04] [32.38]",
                        "U [8] [Mitesh] [NULL] [1996-07-04] [0.0]",
                        "D [8] [ABSENT] [ABSENT] [ABSENT] [ABSENT]");
        ChangeRecord update = changes.get(1);
        assertThat(update.timestamp()).contains(Instant.parse("2024-06-12T10:30:27.362108Z"));
        assertThat(update.position())
                .isEqualTo(new ChangePosition.Sequenced(
                        LOADED, new ChangeSequence("20240612103027360000000000000000125"), FLUSHED, FLUSHED, 1));
        assertThat(update.origin()).isEqualTo(new RowOrigin(CDC_KEY, 1));
        assertThat(update.before().orElseThrow().longValue(0)).isEqualTo(7);
        assertThat(changes.get(0).before()).isEmpty();
    }

    @Test
    void fullLoadHasNoOperationAndAnEmptySequence() {
        RowShape shape = shape(CUSTOMERS, c -> c.loadOp(OpColumn.ABSENT)).withSequenceColumn("seq");

        List<ChangeRecord> changes =
                files.read(files.load("1,Ann,Lyon,2001-02-03,,\n2,Bo,,,+1.00000000e+00,\n"), shape);

        assertThat(lines(changes))
                .containsExactly("I [1] [Ann] [Lyon] [2001-02-03] [NULL]", "I [2] [Bo] [NULL] [NULL] [1.0]");
        assertThat(changes.get(1).recordedOperation()).isEmpty();
        assertThat(changes.get(1).position()).isEqualTo(new ChangePosition.Load(LOADED, "", 1, 1));
    }

    @Test
    void quotedFieldsHoldDelimitersQuotesAndLineEnds() {
        TableSchema notes = schema("id int4 not null", "note clob");
        String file = """
                I,1,"a ""quoted"" word, and more"
                I,2,"two
                lines"
                I,3,it's \\n # raw\s\s
                """;

        assertThat(lines(files.read(files.cdc(file), shape(notes, c -> {}))))
                .containsExactly(
                        "I [1] [a \"quoted\" word, and more]", "I [2] [two\nlines]", "I [3] [it's \\n # raw  ]");
    }

    @Test
    void rawModeTakesQuotesAsText() {
        TableSchema notes = schema("id int4 not null", "note clob");

        assertThat(lines(files.read(
                        files.cdc("I|1|\"a\" b\nI|2|\"\n"),
                        shape(notes, c -> c.delimiter("|").withoutRfc4180()))))
                .containsExactly("I [1] [\"a\" b]", "I [2] [\"]");
    }

    @Test
    void delimitersOfSeveralCharactersAreFound() {
        TableSchema notes = schema("id int4 not null", "note clob", "more clob");

        assertThat(lines(files.read(
                        files.cdc("I||1||a|b||\"c||d\"|\nI||2||\n||~|\n"),
                        shape(notes, c -> c.delimiter("||").rowDelimiter("|\\n")))))
                .containsExactly("I [1] [a|b] [c||d]", "I [2] [\n] [~]");
    }

    @Test
    void headerNamesTheColumnsInAnyOrder() {
        RowShape shape = shape(CUSTOMERS, CsvForm.Builder::header).withTimestampColumn("ts");

        List<ChangeRecord> changes =
                files.read(files.cdc("Op,ts,name,id\nU,2024-06-12 10:30:27.362108,Ann,1\n"), shape);

        assertThat(lines(changes)).containsExactly("U [Ann] [1]");
        assertThat(changes.get(0).image().state("city")).isEqualTo(CellState.ABSENT);
        assertThat(changes.get(0).origin().row()).isZero();
    }

    @Test
    void aHeaderWithoutTheDeclaredTimestampColumnIsRefused() {
        RowShape shape = shape(CUSTOMERS, CsvForm.Builder::header).withTimestampColumn("ts");

        assertThatThrownBy(() -> files.read(files.cdc("Op,name,id\nU,Ann,1\n"), shape))
                .isInstanceOf(RawFileException.class)
                .hasMessage(
                        "Cannot read '" + CDC_KEY
                                + "': it has no timestamp column 'ts', only [Op, name, id]. Name the column the task really writes, or none.");
    }

    @Test
    void aFirstRowThatIsNoHeaderIsRefused() {
        assertThatThrownBy(() -> files.read(files.cdc("I,1,Ann\n"), shape(CUSTOMERS, CsvForm.Builder::header)))
                .isInstanceOf(RawFileException.class)
                .hasMessage(
                        "Cannot read '" + CDC_KEY + "': its first row is no header of the table: its column 'I' is not"
                                + " declared for table public.orders. Declare the column, or the form of the files without a header if they have none (AddColumnName).");
    }

    @Test
    void theWidthOfARowSelectsItsColumns_S15() {
        TableSchema now = schema("id int4 not null", "name wstring(40)", "city wstring(40)");
        TableSchema then = schema("id int4 not null", "name wstring(40)");
        RowShape shape = shape(now, c -> c.layout(CsvLayout.of(now)).layout(CsvLayout.of(then)));

        List<ChangeRecord> changes = files.read(files.cdc("I,1,Ann\nI,2,Bo\nI,3,Cy,Rome\nI,4,Di\n"), shape);

        assertThat(lines(changes)).containsExactly("I [1] [Ann]", "I [2] [Bo]", "I [3] [Cy] [Rome]", "I [4] [Di]");
        assertThat(changes).extracting(change -> change.origin().row()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(changes.get(0).image().state("city")).isEqualTo(CellState.ABSENT);
        assertThat(files.reader(shape)
                        .profile(files.cdc("I,1,Ann\nI,3,Cy,Rome\n"))
                        .columns())
                .extracting(Column::name)
                .containsExactly("id", "name", "city");
    }

    @Test
    void aWidthNobodyDeclaredIsRefusedWithThoseThatAre_S15() {
        TableSchema now = schema("id int4 not null", "name wstring(40)");

        assertThatThrownBy(() ->
                        files.read(files.cdc("I,1,Ann\nI,2,Bo,Rome\n"), shape(now, c -> c.cdcOp(OpColumn.PRESENT))))
                .isInstanceOfSatisfying(RawFileException.class, e -> {
                    assertThat(e.row()).hasValue(1);
                    assertThat(e.byteOffset()).hasValue(8);
                })
                .hasMessageContaining(
                        "row 1 (byte 8): it has 4 fields, and no declared layout of table public.orders fits: 3 [Op, id, name].");
    }

    @Test
    void withoutDeclaredColumnsTextIsReadOnlyIfAskedFor_S15() {
        RowShape strict = RowShape.plain();
        RowShape text = RowShape.plain().withCsv(CsvForm.of(CsvForm.Builder::undeclaredAsText));

        assertThatThrownBy(() -> files.read(files.cdc("I,1,Ann\n"), strict))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("its rows have 3 fields, and no columns are declared for table public.orders.");
        List<ChangeRecord> changes = files.read(files.cdc("I,1,Ann\n"), text);
        assertThat(changes.get(0).image().columns()).extracting(Column::name).containsExactly("col1", "col2");
        assertThat(lines(changes)).containsExactly("I [1] [Ann]");
    }

    @Test
    void operationIsSniffedWhereTheGuideContradictsItself() {
        TableSchema notes = schema("id int4 not null", "note clob");
        RowShape shape = shape(notes, c -> c.cdcOp(OpColumn.SNIFFED));

        assertThat(lines(files.read(files.cdc("U,1,a\n"), shape))).containsExactly("U [1] [a]");
        assertThat(lines(files.read(files.cdc("1,a\n2,b\n"), shape))).containsExactly("I [1] [a]", "I [2] [b]");
    }

    @Test
    void aRowThatFitsWithAndWithoutOperationIsRefused() {
        TableSchema two = schema("code string(1) not null", "note clob");
        TableSchema three = schema("code string(1) not null", "note clob", "more clob");
        RowShape shape = shape(three, c -> c.layout(CsvLayout.of(two)).layout(CsvLayout.of(three)));

        assertThatThrownBy(() -> files.read(files.cdc("I,a,b\n"), shape))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("it has 3 fields, which fits with and without 'Op'")
                .hasMessageContaining("Declare whether rows begin with it (CsvForm.loadOp, CsvForm.cdcOp).");
    }

    @Test
    void quotedEmptyIsTextAndUnquotedEmptyIsNullAndCounted_S8() {
        TableSchema notes = schema("id int4 not null", "note clob", "size int4");
        RowShape shape = shape(notes, c -> {});

        try (ChangeCursor cursor =
                files.reader(shape).open(files.cdc("I,1,\"\",\nI,2,,\nU,3,,5\n"), CsvFixture.PLACE)) {
            assertThat(lines(CsvFixture.all(cursor)))
                    .containsExactly("I [1] [] [NULL]", "I [2] [NULL] [NULL]", "U [3] [NULL] [5]");
            assertThat(cursor.counts()).isEqualTo(new ReadCounts(3, 0, 2, 0));
            assertThat(cursor.counts().findings(CDC_KEY))
                    .extracting(Finding::code)
                    .containsExactly("EMPTY_OR_NULL");
        }
    }

    @Test
    void anEmptyFieldOfATextThatIsNeverNullIsAnEmptyTextInAnInsert_S8() {
        TableSchema notes = schema("id int4 not null", "note clob not null");
        RowShape shape =
                shape(notes, c -> {}).withNullOnUpdate(Map.of("note", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL);

        assertThat(lines(files.read(files.cdc("I,1,\nU,1,\nD,1,\n"), shape)))
                .containsExactly("I [1] []", "U [1] [UNKNOWN]", "D [1] [ABSENT]");
    }

    @Test
    void nullMarkerTellsNullFromEmpty_S8() {
        TableSchema notes = schema("id int4 not null", "note clob", "size int4");

        assertThat(lines(files.read(
                        files.cdc("I,1,NULL,NULL\nI,2,,\nI,3,\"NULL\",3\n"), shape(notes, c -> c.nullValue("NULL")))))
                .containsExactly("I [1] [NULL] [NULL]", "I [2] [] [NULL]", "I [3] [NULL] [3]");
        assertThat(files.read(files.cdc("I,3,\"NULL\",3\n"), shape(notes, c -> c.nullValue("NULL")))
                        .get(0)
                        .image()
                        .textValue(1))
                .isEqualTo("NULL");
    }

    @Test
    void noSupplementalValueIsUnknown_S8() {
        TableSchema notes = schema("id int4 not null", "note clob", "size int4");

        assertThat(lines(files.read(files.cdc("U,1,?,?\n"), shape(notes, c -> c.noSupValue("?")))))
                .containsExactly("U [1] [UNKNOWN] [UNKNOWN]");
    }

    @Test
    void nullInAnUpdateIsRefusedWhereItMeansNothing_S8() {
        TableSchema notes = schema("id int4 not null", "note clob");
        RowShape shape = shape(notes, c -> {}).withNullOnUpdate(Map.of("note", NullOnUpdate.REFUSE), NullOnUpdate.NULL);

        assertThatThrownBy(() -> files.read(files.cdc("I,1,\nU,1,\n"), shape))
                .isInstanceOf(RawFileException.class)
                .hasMessageStartingWith(
                        "Cannot read '" + CDC_KEY + "' row 1 (byte 5): column 'note' is null in an update");
    }

    @Test
    void paddingIsCutOffTextIfDeclared() {
        TableSchema notes = schema("id int4 not null", "note clob");

        assertThat(lines(files.read(files.cdc("I,1,Carine \n"), shape(notes, c -> {}))))
                .containsExactly("I [1] [Carine ]");
        assertThat(lines(files.read(files.cdc("I,1,Carine   \n"), shape(notes, c -> c.padding(' ')))))
                .containsExactly("I [1] [Carine]");
    }

    @Test
    void emptyRecordsAreSkippedAndCounted() {
        RowShape shape = shape(schema("id int4 not null", "note clob"), c -> {});

        try (ChangeCursor cursor = files.reader(shape).open(files.cdc(",,\nI,1,a\n\nI,2,b\n"), CsvFixture.PLACE)) {
            List<ChangeRecord> changes = CsvFixture.all(cursor);
            assertThat(lines(changes)).containsExactly("I [1] [a]", "I [2] [b]");
            assertThat(changes).extracting(change -> change.origin().row()).containsExactly(0L, 1L);
            assertThat(cursor.counts()).isEqualTo(new ReadCounts(2, 2, 0, 0));
        }
    }

    @Test
    void aRowOfNullsThatCanBeOneIsNoEmptyRecord() {
        var schema = new TableSchema(TABLE, schema("a clob", "b clob").columns(), List.of());

        assertThat(lines(files.read(files.load(",\nx,\n"), shape(schema, c -> c.loadOp(OpColumn.ABSENT)))))
                .containsExactly("I [NULL] [NULL]", "I [x] [NULL]");
    }

    @Test
    void gzipIsToldByItsFirstBytes() {
        RowShape shape = shape(schema("id int4 not null", "note clob"), c -> {});
        byte[] packed = CsvFixture.gzip("I,1,a\n".getBytes(UTF_8));

        assertThat(lines(files.read(files.gzipCdc(packed), shape))).containsExactly("I [1] [a]");
        assertThat(lines(files.read(files.cdc(packed), shape))).containsExactly("I [1] [a]");
    }

    @Test
    void profileHoldsEvidenceColumnsAndCounts() {
        RowShape shape = shape(schema("id int4 not null", "note clob"), c -> {})
                .withTimestampColumn("ts")
                .withSequenceColumn("seq");
        String file = """
                I,2024-06-12 10:30:28.000000,1,a,20240612103028000000000000000000121
                I,2024-06-12 10:30:27.000000,x,b,20240612103027000000000000000000125
                I,2024-06-12 10:30:29.000000,3,c,20240612103029000000000000000000122
                """;

        FileProfile profile = files.reader(shape).profile(files.cdc(file));

        assertThat(profile.evidence())
                .isEqualTo(new FileEvidence(
                        3,
                        "20240612103028000000000000000000121",
                        "20240612103029000000000000000000122",
                        Instant.parse("2024-06-12T10:30:27Z"),
                        Instant.parse("2024-06-12T10:30:29Z")));
        assertThat(profile.disputes()).extracting(Finding::code).containsExactly("ORDER_DISPUTED");
        assertThat(profile.columnNames()).containsExactly("Op", "ts", "id", "note", "seq");
        assertThat(profile.columns()).extracting(Column::name).containsExactly("id", "note");
        assertThat(profile.counts()).isEqualTo(new ReadCounts(3, 0, 0, 0));
    }

    @Test
    void changesWithoutTheDeclaredSequenceColumnAreRefused() {
        TableSchema notes = schema("id int4 not null", "note clob");
        RowShape shape = shape(notes, c -> c.layout(CsvLayout.of(notes))).withSequenceColumn("seq");

        assertThatThrownBy(() -> files.read(files.cdc("I,1,a\n"), shape))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("it has no sequence column 'seq', only [Op, id, note].");
    }

    @Test
    void objectThatChangedSinceTheListingIsNotRead() {
        RowShape shape = shape(schema("id int4 not null", "note clob"), c -> {});
        var old = files.cdc("I,1,a\n");
        files.cdc("I,1,b\n");

        assertThatThrownBy(() -> files.read(old, shape)).isInstanceOf(PreconditionFailedException.class);
    }

    @Test
    void aLargeFileIsReadInWindowsAndBatches() {
        TableSchema notes = schema("id int8 not null", "note clob");
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < 40_000; i++) {
            content.append("I,")
                    .append(i)
                    .append(",\"")
                    .append(Integer.toString(i).repeat(60))
                    .append(",\"\n");
        }
        files.options(ChangeReadOptions.defaults().withBatchRows(1000));

        long rows = 0;
        try (ChangeCursor cursor =
                files.reader(shape(notes, c -> {})).open(files.cdc(content.toString()), CsvFixture.PLACE)) {
            for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                assertThat(batch.get().size()).isEqualTo(1000);
                for (ChangeRecord change : batch.get()) {
                    assertThat(change.image().longValue(0)).isEqualTo(rows);
                    assertThat(change.image().textValue(1))
                            .isEqualTo(Long.toString(rows).repeat(60) + ",");
                    assertThat(change.origin().row()).isEqualTo(rows);
                    rows++;
                }
            }
        }

        assertThat(rows).isEqualTo(40_000);
        assertThat(content.length()).isBetween(8 << 20, 16 << 20);
        assertThat(files.store().reads()).isEqualTo(2);
    }
}
