package io.convergence.change;

import static io.convergence.change.CsvFixture.lines;
import static io.convergence.change.CsvFixture.schema;
import static io.convergence.change.CsvFixture.shape;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.target.OpColumn;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left out is always told, and never more than the policy allows. */
class BadInputPolicyTest {
    private static final String DAMAGED = "The file is damaged or not DMS's: restore it or reload the table.";
    private static final String BAD_ROWS = "I,1,a\nI,x,b\nI,3,c,c\nI,4,d\nQ,5,e\n";
    private static final RowShape SHAPE =
            shape(schema("id int4 not null", "note clob"), c -> c.cdcOp(OpColumn.PRESENT));

    private final CsvFixture files = new CsvFixture();
    private final List<BadInput> heard = new ArrayList<>();

    /** What a cursor gave. */
    private record Result(List<String> lines, ReadCounts counts) {}

    @Test
    void failingStopsAtTheFirstBadRow() {
        assertThatThrownBy(() -> read(files.cdc(BAD_ROWS), SHAPE, BadInputPolicy.FAIL))
                .isInstanceOf(RawFileException.class)
                .hasMessageStartingWith("Cannot read '" + CsvFixture.CDC_KEY + "' row 1 (byte 8): column 'id' (int4):");
    }

    @Test
    void quarantineLeavesOutBadRowsOfCsvAndTellsEach() {
        Result result = read(files.cdc(BAD_ROWS), SHAPE, BadInputPolicy.QUARANTINE_ROWS);

        assertThat(result.lines()).containsExactly("I [1] [a]", "I [4] [d]");
        assertThat(result.counts().complete()).isFalse();
        assertThat(result.counts().rows()).isEqualTo(2);
        assertThat(result.counts().badInput().rows()).isEqualTo(3);
        assertThat(result.counts().badInput().files()).isZero();
        assertThat(result.counts().badInput().first())
                .extracting(BadInput::origin)
                .containsExactly(origin(1), origin(2), origin(4));
        assertThat(result.counts().badInput().first())
                .extracting(BadInput::byteOffset)
                .containsExactly(OptionalLong.of(8), OptionalLong.of(12), OptionalLong.of(26));
        assertThat(result.counts().findings("path").get(2))
                .isEqualTo(Finding.error(
                        "ROW_QUARANTINED",
                        CsvFixture.CDC_KEY + " row 4 (byte 26)",
                        "The row was left out: column 'Op' is 'Q', which is none of I, U, D.",
                        DAMAGED));
        assertThat(heard).isEqualTo(result.counts().badInput().first());
    }

    @Test
    void skippingKeepsTheRowsBeforeTheBadOne() {
        Result result = read(files.cdc("I,1,a\nI,2,b\nI,x,c\nI,4,d\n"), SHAPE, BadInputPolicy.SKIP_FILE);

        assertThat(result.lines()).containsExactly("I [1] [a]", "I [2] [b]");
        assertThat(result.counts().badInput().rows()).isZero();
        assertThat(result.counts().badInput().files()).isEqualTo(1);
        assertThat(result.counts().findings("path"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.toString())
                        .startsWith("ERROR FILE_SKIPPED at " + CsvFixture.CDC_KEY
                                + " row 2 (byte 14): The file was left out from here on: column 'id' (int4):"));
    }

    @Test
    void damageOfTheTextItselfIsTheFilesEvenInQuarantine() {
        Result result = read(files.cdc("I,x,a\nI,2,b\nI,3,\"c\nI,4,d\n"), SHAPE, BadInputPolicy.QUARANTINE_ROWS);

        assertThat(result.lines()).containsExactly("I [2] [b]");
        assertThat(result.counts().badInput().rows()).isEqualTo(1);
        assertThat(result.counts().badInput().files()).isEqualTo(1);
        assertThat(result.counts().badInput().first().get(1).row()).isEqualTo(2);
        assertThat(result.counts().badInput().first().get(1).reason())
                .isEqualTo("the quote that opens field 3 is never closed.");
    }

