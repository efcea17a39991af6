package io.convergence.change;

import static io.convergence.change.CsvFixture.lines;
import static io.convergence.change.CsvFixture.schema;
import static io.convergence.change.CsvFixture.shape;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.raw.RawFile;
import io.convergence.target.CsvForm;
import io.convergence.target.OpColumn;
import io.convergence.target.RowShape;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input: each form of damage is refused with its place, or read as what it can only mean. */
class CsvDamageTest {
    private final CsvFixture files = new CsvFixture();

    @Test
    void aFileWithoutBytesIsRefused() {
        assertRefused(files.cdc(""), c -> {}, "it has no bytes; DMS writes no file for no rows.");
    }

    @Test
    void aQuoteThatIsNeverClosedIsRefused() {
        assertRefused(
                files.cdc("I,1,a\nI,2,\"b\nI,3,c\n"),
                c -> {},
                "row 1 (byte 10): the quote that opens field 3 is never closed.");
    }

    @Test
    void textAfterAClosingQuoteIsRefused() {
        assertRefused(
                files.cdc("I,1,\"a\"b\n"),
                c -> {},
                "row 0 (byte 7): the closing quote of field 3 is not followed by a delimiter.");
    }

    @Test
    void aQuoteInAPlainFieldIsRefused() {
        assertRefused(
                files.cdc("I,1,a\"b\n"),
                c -> {},
                "row 0 (byte 5): field 3 holds a quote but is not quoted. Set Rfc4180=false if the endpoint has it");
    }

    @Test
    void raggedRowsAreRefused() {
        assertRefused(files.cdc("I,1,a\nI,2\n"), c -> {}, "row 1 (byte 6): it has 2 fields, and no declared layout");
        assertRefused(
                files.cdc("I,1,a\nI,2,b,c\n"), c -> {}, "row 1 (byte 6): it has 4 fields, and no declared layout");
        assertRefused(
                files.cdc("Op,id,note\nI,1\n"),
                CsvForm.Builder::header,
                "row 0 (byte 11): it has 2 fields, the header has 3.");
    }

    @Test
    void aFileThatWasCutOffIsRefusedUnlessDeclaredWhole() {
        assertRefused(
                files.cdc("I,1,a\nI,2,b"),
                c -> {},
                "row 1 (byte 11): the file ends within it, without the row delimiter that DMS writes after each row.");
        assertThat(read(files.cdc("I,1,a\nI,2,b"), CsvForm.Builder::unterminatedLastRow))
                .isEqualTo("I [1] [a]; I [2] [b]");
        assertThat(read(files.cdc("I,1,a\nI,2,\"b\""), CsvForm.Builder::unterminatedLastRow))
                .isEqualTo("I [1] [a]; I [2] [b]");
    }

    @Test
    void changedLineEndsAreRefusedUnlessDeclared() {
        String reason =
                "a carriage return stands before its end, and whether it belongs to the row delimiter cannot be told.";

        assertRefused(files.cdc("I,1,a\r\n"), c -> {}, "row 0 (byte 5): " + reason);
        assertRefused(files.cdc("I,1,\"a\"\r\n"), c -> {}, "row 0 (byte 7): " + reason);
        assertThat(read(files.cdc("I,1,a\r\nI,2,\"b\r\n\"\r\n"), c -> c.rowDelimiter("\\r\\n")))
                .isEqualTo("I [1] [a]; I [2] [b\r\n]");
        assertThat(read(files.cdc("I,1,a\r\n"), CsvForm.Builder::carriageReturnsAreData))
                .isEqualTo("I [1] [a\r]");
    }

    @Test
    void aLoneCarriageReturnAndANulAreText() {
        assertThat(read(files.cdc("I,1,a\rb\nI,2,\u0000\n"), c -> {})).isEqualTo("I [1] [a\rb]; I [2] [\u0000]");
    }

