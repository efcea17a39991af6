package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** merge, show and declare, as a person uses them one after the other. */
class MergeShowDeclareTest {
    @TempDir
    private Path folder;

    private Path zone;
    private Path lake;

    @BeforeEach
    void zone() {
        zone = OrdersZone.in(folder.resolve("zone"));
        lake = folder.resolve("lake");
    }

    private Cli run(Object... arguments) {
        return Cli.run(OrdersZone.with(arguments));
    }

    private Cli merged() {
        return run("merge", zone, "--to", lake, "--key", "id", "--settle", "0s", "--load-start", "2026-03-01T09:00:00Z")
                .succeeds();
    }

    /** S17: whatever stops a table, be it a log that nothing here can read. */
    @Test
    void s17AFaultThatNobodyForesawStopsOneTableAlone() throws IOException {
        OrdersZone.load().writeTo(zone.resolve("public/zeta/LOAD00000001.parquet"));
        Object[] command = {
            "merge", zone, "--to", lake, "--key", "id", "--settle", "0s", "--load-start", "2026-03-01T09:00:00Z"
        };
        Cli first = run(command).succeeds();
        // As a later version might write it: a text that this one must not take for a note.
        Files.writeString(lake.resolve("control/public/orders/log/00000000000000000001.json"), """
                {"format":1,"transaction":"t","base":0,"kind":"declared","what":"expired","text":"declared/9 at=x","resolves":[]}
                """);
        OrdersZone.lastChanges().writeTo(zone.resolve("public/zeta/20260301-100500000.parquet"));

        Cli second = run(command).endsWith(ExitCode.DATA);

        assertThat(first.lines()).last().isEqualTo("2 tables: 2 published");
        assertThat(second.lines())
                .contains("public.orders: FAILED, nothing new published", "2 tables: 1 published, 1 failed")
                .anyMatch(line -> line.startsWith("public.zeta: PUBLISHED, 3 rows"));
        assertThat(second.err()).contains("declared/9").contains("This is unexpected; run again with --debug");
    }