    @ParameterizedTest
    @EnumSource(names = "FAIL", mode = EnumSource.Mode.EXCLUDE)
    void aFileThatCannotBeOpenedHasNoRowsAndSaysWhy(BadInputPolicy policy) {
        for (RawFile file : List.of(files.cdc(""), parquet(new byte[] {1, 2, 3}))) {
            Result result = read(file, SHAPE, policy);
            FileProfile profile = reader(SHAPE, policy).profile(file);

            assertThat(result.lines()).isEmpty();
            assertThat(result.counts().badInput().files()).isEqualTo(1);
            assertThat(result.counts().badInput().first().get(0).row()).isZero();
            assertThat(profile.counts().complete()).isFalse();
            assertThat(profile.evidence().rows()).isZero();
        }
    }

    @Test
    void quarantineLeavesOutBadRowsOfParquetWhateverCellIsBad() {
        byte[] content = ParquetFixture.of(
                        "optional binary Op (UTF8); optional binary ts (UTF8); optional int32 id (INT_8); optional binary note (UTF8); optional binary seq (UTF8);")
                .write(
                        row -> change(row, "I", 12, 0, "a", 1),
                        row -> change(row, "X", 12, 1, "b", 2),
                        row -> change(row, "I", 99, 2, "c", 3),
                        row -> change(row, "I", 12, 300, "d", 4),
                        row -> change(row, "U", 12, 4, "e", 5),
                        row -> row.append("Op", "I")
                                .append("ts", "2024-06-12 10:30:27")
                                .append("id", 5)
                                .append("note", Binary.fromConstantByteArray(new byte[] {(byte) 0xC3, 0x28}))
                                .append("seq", sequence(6)),
                        row -> row.append("Op", "I")
                                .append("ts", "2024-06-12 10:30:27")
                                .append("id", 6)
                                .append("seq", "12"),
                        row -> change(row, "D", 12, 7, "h", 8));
        RowShape shape = RowShape.plain().withTimestampColumn("ts").withSequenceColumn("seq");

        Result result = read(parquet(content), shape, BadInputPolicy.QUARANTINE_ROWS);

        assertThat(result.lines()).containsExactly("I [0] [a]", "U [4] [e]", "D [7] [h]");
        assertThat(result.counts().rows()).isEqualTo(3);
        assertThat(result.counts().badInput().rows()).isEqualTo(5);
        assertThat(heard).extracting(BadInput::row).containsExactly(1L, 2L, 3L, 5L, 6L);
        assertThat(heard)
                .extracting(BadInput::reason)
                .satisfies(reasons -> assertThat(String.join("\n", reasons)).isEqualTo("""
                        column 'Op' is 'X', which is none of I, U, D.
                        timestamp column 'ts' is '2024-06-99 10:30:27': Invalid value for DayOfMonth (valid values 1 - 28/31): 99.
                        column 'id' (INT32 INTEGER(8,true)): a value does not fit the 8 bits the file declares.
                        column 'note' (BINARY STRING): a text is not valid UTF-8.
                        sequence column 'seq' is '12', which is no change sequence."""));
    }

    @Test
    void aBrokenRowGroupIsTheFilesAndRowsBeforeItStay() {
        byte[] sound = ParquetFixture.of("optional binary Op (UTF8); optional int64 id;")
                .with(builder -> builder.withRowGroupRowCountLimit(2).withDictionaryEncoding(false))
                .write(
                        row -> row.append("Op", "I").append("id", 1L),
                        row -> row.append("Op", "I").append("id", 2L),
                        row -> row.append("Op", "I").append("id", 3L));
        ParquetForge.Page page = ParquetForge.pages(sound).stream()
                .filter(candidate -> candidate.group() == 1)
                .findFirst()
                .orElseThrow();
        byte[] broken = ParquetForge.withHeader(
                sound, page, header -> header.getData_page_header().setNum_values(9));

        Result result = read(parquet(broken), RowShape.plain(), BadInputPolicy.QUARANTINE_ROWS);

        assertThat(result.lines()).containsExactly("I [1]", "I [2]");
        assertThat(result.counts().badInput().files()).isEqualTo(1);
        assertThat(heard)
                .singleElement()
                .satisfies(input -> assertThat(input.row()).isEqualTo(2))
                .satisfies(input -> assertThat(input.byteOffset()).hasValue(page.start()))
                .satisfies(input -> assertThat(input.reason())
                        .startsWith("row group 1 column 'Op' cannot be decoded: a page claims 9 values, 1 are left"));
    }