    @Test
    void aByteOrderMarkIsSkippedAndReported() {
        RowShape shape = shape(schema("id int4 not null", "note clob"), c -> {});

        try (ChangeCursor cursor = files.reader(shape).open(files.cdc("\uFEFFI,1,a\n"), CsvFixture.PLACE)) {
            assertThat(lines(CsvFixture.all(cursor))).containsExactly("I [1] [a]");
            assertThat(cursor.counts().findings("k")).extracting(Finding::code).containsExactly("BYTE_ORDER_MARK");
        }
    }

    @Test
    void aHugeRowIsRefusedAtItsLimit() {
        files.options(ChangeReadOptions.defaults()
                .withCsv(new CsvLimits(DataSize.ofKilobytes(100), DataSize.ofMegabytes(1))));
        String fits = "I,1," + "x".repeat(90_000) + "\n";

        assertThat(files.read(files.cdc(fits), shape(schema("id int4 not null", "note clob"), c -> {})))
                .hasSize(1);
        assertRefused(
                files.cdc(fits + "I,2,\"" + "x".repeat(200_000) + "\"\n"),
                c -> {},
                "row 1 (byte 90005): it has more than 100.0 KB, which is the limit.");
    }

    @Test
    void tooManyFieldsAreRefused() {
        assertRefused(files.cdc(",".repeat(6_000) + "\n"), c -> {}, "row 0 (byte 0): it has more than 5000 fields.");
    }

    @Test
    void fieldsUpToTheLimitAreRead() {
        files.options(ChangeReadOptions.defaults().withCsv(CsvLimits.defaults().withMaxFields(3)));
        assertThat(read(files.cdc("I,1,a\n"), c -> {})).isEqualTo("I [1] [a]");

        files.options(ChangeReadOptions.defaults().withCsv(CsvLimits.defaults().withMaxFields(2)));
        assertRefused(
                files.cdc("I,1,a\n"),
                c -> {},
                "row 0 (byte 0): it has more than 2 fields. Check the delimiters of the settings, or raise CsvLimits.maxFields.");
    }

    @Test
    void gzipThatUnpacksToMoreThanTheRatioIsRefused() {
        // Deflate packs no better than about 1,030 to 1.
        byte[] bomb =
                CsvFixture.gzip(("I,1," + "x".repeat(1 << 20) + "\n").repeat(70).getBytes(UTF_8));
        assertThat(bomb.length).isLessThan(80_000);

        files.options(ChangeReadOptions.defaults().withBatchRows(1));
        assertRefused(files.gzipCdc(bomb), c -> {}, ", more than 1000 times as many. Raise CsvLimits.maxRatio if DMS");
        files.options(ChangeReadOptions.defaults()
                .withBatchRows(1)
                .withCsv(CsvLimits.defaults().withMaxRatio(1_100)));
        assertThat(files.read(files.gzipCdc(bomb), shape(schema("id int4 not null", "note clob"), c -> {})))
                .hasSize(70);
    }

    @Test
    void operationsThatAreNoneAreRefused() {
        assertRefused(
                files.cdc("X,1,a\n"),
                c -> c.cdcOp(OpColumn.PRESENT),
                "row 0 (byte 0): column 'Op' is 'X', which is none of I, U, D.");
        assertRefused(files.cdc(",1,a\n"), c -> c.cdcOp(OpColumn.PRESENT), "row 0 (byte 0): column 'Op' is empty.");
        assertRefused(
                files.load("U,1,a\n"),
                c -> c.loadOp(OpColumn.PRESENT),
                "row 0 (byte 0): column 'Op' is 'U' in a full load, which only inserts.");
    }

    @Test
    void aHeaderWithTwoColumnsOfOneNameIsRefused() {
        assertRefused(files.cdc("Op,id,id\nI,1,2\n"), CsvForm.Builder::header, "two columns are 'id'");
        assertRefused(files.cdc("Op,,id\nI,1,2\n"), CsvForm.Builder::header, "column 2 has no name");
    }

