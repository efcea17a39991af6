package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesCommandTest {
    @TempDir
    private Path folder;

    private void zone() throws Exception {
        OrdersZone.in(folder.resolve("zone"));
        Files.setLastModifiedTime(
                folder.resolve("zone").resolve(OrdersZone.LOAD), FileTime.from(Instant.parse("2026-03-01T09:10:00Z")));
    }

    private static String withoutSizes(Cli files) {
        return files.out().replaceAll("[\\d,]+ bytes", "N bytes").replaceAll("gen-0-[0-9a-f]+", "gen-0-X");
    }

    @Test
    void filesAreListedByTableInTheOrderOfTheirChanges() throws Exception {
        zone();

        Cli files = Cli.run(OrdersZone.with("files", folder.resolve("zone"))).succeeds();

        assertThat(withoutSizes(files)).isEqualToNormalizingNewlines("""
                        public.orders: 3 files, READY, 1 run
                          LOAD 1  2 rows  N bytes  load 2026-03-01T09:10:00Z  public/orders/LOAD00000001.parquet
                          CDC  2026-03-01T10:00:00Z  2 rows  N bytes  run 2026-03-01T10:00:00Z  public/orders/20260301-100000000.parquet
                          CDC  2026-03-01T10:05:00Z  1 row  N bytes  run 2026-03-01T10:00:00Z  public/orders/20260301-100500000.parquet
                        3 raw files of 1 table, N bytes; 0 objects of bookkeeping skipped, 0 objects not understood
                        """);
    }

    @Test
    void compactedFilesAreNamedAsSuchAndTheLakesOwnObjectsAreNotForeign() throws Exception {
        zone();
        Path lake = folder.resolve("lake");
        Cli.run(OrdersZone.with("compact", folder.resolve("zone"), "--to", lake, "--now"))
                .succeeds();
        Cli.run(OrdersZone.with("snapshot", folder.resolve("zone"), "--to", lake, "--key", "id"))
                .succeeds();

        Cli files = Cli.run(OrdersZone.with("files", lake)).succeeds();

        assertThat(withoutSizes(files)).isEqualToNormalizingNewlines("""
                        public.orders: 1 file, READY, 1 run
                          compacted  3 rows  N bytes  of 2 raw files  compacted/public/orders/gen-0-X/part-00000.parquet
                            CDC  2026-03-01T10:00:00Z  2 rows  N bytes  run 2026-03-01T10:00:00Z  public/orders/20260301-100000000.parquet
                            CDC  2026-03-01T10:05:00Z  1 row  N bytes  run 2026-03-01T10:00:00Z  public/orders/20260301-100500000.parquet
                        0 raw files of 1 table, N bytes; 7 objects of bookkeeping skipped, 0 objects not understood
                        1 compacted file, N bytes
                        """);
    }

    @Test
    void foreignAndBrokenFilesAreFindingsAndTheRestIsListed() throws Exception {
        zone();
        Path zone = folder.resolve("zone");
        Files.writeString(zone.resolve("public/orders/notes.txt"), "mine");
        Files.writeString(zone.resolve(OrdersZone.FIRST_CHANGES), "PAR1 and no more PAR1");

        Cli files = Cli.run(OrdersZone.with("files", zone)).endsWith(ExitCode.DATA);

        assertThat(files.err().lines())
                .hasSize(2)
                .anyMatch(line ->
                        line.startsWith("convergence: Cannot read 'public/orders/20260301-100000000.parquet': "))
                .anyMatch(
                        line -> line.equals(
                                "convergence: WARNING FOREIGN_OBJECT at public/orders/notes.txt: The object is not read: it is no name DMS writes for data. Move it away, or correct the settings if it is data."));
        assertThat(files.out())
                .contains("? rows")
                .contains("not read  public/orders/20260301-100000000.parquet")
                .contains("CDC  2026-03-01T10:05:00Z  1 row")
                .contains("3 raw files of 1 table")
                .contains("1 object not understood");
    }

    @Test
    void emptyFolderHasNoFiles() {
        Cli files = Cli.run("files", folder).succeeds();

        assertThat(files.lines())
                .containsExactly(
                        "0 raw files of 0 tables, 0 bytes; 0 objects of bookkeeping skipped, 0 objects not understood");
    }

    @Test
    void loadWhoseStartNothingTellsIsHeldUntilItIsDeclared() throws Exception {
        zone();
        Path zone = folder.resolve("zone");

        Cli unknown = Cli.run("files", zone, "--sequence-column", "dms_seq").endsWith(ExitCode.DATA);
        Cli declared = Cli.run(
                        "files", zone, "--sequence-column", "dms_seq", "--load-start", "2026-03-01T10:00:00+01:00")
                .succeeds();

        assertThat(unknown.out()).contains("public.orders: 3 files, HELD");
        assertThat(unknown.err()).contains("ERROR LOAD_TIME_UNKNOWN at public.orders");
        assertThat(declared.out()).contains("public.orders: 3 files, READY");
    }
}
