package io.convergence.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands over transaction files ({@code PreserveTransactions}). */
class TransactionFilesTest {
    private static final String FIRST = "txn/CDC_TXN-20260301100000000.csv";
    private static final String SECOND = "txn/CDC_TXN-20260301100500000.csv";

    @TempDir
    private Path folder;

    private Path zone;
    private Path schema;

    @BeforeEach
    void zone() throws IOException {
        zone = folder.resolve("zone");
        schema = folder.resolve("schema.json");
        Files.writeString(schema, """
                {"tables":[
                  {"schema":"public","name":"orders","primaryKey":["id"],"columns":[{"name":"id","type":"int4"},{"name":"state","type":"string(20)"}]},
                  {"schema":"public","name":"lines","primaryKey":["id"],"columns":[{"name":"id","type":"int4"},{"name":"qty","type":"int4"}]}]}
                """);
        write("public/orders/LOAD00000001.csv", "I,2026-03-01 09:00:00.000001,1,open\n");
        write(FIRST, """
                U,orders,public,2026-03-01 09:59:50.000000,1,paid
                I,lines,public,2026-03-01 09:59:50.000000,7,2
                I,other,public,2026-03-01 09:59:51.000000,1,2,3
                """);
        write(SECOND, """
                D,lines,public,2026-03-01 10:01:00.000000,7,
                U,orders,public,2026-03-01 10:01:00.000000,1,sent
                """);
    }

    private void write(String key, String content) {
        DmsFile.write(zone.resolve(key), content.getBytes(UTF_8));
    }

    private Cli run(String command, Object... more) {
        List<Object> all = new ArrayList<>(List.of(command, zone, "--schema", schema, "--timestamp-column", "ts"));
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }

    @Test
    void changesOfAllTablesComeInTheOrderOfCommitsAfterTheLoads() {
        Cli changes = run("changes").endsWith(ExitCode.DATA);

        assertThat(changes.out()).isEqualToNormalizingNewlines("""
                I public.orders 2026-03-01T09:00:00.000001Z id=1 state=open  (public/orders/LOAD00000001.csv row 0)
                U public.orders 2026-03-01T09:59:50Z id=1 state=paid  (txn/CDC_TXN-20260301100000000.csv row 0)
                I public.lines 2026-03-01T09:59:50Z id=7 qty=2  (txn/CDC_TXN-20260301100000000.csv row 1)
                D public.lines 2026-03-01T10:01:00Z id=7  (txn/CDC_TXN-20260301100500000.csv row 0)
                U public.orders 2026-03-01T10:01:00Z id=1 state=sent  (txn/CDC_TXN-20260301100500000.csv row 1)
                """);
        assertThat(changes.err().lines())
                .containsExactly(
                        "convergence: WARNING TABLE_NOT_DESCRIBED at public.other: 1 row of it in transaction files was not read, because nothing describes the table. Add it to the schema, or choose a table with --table.");
    }

    @Test
    void oneTableIsReadAmongItsOtherChanges() {
        Cli orders = run("changes", "--table", "public.orders", "--json").succeeds();
        Cli lines = run("changes", "--table", "public.lines").succeeds();

        assertThat(orders.lines())
                .extracting(line -> line.substring(0, line.indexOf(",\"table\"")))
                .containsExactly(
                        "{\"file\":\"public/orders/LOAD00000001.csv\",\"row\":0",
                        "{\"file\":\"" + FIRST + "\",\"row\":0",
                        "{\"file\":\"" + SECOND + "\",\"row\":1");
        assertThat(lines.lines())
                .containsExactly(
                        "I public.lines 2026-03-01T09:59:50Z id=7 qty=2  (txn/CDC_TXN-20260301100000000.csv row 1)",
                        "D public.lines 2026-03-01T10:01:00Z id=7  (txn/CDC_TXN-20260301100500000.csv row 0)");
    }

    /** Rule S5, for each table by its own load. */
    @Test
    void changesBeforeATablesLoadAreNotRead() {
        write("txn/CDC_TXN-20260301083000000.csv", """
                U,orders,public,2026-03-01 08:29:00.000000,1,old
                I,lines,public,2026-03-01 08:29:00.000000,6,1
                """);

        Cli orders = run("changes", "--table", "public.orders").succeeds();
        Cli all = run("changes").endsWith(ExitCode.DATA);

        assertThat(orders.lines()).hasSize(3).noneMatch(line -> line.contains("state=old"));
        assertThat(all.lines())
                .hasSize(6)
                .noneMatch(line -> line.contains("state=old"))
                .anyMatch(line -> line.contains("id=6 qty=1"));
    }

    @Test
    void filesTellsWhoseRowsTheyHold() {
        Cli files = run("files").succeeds();

        assertThat(files.out().replaceAll("\\d+ bytes", "N bytes")).contains("""
                        transactions of all tables: 2 files
                          TXN  2026-03-01T10:00:00Z  2 rows  N bytes  of public.lines 1, public.orders 1  txn/CDC_TXN-20260301100000000.csv
                          TXN  2026-03-01T10:05:00Z  2 rows  N bytes  of public.lines 1, public.orders 1  txn/CDC_TXN-20260301100500000.csv
                        3 raw files of 2 tables, N bytes;""");
    }