    @Test
    void onlyTheFirstAreListedButAllAreCountedAndHeard() {
        Result result = read(files.cdc("I,x,a\n".repeat(250) + "I,1,a\n"), SHAPE, BadInputPolicy.QUARANTINE_ROWS);

        assertThat(result.lines()).hasSize(1);
        assertThat(result.counts().badInput().rows()).isEqualTo(250);
        assertThat(result.counts().badInput().first()).hasSize(BadInputReport.LISTED);
        assertThat(result.counts().findings("k").get(BadInputReport.LISTED).message())
                .isEqualTo("150 more rows or files were left out.");
        assertThat(heard).hasSize(250);
    }

    @Test
    void aProfileCountsTheRowsThatWereLeftOut() {
        RawFile.Cdc file = files.cdc(BAD_ROWS);

        FileProfile profile = reader(SHAPE, BadInputPolicy.QUARANTINE_ROWS).profile(file);

        // It reads DMS's own columns only, so that the row with a broken number is none it could tell.
        assertThat(profile.evidence().rows()).isEqualTo(5);
        assertThat(profile.counts().rows()).isEqualTo(3);
        assertThat(profile.counts().badInput().rows()).isEqualTo(2);
    }

    @Test
    void transactionFilesGoOnAfterABadRowAndAfterABrokenFile() {
        TableId table = CsvFixture.TABLE;
        String time = "2024-06-12 10:30:27.000000";
        RawFile.Transaction broken = files.transactions("a.csv", "", CsvFixture.FLUSHED);
        RawFile.Transaction mixed = files.transactions(
                "b.csv",
                "I,orders,public," + time + ",1,a\nI,orders,public," + time + ",x,b\nI,orders,public,,3,c\nI,,public,"
                        + time + ",4,d\nI,orders,public," + time + ",5,e\n",
                CsvFixture.FLUSHED.plusSeconds(1));
        RowShape shape = SHAPE.withTimestampColumn("ts");
        TransactionReader reader = TransactionReader.create(
                files.store(),
                shape,
                id -> id.equals(table) ? Optional.of(shape) : Optional.empty(),
                ChangeReadOptions.defaults().withBadInput(BadInputPolicy.QUARANTINE_ROWS, heard::add));

        List<ChangeRecord> changes = new ArrayList<>();
        try (TransactionCursor cursor = reader.open(List.of(broken, mixed), (id, file) -> CsvFixture.PLACE)) {
            for (var next = cursor.next(); next.isPresent(); next = cursor.next()) {
                changes.addAll(next.get().changes());
            }
            assertThat(cursor.counts().badInput().rows()).isEqualTo(3);
            assertThat(cursor.counts().badInput().files()).isEqualTo(1);
        }

        assertThat(lines(changes)).containsExactly("I [1] [a]", "I [5] [e]");
        assertThat(heard)
                .extracting(input -> input.key() + " " + input.scope() + " " + input.row())
                .containsExactly("cdc/a.csv REST_OF_FILE 0", "cdc/b.csv ROW 1", "cdc/b.csv ROW 2", "cdc/b.csv ROW 3");
    }

    private Result read(RawFile file, RowShape shape, BadInputPolicy policy) {
        try (ChangeCursor cursor = reader(shape, policy).open(file, CsvFixture.PLACE)) {
            List<String> lines = lines(CsvFixture.all(cursor));
            return new Result(lines, cursor.counts());
        }
    }

    private ChangeReader reader(RowShape shape, BadInputPolicy policy) {
        return ChangeReader.create(
                files.store(),
                CsvFixture.TABLE,
                shape,
                ChangeReadOptions.defaults().withBadInput(policy, heard::add));
    }

    private RawFile.Cdc parquet(byte[] content) {
        Instant flushed = CsvFixture.FLUSHED;
        return new RawFile.Cdc(
                CsvFixture.TABLE,
                files.store().add("public/orders/20240612-103125108.parquet", content, flushed),
                RawFormat.PARQUET,
                flushed);
    }

    private static void change(
            org.apache.parquet.example.data.Group row, String op, int day, int id, String note, int number) {
        row.append("Op", op)
                .append("ts", "2024-06-" + day + " 10:30:27")
                .append("id", id)
                .append("note", note)
                .append("seq", sequence(number));
    }

    private static String sequence(int number) {
        return "2024061210302736" + String.format("%019d", number);
    }

    private static Optional<RowOrigin> origin(long row) {
        return Optional.of(new RowOrigin(CsvFixture.CDC_KEY, row));
    }
}
