package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCommandTest {
    /** One row per key: 1 was paid, 2 was deleted, 3 came in. Amounts are unscaled bytes in the file. */
    private static final List<String> EXPECTED = List.of("1 paid", "3 open");

    @TempDir
    private Path folder;

    private Path zone;
    private Path lake;

    @BeforeEach
    void zone() {
        zone = OrdersZone.in(folder.resolve("zone"));
        lake = folder.resolve("lake");
    }

    /** The rows of the only data file a run names. */
    private List<String> rows(Cli snapshot) {
        String file = snapshot.lines().stream()
                .filter(line -> line.endsWith(".parquet"))
                .findFirst()
                .orElseThrow()
                .strip();
        return Parquet.rows(lake.resolve(file)).stream()
                .map(row -> row.get(0) + " " + row.get(1))
                .toList();
    }

    @Test
    void snapshotHoldsOneRowPerKey() {
        Cli snapshot = Cli.run(OrdersZone.with("snapshot", zone, "--to", lake, "--key", "id"))
                .succeeds();

        assertThat(snapshot.lines())
                .hasSize(3)
                .startsWith(
                        "public.orders: PUBLISHED, 2 rows, from 3 files",
                        "  changes: {RECEIVED=5, APPLIED=3, SUPERSEDED=2}");
        assertThat(rows(snapshot)).isEqualTo(EXPECTED);
    }

    @Test
    void secondRunChangesNothingUntilChangesCome() {
        Cli first = Cli.run(OrdersZone.with("snapshot", zone, "--to", lake, "--key", "id"))
                .succeeds();

        Cli second = Cli.run(OrdersZone.with("snapshot", zone, "--to", lake, "--key", "id"))
                .succeeds();
        DmsFile.of(OrdersZone.CHANGE_COLUMNS)
                .row("D", "20260301100600000000000000000000004", "2026-03-01 10:06:00.000000", 1L, null, null)
                .writeTo(zone.resolve("public/orders/20260301-100700000.parquet"));
        Cli third = Cli.run(OrdersZone.with("snapshot", zone, "--to", lake, "--key", "id"))
                .succeeds();

        assertThat(second.lines())
                .containsExactly(
                        "public.orders: UNCHANGED, 2 rows, from 0 files",
                        first.lines().get(2));
        assertThat(third.lines()).startsWith("public.orders: PUBLISHED, 1 rows, from 1 files");
        assertThat(rows(third)).containsExactly("3 open");
    }

    @Test
    void compactedFilesAreReadInPlaceOfRawOnes() {
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now")).succeeds();

        Cli snapshot = Cli.run(OrdersZone.with("snapshot", zone, "--to", lake, "--key", "id"))
                .succeeds();

        assertThat(snapshot.lines()).startsWith("public.orders: PUBLISHED, 2 rows, from 2 files");
        assertThat(rows(snapshot)).isEqualTo(EXPECTED);
    }

    @Test
    void keyOfTheSchemaIsTaken() throws IOException {
        Path schema = Files.writeString(folder.resolve("schema.json"), SpecAndSchemaTest.SCHEMA);

        Cli snapshot = Cli.run(OrdersZone.with("snapshot", zone, "--to", lake, "--schema", schema))
                .succeeds();

        assertThat(rows(snapshot)).isEqualTo(EXPECTED);
    }

    @Test
    void withoutAKeyThereIsNoSnapshot() {
        Cli.run(OrdersZone.with("snapshot", zone, "--to", lake))
                .fails(
                        ExitCode.USAGE,
                        "Cannot merge table public.orders: nothing tells its rows apart. Give --key COL[,COL], or --schema FILE with a primaryKey.");
        assertThat(lake).doesNotExist();
    }

    @Test
    void columnThatIsNotThereIsNoKey() throws IOException {
        Path schema = Files.writeString(folder.resolve("schema.json"), SpecAndSchemaTest.SCHEMA);
        String line =
                "Cannot merge table public.orders by column 'ID': it has [id, state, amount]. Correct --key; names are case-sensitive.";

        Cli.run(OrdersZone.with("snapshot", zone, "--to", lake, "--key", "id,ID"))
                .fails(ExitCode.USAGE, line);
        Cli.run(OrdersZone.with("snapshot", zone, "--to", lake, "--key", "ID", "--schema", schema))
                .fails(ExitCode.USAGE, line);
        assertThat(lake).doesNotExist();
    }

    @Test
    void heldTableIsNotPublishedAndSaysWhy() {
        Cli snapshot = Cli.run("snapshot", zone, "--to", lake, "--key", "id", "--sequence-column", "dms_seq")
                .endsWith(ExitCode.DATA);

        assertThat(snapshot.lines()).containsExactly("public.orders: HELD, nothing published");
        assertThat(snapshot.err()).contains("ERROR LOAD_TIME_UNKNOWN at public.orders");
        Cli declared = Cli.run(
                        "snapshot",
                        zone,
                        "--to",
                        lake,
                        "--key",
                        "id",
                        "--sequence-column",
                        "dms_seq",
                        "--load-start",
                        "2026-03-01T09:00:00Z")
                .succeeds();
        assertThat(rows(declared)).hasSize(2);
    }

    @Test
    void dryRunTellsWhatWouldBeReadAndWritesNothing() {
        Cli plan = Cli.run(OrdersZone.with("snapshot", zone, "--to", lake, "--key", "id", "--dry-run"))
                .succeeds();

        assertThat(plan.out())
                .contains("merge of public.orders")
                .contains("3 raw files to apply (1 LOAD, 2 CDC) with 5 rows");
        assertThat(lake).doesNotExist();
    }
}