    @Test
    void rowsBeforeADamagedOneStayReadable() {
        files.options(ChangeReadOptions.defaults().withBatchRows(1));
        RowShape shape = shape(schema("id int4 not null", "note clob"), c -> {});

        try (ChangeCursor cursor = files.reader(shape).open(files.cdc("I,1,a\nI,x,b\n"), CsvFixture.PLACE)) {
            assertThat(cursor.next())
                    .hasValueSatisfying(batch -> assertThat(batch.size()).isEqualTo(1));
            assertThatThrownBy(cursor::next).isInstanceOf(RawFileException.class);
            assertThatThrownBy(cursor::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the cursor failed before");
        }
    }

    @Test
    void gzipMembersFollowEachOther() {
        byte[] two = concat(CsvFixture.gzip("I,1,a\nI,".getBytes(UTF_8)), CsvFixture.gzip("2,b\n".getBytes(UTF_8)));

        assertThat(read(files.gzipCdc(two), c -> {})).isEqualTo("I [1] [a]; I [2] [b]");
    }

    @Test
    void whatFollowsGzipAndIsNoneIsRefused() {
        byte[] member = CsvFixture.gzip("I,1,a\n".getBytes(UTF_8));

        assertRefused(
                files.gzipCdc(concat(member, "I,2,b\n".getBytes(UTF_8))),
                c -> {},
                "its gzip cannot be unpacked after 6 bytes: bytes that are no gzip follow its end.");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 9, 12})
    void gzipThatWasCutOffIsRefused(int missing) {
        byte[] whole = CsvFixture.gzip("I,1,a\n".getBytes(UTF_8));
        byte[] cut = Arrays.copyOf(whole, whole.length - missing);

        assertRefused(files.gzipCdc(cut), c -> {}, "it ends early.");
    }

    @Test
    void gzipWithAWrongChecksumIsRefused() {
        byte[] file = CsvFixture.gzip("I,1,a\n".getBytes(UTF_8));
        file[file.length - 8] ^= 1;

        assertRefused(files.gzipCdc(file), c -> {}, "its checksum is wrong.");
    }

    @Test
    void aPlainFileNamedGzipIsRefused() {
        assertRefused(files.gzipCdc("I,1,a\n".getBytes(UTF_8)), c -> {}, "its name says gzip, its first bytes do not.");
    }

    @Test
    void gzipThatUnpacksToFarMoreThanItsSizeIsRefused() {
        byte[] bomb = CsvFixture.gzip(new byte[200 << 20]);
        files.options(ChangeReadOptions.defaults()
                .withCsv(new CsvLimits(DataSize.ofMegabytes(300), DataSize.ofGigabytes(1))));

        assertRefused(files.gzipCdc(bomb), c -> {}, "unpack to ");
    }

    @Test
    void moreTextThanTheLimitIsRefused() {
        files.options(ChangeReadOptions.defaults()
                .withCsv(new CsvLimits(DataSize.ofKilobytes(1), DataSize.ofKilobytes(100))));

        assertRefused(
                files.gzipCdc(CsvFixture.gzip("I,1,a\n".repeat(50_000).getBytes(UTF_8))),
                c -> {},
                "it has more than 100.0 KB of text, which is the limit.");
    }

    private String read(RawFile file, Consumer<CsvForm.Builder> form) {
        return String.join("; ", lines(files.read(file, shape(schema("id int4 not null", "note clob"), form))));
    }

    private void assertRefused(RawFile file, Consumer<CsvForm.Builder> form, String reason) {
        assertThatThrownBy(() -> read(file, form))
                .isInstanceOfSatisfying(
                        RawFileException.class, e -> assertThat(e.key()).isEqualTo(file.key()))
                .hasMessageStartingWith("Cannot read '" + file.key() + "'")
                .hasMessageContaining(reason);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(one);
        bytes.writeBytes(other);
        return bytes.toByteArray();
    }
}