    @Test
    void filesListsThemAlsoWhereNothingIsKnownOfTheirColumns() {
        Cli files = Cli.run("files", zone).succeeds();

        assertThat(files.out()).contains("TXN  2026-03-01T10:00:00Z  ? rows").contains(SECOND);
    }

    @Test
    void orderNeedsATimestampOrASequence() {
        Cli.run("changes", zone, "--schema", schema)
                .fails(
                        ExitCode.USAGE,
                        "Cannot put the changes of transaction files in order: nothing tells one transaction from the next. Give --timestamp-column or --sequence-column as the task writes them, or read one table with --table.");
    }

    @Test
    void withoutAnythingThatDescribesColumnsTheErrorSaysWhatToGive() throws IOException {
        Files.delete(zone.resolve("public/orders/LOAD00000001.csv"));

        Cli.run("changes", zone, "--timestamp-column", "ts")
                .fails(
                        ExitCode.USAGE,
                        "Cannot read the transaction files, e.g. '" + FIRST
                                + "': nothing says what the columns of their tables are. Give --schema FILE or --spec FILE; or --csv-as-text to see them as text, col1, col2 and so on.");

        Cli text = Cli.run("changes", zone, "--timestamp-column", "ts", "--csv-as-text")
                .succeeds();
        assertThat(text.lines()).hasSize(5).anyMatch(line -> line.contains("col1=1 col2=2 col3=3"));
    }

    @Test
    void brokenFileIsToldAndTheNextIsRead() {
        write(FIRST, "U,orders,public,2026-03-01 09:59:50.000000,one,paid\n");

        Cli changes = run("changes").endsWith(ExitCode.DATA);

        assertThat(changes.err().lines())
                .singleElement()
                .asString()
                .startsWith("convergence: Cannot read '" + FIRST + "' row 0 (byte 43): ");
        assertThat(changes.lines()).hasSize(3);
    }

    @Test
    void tableWithoutRowsIsRefused() throws IOException {
        Files.writeString(schema, Files.readString(schema).replace("\"lines\"", "\"linen\""));

        run("changes", "--table", "public.linen")
                .fails(
                        ExitCode.USAGE,
                        "Cannot find table public.linen under '" + zone
                                + "': no file there has rows of it. Check the name, it is case-sensitive.");
    }

    @Test
    void snapshotRefusesRatherThanMissChanges() {
        Path lake = folder.resolve("lake");

        run("snapshot", "--to", lake)
                .fails(
                        ExitCode.USAGE,
                        "Cannot merge '" + zone + "': it has transaction files, e.g. '" + FIRST
                                + "', which snapshot does not read, so that changes would be missing. Use merge, with --schema FILE or --spec FILE.");

        assertThat(lake).doesNotExist();
    }

    @Test
    void mergeTakesEachTablesChangesOutOfThem() {
        Path lake = folder.resolve("lake");
        Object[] options = {"--to", lake, "--settle", "0s"};

        // A table of which only changes are there is warned of (NO_LOAD).
        Cli first = run("merge", options).endsWith(ExitCode.DATA);
        Cli again = run("merge", options);
        write("txn/CDC_TXN-20260301101000000.csv", "I,lines,public,2026-03-01 10:06:00.000000,8,5\n");
        Cli third = run("merge", options);
        Cli show = run("show", options);

        assertThat(first.lines())
                .contains(
                        "public.lines: PUBLISHED, 0 rows, from 2 files",
                        "public.orders: PUBLISHED, 1 rows, from 3 files",
                        "  changes: {RECEIVED=3, APPLIED=1, SUPERSEDED=2}",
                        "2 tables: 2 published");
        assertThat(again.lines()).last().isEqualTo("2 tables: 2 unchanged");
        assertThat(third.lines())
                .contains("public.lines: PUBLISHED, 1 rows, from 1 files")
                .anyMatch(line -> line.startsWith("public.orders: UNCHANGED, 1 rows"));
        assertThat(show.lines()).contains("public.lines: CURRENT", "public.orders: CURRENT");
    }

    /** Only a schema tells which tables they hold, and a table that nobody names would be left out silently. */
    @Test
    void mergeNeedsToBeToldTheTables() throws IOException {
        Path lake = folder.resolve("lake");
        Files.delete(zone.resolve("public/orders/LOAD00000001.csv"));

        Cli.run("merge", zone, "--to", lake, "--key", "id", "--timestamp-column", "ts", "--csv-as-text")
                .fails(
                        ExitCode.USAGE,
                        "Cannot tell the tables of '" + zone + "': it has transaction files, e.g. '" + FIRST
                                + "', and only a schema says whose rows they may hold. Give --schema FILE or --spec FILE.");

        assertThat(lake).doesNotExist();
    }

    @Test
    void compactSaysThatTheyAreLeftAsTheyAre() {
        Cli compact = run("compact", "--to", folder.resolve("lake"), "--now").succeeds();

        assertThat(compact.lines())
                .contains(
                        "transactions of all tables: 2 CSV files are left as they are; files of transactions are not compacted");
    }
}