    private void wipe() throws IOException {
        try (Stream<Path> files = Files.list(zone.resolve("public/orders"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void mergePublishesAndFindsNothingToDoTheSecondTime() {
        Cli first = merged();
        Cli second = merged();

        assertThat(first.lines())
                .containsExactly(
                        "public.orders: PUBLISHED, 2 rows, from 3 files",
                        "  changes: {RECEIVED=5, APPLIED=3, SUPERSEDED=2}",
                        "  complete through: 2026-03-01T09:59:52.000001Z");
        assertThat(second.lines()).startsWith("public.orders: UNCHANGED, 2 rows, from 0 files");
    }

    private Cli merged(String style) {
        return run(
                "merge",
                zone,
                "--to",
                lake,
                "--key",
                "id",
                "--settle",
                "0s",
                "--load-start",
                "2026-03-01T09:00:00Z",
                "--style",
                style);
    }

    @Test
    void softDeleteKeepsDeletedRowsMarked() throws IOException {
        Cli first = merged("soft-delete").endsWith(ExitCode.DONE);
        Cli second = merged("soft-delete").endsWith(ExitCode.DONE);

        assertThat(first.lines().get(0)).isEqualTo("public.orders: PUBLISHED, 3 rows, from 3 files");
        assertThat(second.lines()).startsWith("public.orders: UNCHANGED, 3 rows, from 0 files");
        assertThat(published())
                .extracting(row -> row.get(0) + " " + row.get(1) + " " + row.get(3))
                .containsExactlyInAnyOrder("1 paid false", "2 open true", "3 open false");
    }

    @Test
    void appendKeepsEachChangeAndNeedsNoKey() throws IOException {
        Cli first = run(
                        "merge",
                        zone,
                        "--to",
                        lake,
                        "--settle",
                        "0s",
                        "--load-start",
                        "2026-03-01T09:00:00Z",
                        "--style",
                        "append")
                .endsWith(ExitCode.DONE);

        assertThat(first.lines().get(0)).isEqualTo("public.orders: PUBLISHED, 5 rows, from 3 files");
        assertThat(published())
                .extracting(row -> row.get(2) + " " + row.get(row.size() - 3) + " " + row.get(row.size() - 2))
                .containsExactlyInAnyOrder("I 1 open", "I 2 open", "U 1 paid", "D 2 ", "I 3 open");
    }

    @Test
    void aTableGoesOnInItsStyleAndOthersAreRefused() {
        merged("append").endsWith(ExitCode.DONE);

        Cli other = merged("current").endsWith(ExitCode.DATA);
        merged("history")
                .fails(
                        ExitCode.USAGE,
                        "Cannot publish in style 'history': there are current, soft-delete, append. Choose one of them.");

        assertThat(other.lines()).startsWith("public.orders: FAILED, nothing new published");
        assertThat(other.err()).contains("Cannot merge table public.orders as 'current': it is published as 'append");
    }

    @Test
    void whatAMergeRefusesIsGivenByShareAndKind() throws IOException {
        for (String guard : List.of("150%", "-1", "half")) {
            run("merge", zone, "--to", lake, "--key", "id", "--reload-guard", guard)
                    .fails(
                            ExitCode.USAGE,
                            "Cannot guard reloads by '" + guard
                                    + "': it is no share of the keys. Write e.g. 10%, 0.1 or none.");
        }
        run("merge", zone, "--to", lake, "--key", "id", "--on-schema-change", "COLUMN_ADDED")
                .fails(
                        ExitCode.USAGE,
                        "Cannot understand --on-schema-change COLUMN_ADDED: it is not KIND=ACTION. Write e.g. COLUMN_ADDED=FAIL.");
        Cli laxer = run("merge", zone, "--to", lake, "--key", "id", "--on-schema-change", "type-incompatible=apply");
        assertThat(laxer.code()).isEqualTo(ExitCode.USAGE);
        assertThat(laxer.err()).startsWith("convergence: Cannot ");
        assertThat(lake.resolve("tables")).doesNotExist();

        merged();
        wipe();
        DmsFile.of(OrdersZone.OWN_COLUMNS)
                .row("2026-03-02 09:00:00.000001", 1L, "paid", OrdersZone.amount("10.00"))
                .writeTo(zone.resolve("public/orders/LOAD00000001.parquet"));
        Cli guarded = reloaded("10%").endsWith(ExitCode.DATA);
        Cli accepted = reloaded("none");

        assertThat(guarded.lines()).startsWith("public.orders: SUSPECT, 2 rows, from 1 files");
        assertThat(guarded.err()).contains("RELOAD_GUARD");
        assertThat(accepted.lines()).startsWith("public.orders: PUBLISHED, 1 rows, from 1 files");
    }

    private Cli reloaded(String guard) {
        return run("merge", zone, "--to", lake, "--settle", "0s", "--reload-guard", guard);
    }

    /** Cells of each published row, as another reader finds them. */
    private List<List<String>> published() throws IOException {
        return published(lake);
    }

    private static List<List<String>> published(Path of) throws IOException {
        try (Stream<Path> files = Files.walk(of.resolve("tables"))) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .filter(file -> !file.toString().contains("_state"))
                    .flatMap(file -> Parquet.rows(file).stream())
                    .toList();
        }
    }

    @Test
    void aTableThatIsHeldNeedsNobody() {
        Cli young = run("merge", zone, "--to", lake, "--key", "id", "--load-start", "2026-03-01T09:00:00Z")
                .succeeds();
        Cli show = run("show", zone, "--to", lake, "--load-start", "2026-03-01T09:00:00Z")
                .succeeds();

        assertThat(young.lines()).containsExactly("public.orders: HELD, nothing published");
        assertThat(show.lines().get(0)).isEqualTo("public.orders: LOADING");
        assertThat(show.out()).contains("LOAD_UNSETTLED").contains("ends by").contains("declaring load-complete");
    }

    @Test
    void fullLoadRowsCompleteTheLoadOfTheTableTheyAreOf() {
        Cli others = run(
                        "merge",
                        zone,
                        "--to",
                        lake,
                        "--key",
                        "id",
                        "--full-load-rows",
                        "public.other=2",
                        "--load-start",
                        "2026-03-01T09:00:00Z")
                .succeeds();
        Cli own = run(
                        "merge",
                        zone,
                        "--to",
                        lake,
                        "--key",
                        "id",
                        "--full-load-rows",
                        "public.orders=2",
                        "--load-start",
                        "2026-03-01T09:00:00Z")
                .succeeds();

        assertThat(others.lines()).startsWith("public.orders: HELD, nothing published");
        assertThat(own.lines().get(0)).isEqualTo("public.orders: PUBLISHED, 1 rows, from 3 files");
        run("merge", zone, "--to", lake, "--key", "id", "--full-load-rows", "many")
                .fails(
                        ExitCode.USAGE,
                        "Cannot understand --full-load-rows many: it is not N or SCHEMA.TABLE=N. Write e.g. public.orders=1000.");
    }

    /** How many threads this one has made, those of the program it calls included. */
    private static final class Made extends InheritableThreadLocal<Integer> {
        private int threads;

        @Override
        protected Integer childValue(Integer ofParent) {
            threads++;
            return ofParent;
        }
    }

    @Test
    void threadsShareTheColumnsAndChangeNothing() throws IOException {
        var made = new Made();
        made.set(1);
        Path other = lake.resolveSibling("other-lake");

        run("merge", zone, "--to", lake, "--key", "id", "--settle", "0s").succeeds();
        int byDefault = made.threads;
        run("merge", zone, "--to", other, "--key", "id", "--settle", "0s", "--threads", "3")
                .succeeds();

        assertThat(byDefault).isZero();
        assertThat(made.threads).isBetween(1, 2);
        assertThat(published(other)).isEqualTo(published(lake));
        run("merge", zone, "--to", lake, "--threads", "0")
                .fails(ExitCode.USAGE, "Cannot merge with --threads 0: give at least 1.");
        made.remove();
    }

    /** S14: DMS counts the TRUNCATE that no file shows. */
    @Test
    void s14ARiseOfDdlsIsSuspectUntilItIsDeclared() {
        merged();

        Cli first = run("merge", zone, "--to", lake, "--settle", "0s", "--ddls", "public.orders=4")
                .succeeds();
        Cli others = run("merge", zone, "--to", lake, "--settle", "0s", "--ddls", "public.other=9")
                .succeeds();
        Cli suspect = run("merge", zone, "--to", lake, "--settle", "0s", "--ddls", "5")
                .endsWith(ExitCode.DATA);
        Cli silent = run("merge", zone, "--to", lake, "--settle", "0s").endsWith(ExitCode.DATA);
        run("declare", zone, "--to", lake, "truncated", Instant.now().toString())
                .succeeds();
        Cli after = run("merge", zone, "--to", lake, "--settle", "0s", "--ddls", "5")
                .succeeds();

        assertThat(first.lines()).startsWith("public.orders: PUBLISHED, 2 rows, from 0 files");
        assertThat(others.lines()).startsWith("public.orders: UNCHANGED, 2 rows, from 0 files");
        assertThat(suspect.err()).contains("DDL_UNEXPLAINED");
        assertThat(silent.err()).contains("DDL_UNEXPLAINED");
        assertThat(after.lines()).startsWith("public.orders: PUBLISHED, 0 rows, from 0 files");
        run("merge", zone, "--to", lake, "--ddls", "x")
                .fails(
                        ExitCode.USAGE,
                        "Cannot understand --ddls x: it is not N or SCHEMA.TABLE=N. Write e.g. public.orders=1000.");
    }

    @Test
    void dryRunTellsWhatWouldBeReadAndWritesNothing() {
        Cli plan = run("merge", zone, "--to", lake, "--key", "id", "--settle", "0s", "--dry-run");

        assertThat(plan.out()).contains("merge of public.orders").contains("3 raw files to apply");
        assertThat(lake).doesNotExist();
    }

    /** S14: from the wipe to the table that goes on, without a word in a configuration. */
    @Test
    void s14AWipedTableIsSuspectUntilItIsDeclaredTruncated() throws IOException {
        merged();
        wipe();

        Cli suspect = run("merge", zone, "--to", lake, "--settle", "0s").endsWith(ExitCode.DATA);
        Cli show = run("show", zone, "--to", lake).endsWith(ExitCode.DATA);
        Cli dry = run("declare", zone, "--to", lake, "truncated", "--dry-run").succeeds();
        Cli still = run("show", zone, "--to", lake).endsWith(ExitCode.DATA);
        Cli declare = run("declare", zone, "--to", lake, "--table", "public.orders", "truncated", "--note", "by hand")
                .succeeds();
        Cli after = run("merge", zone, "--to", lake, "--settle", "0s").succeeds();
        Cli current = run("show", zone, "--to", lake).succeeds();

        assertThat(suspect.lines()).startsWith("public.orders: SUSPECT, 2 rows, from 0 files");
        assertThat(suspect.err()).contains("RAW_FILE_VANISHED");
        assertThat(show.lines().get(0)).isEqualTo("public.orders: SUSPECT");
        assertThat(show.out()).contains("declaring truncated").contains("  gone or rewritten: 3 files");
        assertThat(dry.out()).contains("before, public.orders: SUSPECT").contains("after, public.orders: CURRENT");
        assertThat(still.lines().get(0)).isEqualTo("public.orders: SUSPECT");
        assertThat(declare.lines().get(0))
                .startsWith("public.orders: declared truncated declared/1 at=")
                .endsWith("-- by hand in slot 2");
        assertThat(declare.lines().get(1)).isEqualTo("  it was SUSPECT and is CURRENT now; the next merge acts on it");
        assertThat(after.lines()).startsWith("public.orders: PUBLISHED, 0 rows, from 0 files");
        assertThat(current.lines().get(0)).isEqualTo("public.orders: CURRENT");
        assertThat(current.out()).contains("  declared in slot 2: truncated ").contains("(by hand)");
    }

    @Test
    void aWrongDeclarationIsRefusedAndWritesNothing() {
        merged();

        run("declare", zone, "--to", lake, "truncated")
                .fails(
                        ExitCode.DATA,
                        "Cannot declare truncated of table public.orders: no raw file is gone, so it does not show when the table was emptied. Give the moment the TRUNCATE was committed.");
        run("declare", zone, "--to", lake, "truncated", "yesterday")
                .fails(
                        ExitCode.USAGE,
                        "Cannot declare truncated 'yesterday': it is no time such as 2026-03-01T10:00:00Z.");
        run("declare", zone, "--to", lake, "load-start")
                .fails(ExitCode.USAGE, "Cannot declare load-start alone: give a time.");
        Cli kind = run("declare", zone, "--to", lake, "vanished");
        assertThat(kind.code()).isEqualTo(ExitCode.USAGE);
        assertThat(kind.err()).contains("there is no such kind");
        Cli log = Cli.run("ledger", "log", lake).succeeds();
        assertThat(log.lines()).hasSize(2);
    }

    private List<String> foldersOfParts(String generation) throws IOException {
        try (Stream<Path> files = Files.walk(lake)) {
            return files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .map(file -> file.getParent().toString().replace('\\', '/'))
                    .filter(file -> file.contains("/" + generation))
                    .map(file -> file.replaceAll(".*/gen-\\d+-[0-9a-f]+/?", ""))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aTableIsPartitionedByAColumnOrADateAndStaysSo() throws IOException {
        Object[] merge = {"merge", zone, "--to", lake, "--key", "id", "--settle", "0s", "--load-start"};
        String start = "2026-03-01T09:00:00Z";
        run(plus(merge, start, "--partition-by", "state")).succeeds();
        Cli show = run("show", zone, "--to", lake, "--load-start", start).succeeds();
        Cli same = run(plus(merge, start)).succeeds();
        Cli other = run(plus(merge, start, "--partition-by", "state,amount"));
        Cli none = run(plus(merge, start, "--partition-by", "none"));
        Cli anew = run(plus(merge, start, "--partition-by", "state,amount", "--repartition"))
                .succeeds();

        assertThat(foldersOfParts("gen-0-")).containsExactly("state_partition=open", "state_partition=paid");
        assertThat(show.out()).contains("\n  partitioned by: state\n");
        assertThat(same.lines()).startsWith("public.orders: UNCHANGED, 2 rows, from 0 files");
        assertThat(other.code()).isEqualTo(ExitCode.DATA);
        assertThat(other.err())
                .contains("Cannot merge table public.orders partitioned by state, amount: it is published partitioned"
                        + " by state. Merge it as it is, let the merge write all its files anew"
                        + " (MergeOptions.repartitionBy), or reload it.");
        assertThat(none.err()).contains("partitioned by nothing: it is published partitioned by state.");
        assertThat(anew.lines()).startsWith("public.orders: PUBLISHED, 2 rows, from 0 files");
        assertThat(foldersOfParts("gen-1-"))
                .hasSize(2)
                .allMatch(folder -> folder.matches("state_partition=\\w+/amount_partition=[\\d.]+"));
        run(plus(merge, start, "--repartition"))
                .fails(
                        ExitCode.USAGE,
                        "Cannot --repartition without --partition-by: give the columns, or none for no parts.");
        run(plus(merge, start, "--style", "soft-delete", "--partition-by", "state"))
                .fails(
                        ExitCode.USAGE,
                        "Cannot partition a table of style 'soft-delete _deleted _deleted_at': only the files of current"
                                + " rows (TableStyle.current()) are parted.");
    }

    private static Object[] plus(Object[] arguments, Object... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray();
    }

    @Test
    void severalTablesAreMergedEachForItself() {
        DmsFile.of(OrdersZone.OWN_COLUMNS)
                .row("2026-03-01 09:00:00.000001", 1L, "open", OrdersZone.amount("1.00"))
                .row("2026-03-01 09:00:00.000001", 1L, "open", OrdersZone.amount("2.00"))
                .writeTo(zone.resolve("public/twice/LOAD00000001.parquet"));

        Cli merge = run(
                        "merge",
                        zone,
                        "--to",
                        lake,
                        "--key",
                        "id",
                        "--settle",
                        "0s",
                        "--load-start",
                        "2026-03-01T09:00:00Z")
                .endsWith(ExitCode.DATA);

        assertThat(merge.lines())
                .contains("public.orders: PUBLISHED, 2 rows, from 3 files", "public.twice: DISPUTED, nothing published")
                .last()
                .isEqualTo("2 tables: 1 published, 1 disputed");
        assertThat(merge.err()).contains("LOAD_KEY_TWICE");
        assertThat(run("declare", zone, "--to", lake, "load-complete").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aPlaceWithoutAnythingIsWrongUsage() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));

        for (List<Object> command : List.<List<Object>>of(
                List.of("merge", empty, "--to", lake, "--key", "id"),
                List.of("show", empty, "--to", lake),
                List.of("declare", empty, "--to", lake, "truncated"))) {
            Cli run = Cli.run(command.toArray());
            assertThat(run.code()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("Cannot find DMS files under");
        }
        assertThat(lake).doesNotExist();
    }
}
