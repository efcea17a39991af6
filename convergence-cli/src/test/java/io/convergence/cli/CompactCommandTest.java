package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactCommandTest {
    @TempDir
    private Path folder;

    private Path zone;
    private Path lake;

    @BeforeEach
    void zone() {
        zone = OrdersZone.in(folder.resolve("zone"));
        lake = folder.resolve("lake");
    }

    private static List<Path> under(Path root) throws IOException {
        try (Stream<Path> found = Files.walk(root)) {
            return found.sorted().toList();
        }
    }

    private Path compacted() throws IOException {
        return under(lake).stream()
                .filter(file -> file.endsWith("part-00000.parquet"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void changesOfManyFilesGoIntoOneAndTheRawFilesStay() throws IOException {
        List<Path> before = under(zone);

        Cli compact =
                Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now")).succeeds();

        assertThat(compact.lines())
                .hasSize(2)
                .first()
                .asString()
                .matches("Compaction of table public.orders in slot 0: 2 files of .* -> 1 files of .*, 3 rows");
        assertThat(compact.lines().get(1))
                .isEqualTo("  " + lake.toRealPath().relativize(compacted().toRealPath()));
        assertThat(under(zone)).isEqualTo(before);
        // Op, sequence, timestamp, id, state, amount: the rows as they were, in their order
        assertThat(Parquet.rows(compacted()))
                .map(row -> row.get(0) + " " + row.get(3) + " " + row.get(4))
                .containsExactly("U 1 paid", "D 2 ", "I 3 open");
    }

    /** L7: it is applied, so it is neither listed again nor looked into, and only copying it shows that it is gone. */
    @Test
    void l7AFileThatIsTakenForPresentAndIsGoneCostsAnotherListingAndNoFailure() throws IOException {
        // Of a layout that is only detected everything is listed each time.
        Path spec = Files.writeString(folder.resolve("spec.json"), SpecAndSchemaTest.SPEC);
        Path oldest = zone.resolve(OrdersZone.FIRST_CHANGES);
        Files.setLastModifiedTime(oldest, FileTime.from(Instant.now().minusSeconds(60)));
        OrdersZone.lastChanges().writeTo(zone.resolve("public/orders/20260301-140000000.parquet"));
        Cli.run("snapshot", zone, "--to", lake, "--spec", spec, "--key", "id").succeeds();
        Files.delete(zone.resolve(OrdersZone.LAST_CHANGES));

        Cli compact =
                Cli.run("compact", zone, "--to", lake, "--spec", spec, "--now").succeeds();

        assertThat(compact.lines())
                .first()
                .asString()
                .matches("Compaction of table public.orders in slot 2: 2 files of .* -> 1 files of .*, 3 rows");
        assertThat(Cli.run("ledger", "log", lake).succeeds().out())
                .contains("suspect: raw files changed or vanished while they were compacted (1 files)");
    }

    @Test
    void dryRunTellsThePlanAndWritesNothing() throws IOException {
        Cli plan = Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now", "--dry-run"))
                .succeeds();

        assertThat(lake).doesNotExist();
        assertThat(plan.out())
                .startsWith("Compaction of table public.orders without a ledger yet")
                .contains("CDC: 2 files, 3 rows")
                .contains("LOAD00000001.parquet: it has no neighbour to be joined with");
    }

    @Test
    void dryRunIntoAnExistingFolderLeavesItAsItIs() throws IOException {
        Files.createDirectories(lake);

        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now", "--dry-run"))
                .succeeds();
        Cli.run(OrdersZone.with("snapshot", zone, "--to", lake, "--key", "id", "--dry-run"))
                .succeeds();

        assertThat(under(lake)).containsExactly(lake);
    }

    @Test
    void dryRunOfALakeKnowsWhatIsCompactedAlready() throws IOException {
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now")).succeeds();
        List<Path> before = under(lake);

        Cli plan = Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now", "--dry-run"))
                .succeeds();
        Cli again =
                Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now")).succeeds();

        assertThat(plan.out()).contains("Nothing to compact").contains("Compacted already: 2 files");
        assertThat(again.lines()).containsExactly("Compaction of table public.orders: nothing to compact");
        assertThat(under(lake)).isEqualTo(before);
    }

    @Test
    void compactedFileIsReadAsTheChangesItHoldsWhereverItLies() throws IOException {
        Cli raw = Cli.run(OrdersZone.with("changes", zone, "--json")).succeeds();
        List<String> expected = raw.lines().subList(2, 5);
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now")).succeeds();
        Path copy = folder.resolve("elsewhere/copy.parquet");
        DmsFile.write(copy, Files.readAllBytes(compacted()));

        assertThat(expected).allMatch(line -> line.startsWith("{\"file\":\"public/orders/20260301-10"));
        for (Path place : List.of(lake, lake.resolve("compacted"), compacted().getParent(), compacted(), copy)) {
            Cli changes = Cli.run(OrdersZone.with("changes", place, "--json")).succeeds();
            assertThat(changes.lines()).as("changes %s", place).isEqualTo(expected);
        }
    }

    @Test
    void tableOfFilesCompactedFromItsOwnFolderIsThatOfTheirFolder() throws IOException {
        Cli.run(OrdersZone.with("compact", zone.resolve("public/orders"), "--to", lake, "--now"))
                .succeeds();

        Cli whole = Cli.run(OrdersZone.with("changes", lake)).succeeds();
        Cli file = Cli.run(OrdersZone.with("changes", compacted())).succeeds();

        assertThat(whole.lines())
                .hasSize(3)
                .first()
                .isEqualTo(
                        "U public.orders 2026-03-01T09:59:50Z 20260301095950000000000000000000001 id=1 state=paid amount=10.00  (20260301-100000000.parquet row 0)");
        assertThat(file.lines()).isEqualTo(whole.lines());
    }

    @Test
    void rowsThatAreThereRawAndCompactedAreReadOnce() throws IOException {
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now")).succeeds();
        Files.delete(zone.resolve(OrdersZone.FIRST_CHANGES));

        Cli changes = Cli.run(OrdersZone.with("changes", folder)).succeeds();

        assertThat(changes.lines())
                .map(line -> line.replaceAll(".*\\((.*)\\)", "$1"))
                .containsExactly(
                        "zone/public/orders/LOAD00000001.parquet row 0",
                        "zone/public/orders/LOAD00000001.parquet row 1",
                        "public/orders/20260301-100000000.parquet row 0",
                        "public/orders/20260301-100000000.parquet row 1",
                        "zone/public/orders/20260301-100500000.parquet row 0");
    }

    @Test
    void brokenCompactedFileIsAFinding() throws IOException {
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now")).succeeds();
        byte[] content = Files.readAllBytes(compacted());
        Files.write(compacted(), Arrays.copyOf(content, content.length / 2));

        Cli files = Cli.run(OrdersZone.with("files", lake)).endsWith(ExitCode.DATA);

        assertThat(files.err().lines())
                .singleElement()
                .asString()
                .startsWith("convergence: ERROR FILE_UNREADABLE at compacted/public/orders/gen-0-")
                .endsWith("Compact its raw files again, or leave it out.");
    }

    @Test
    void tableThatFailsDoesNotStopTheOthers() throws IOException {
        Files.writeString(zone.resolve(OrdersZone.FIRST_CHANGES), "PAR1 and no more PAR1");
        OrdersZone.firstChanges().writeTo(zone.resolve("public/parts/20260301-100000000.parquet"));
        OrdersZone.lastChanges().writeTo(zone.resolve("public/parts/20260301-100500000.parquet"));

        Cli compact =
                Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now")).endsWith(ExitCode.DATA);

        assertThat(compact.err().lines())
                .singleElement()
                .asString()
                .startsWith("convergence: Cannot read 'public/orders/20260301-100000000.parquet': ");
        assertThat(compact.out()).startsWith("Compaction of table public.parts in slot 0: 2 files");
    }

    @Test
    void outputInsideTheLandingZoneIsRefusedAndNothingIsMade() throws IOException {
        Path link = folder.resolve("link");
        Files.createSymbolicLink(link, zone);
        for (Path inside : List.of(zone, zone.resolve("out/lake"), zone.resolve("../zone/out"), link.resolve("out"))) {
            Cli.run(OrdersZone.with("compact", zone, "--to", inside, "--now"))
                    .fails(
                            ExitCode.USAGE,
                            "Cannot write to '" + inside + "': it is inside the landing zone '" + zone
                                    + "', where DMS deletes files and they would be taken for data. Name a place outside it.");
        }

        Path file = zone.resolve(OrdersZone.FIRST_CHANGES);
        Cli besideFile = Cli.run(OrdersZone.with("compact", file, "--to", file.resolveSibling("out"), "--now"));

        besideFile.endsWith(ExitCode.USAGE);
        assertThat(zone.resolve("out")).doesNotExist();
        assertThat(file.resolveSibling("out")).doesNotExist();
    }

    @Test
    void targetWhoseOwnFolderIsTheLandingZoneIsRefused() throws IOException {
        for (String own : List.of("control", "compacted", "tables/below")) {
            Path data = folder.resolve("data");
            Path inOwn = OrdersZone.in(data.resolve(own));
            List<Path> before = under(data);

            Cli.run(OrdersZone.with("compact", inOwn, "--to", data, "--now"))
                    .fails(
                            ExitCode.USAGE,
                            "Cannot write to '" + data + "': its folder '" + own.split("/")[0]
                                    + "/' would share a place with the landing zone '" + inOwn
                                    + "', where DMS deletes files and they would be taken for data. Name another place.");
            assertThat(under(data)).isEqualTo(before);
        }
    }

    @Test
    void targetThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");

        Cli.run(OrdersZone.with("compact", zone, "--to", file, "--now"))
                .fails(ExitCode.USAGE, "Cannot write to '" + file + "': it is a file. Name a folder.");
        Cli below = Cli.run(OrdersZone.with("compact", zone, "--to", file.resolve("lake"), "--now"))
                .endsWith(ExitCode.DATA);

        assertThat(below.err().lines())
                .singleElement()
                .asString()
                .startsWith("convergence: Cannot create folder '" + file.resolve("lake") + "' for a store: ")
                .endsWith(" Name another folder.");
    }

    @Test
    void compactedFilesAreNoLandingZone() {
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now")).succeeds();

        Cli.run(OrdersZone.with("compact", lake, "--to", folder.resolve("other"), "--now"))
                .fails(
                        ExitCode.USAGE,
                        "Cannot use '" + lake
                                + "' as a landing zone: it holds only compacted files. Give the raw files, and the lake of the compacted ones with --to; they are read in place of raw files they hold.");
    }

    @Test
    void filesThatHaveNotSettledAndThoseThatFillNoOutputWait() {
        Cli young = Cli.run(OrdersZone.with("compact", zone, "--to", lake)).succeeds();
        Cli tail = Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--settle", "0s", "--dry-run"))
                .succeeds();

        assertThat(young.lines())
                .containsExactly(
                        "Compaction of table public.orders: nothing to compact",
                        "  3 files wait; --dry-run tells why, --now takes everything");
        assertThat(tail.out()).contains("CDC: 2 files, 3 rows");
    }

    @Test
    void dryRunTellsFilesAndCostIfAsked() {
        Cli plan = Cli.run(OrdersZone.with(
                        "compact",
                        zone,
                        "--to",
                        lake,
                        "--now",
                        "--dry-run",
                        "--files",
                        "--put-price",
                        "0.005",
                        "--get-price",
                        "0.0004",
                        "--currency",
                        "EUR"))
                .succeeds();

        // 3 PUT and 1 LIST at 0.005 for 1,000, 5 GET and 1 HEAD at 0.0004
        assertThat(plan.out())
                .contains("Requests: 1 LIST, 1 HEAD, 5 GET, 3 PUT, which cost 0.0000224 EUR")
                .contains("    public/orders/20260301-100000000.parquet: 2 rows, ");
    }

    @Test
    void planAndResultAreOneJsonObjectATable() {
        Cli plan = Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now", "--dry-run", "--json"))
                .succeeds();
        Cli done = Cli.run(OrdersZone.with(
                        "compact", zone, "--to", lake, "--now", "--json", "--threads", "2", "--tasks", "2"))
                .succeeds();

        assertThat(plan.lines())
                .singleElement()
                .asString()
                .startsWith("{\"table\":\"public.orders\",\"base\":-1,\"band\":{\"smallest\":134217728,")
                .contains("\"leftAsTheyAre\":[{\"reason\":\"it has no neighbour to be joined with\",\"count\":1}]");
        assertThat(done.lines())
                .singleElement()
                .asString()
                .matches(
                        "\\{\"table\":\"public.orders\",\"slot\":0,\"filesBefore\":2,\"bytesBefore\":\\d+,\"rowsBefore\":3,"
                                + "\"outputs\":\\[\\{\"key\":\"compacted/[^\"]+\",\"bytes\":\\d+,\"rows\":3,\"files\":2\\}\\],"
                                + "\"waiting\":0,\"leftAsTheyAre\":1,\"failedTasks\":0\\}");
    }

    @Test
    @DisplayName("S18: how many threads there are does not show in what is written")
    void threadsDoNotShowInTheOutput() throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (String threads : List.of("1", "3")) {
            Path to = lake.resolveSibling("lake-" + threads);
            Cli.run(OrdersZone.with("compact", zone, "--to", to, "--now", "--threads", threads))
                    .succeeds();
            try (Stream<Path> files = Files.walk(to.resolve("compacted"))) {
                contents.add(Files.readAllBytes(
                        files.filter(Files::isRegularFile).findFirst().orElseThrow()));
            }
        }

        assertThat(contents.get(1)).isEqualTo(contents.get(0));
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--smallest", "200MB", "--largest", "300MB"))
                .fails(
                        ExitCode.USAGE,
                        "Cannot compact to files of 200.0 MB to 300.0 MB: not every amount of data can be cut into such files. Let the largest be at least twice the smallest.");
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--put-price", "0.005"))
                .fails(
                        ExitCode.USAGE,
                        "Cannot tell the cost: one of the two prices is missing. Give --put-price and --get-price.");
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--threads", "0"))
                .fails(ExitCode.USAGE, "Cannot compact with --threads 0: give at least 1.");
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--tasks", "0"))
                .fails(ExitCode.USAGE, "Cannot compact with --tasks 0: give at least 1.");
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--settle", "10"))
                .fails(
                        ExitCode.USAGE,
                        "Invalid value for option '--settle': Cannot parse time '10': it is not a whole number with a unit s, m, h or d. Write e.g. 10m. See convergence compact --help.");
        assertThat(lake).doesNotExist();
    }
}
