package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.store.ConditionalWriteProbe;
import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCommandsTest {
    private static final String PROBE = "control/" + ConditionalWriteProbe.PROBE_NAME;

    @TempDir
    private Path folder;

    private Path zone;
    private Path lake;

    /** Slot 0 compacts two files of changes; slot 1 merges all three. */
    @BeforeEach
    void lake() {
        zone = OrdersZone.in(folder.resolve("zone"));
        lake = folder.resolve("lake");
        Cli.run(OrdersZone.with("compact", zone, "--to", lake, "--now")).succeeds();
        Cli.run(OrdersZone.with("snapshot", zone, "--to", lake, "--key", "id")).succeeds();
    }

    @Test
    void showTellsWhatIsLive() {
        Cli show = Cli.run("ledger", "show", lake).succeeds();

        assertThat(show.lines().get(0)).isEqualTo("public.orders at slot 1");
        assertThat(show.lines().get(1)).matches(" {2}compacted: 1 file, 3 rows, .*, of 2 raw files");
        assertThat(show.lines().get(2)).matches(" {2}published: 1 file, 2 rows, .*, of 3 raw files");
        assertThat(show.out())
                .contains("  complete through: 2026-03-01T09:59:52")
                .contains("  can be taken back: slot 1");
    }

    @Test
    void logTellsWhatWasCommittedWhen() {
        Cli log = Cli.run("ledger", "log", lake).succeeds();
        Cli later = Cli.run("ledger", "log", lake, "--from", "1").succeeds();

        assertThat(log.lines().get(0)).isEqualTo("public.orders");
        assertThat(log.lines().get(1)).matches(" {2}0 {2}20.*Z {2}compaction of 2 raw files to 1 {2}[0-9a-f]{32}");
        assertThat(log.lines().get(2)).matches(" {2}1 {2}20.*Z {2}merge of 3 raw files, 2 rows {2}[0-9a-f]{32}");
        assertThat(later.lines())
                .containsExactly(log.lines().get(0), log.lines().get(2));
    }

    /** They have no dry run because they are one. */
    @Test
    void showLogAndVerifyWriteNothing() throws IOException {
        Map<Path, FileTime> before = files();

        Cli.run("ledger", "show", lake).succeeds();
        Cli.run("ledger", "log", lake).succeeds();
        Cli.run("ledger", "verify", lake, "--raw", zone).succeeds();

        assertThat(files()).isEqualTo(before);
        for (String command : List.of("show", "log", "verify")) {
            assertThat(Cli.run("ledger", command, "--help").succeeds().out()).contains("Only reads");
        }
    }

    @Test
    void verifyFindsNothingOnASoundTableAndSaysWhatIsBroken() throws IOException {
        Cli sound = Cli.run("ledger", "verify", lake, "--raw", zone).succeeds();
        Files.delete(file("compacted", "part-00000.parquet"));
        Files.delete(zone.resolve(OrdersZone.LOAD));

        Cli broken = Cli.run("ledger", "verify", lake, "--raw", zone);

        assertThat(sound.lines())
                .containsExactly("public.orders: 2 slots, 0 checkpoints, 4 live files, 4 opened: 0 errors, 0 warnings");
        assertThat(broken.code()).isEqualTo(ExitCode.DATA);
        assertThat(broken.out()).contains("1 errors, 1 warnings");
        assertThat(broken.err())
                .contains("LIVE_FILE_GONE")
                .contains("RAW_FILES_GONE")
                .contains(OrdersZone.LOAD);
    }

    @Test
    void verifyOpensFilesUnlessItIsTold() throws IOException {
        commitDamaged();

        Cli log = Cli.run("ledger", "verify", lake, "--log-only").succeeds();
        Cli footers = Cli.run("ledger", "verify", lake);

        assertThat(log.lines())
                .containsExactly("public.orders: 3 slots, 0 checkpoints, 4 live files, 0 opened: 0 errors, 0 warnings");
        assertThat(footers.code()).isEqualTo(ExitCode.DATA);
        assertThat(footers.err())
                .contains("ERROR COMPACTED_FILE_UNREADABLE at compacted/public/orders/gen-2-0bad/part-00000.parquet")
                .contains("It cannot be read: its footer")
                .contains("Restore the version that was committed");
    }

    @Test
    void verifyReadsEveryRowIfItIsAsked() throws IOException {
        Cli sound = Cli.run("ledger", "verify", lake, "--raw", zone, "--rows").succeeds();
        Cli typed = Cli.run(OrdersZone.with("ledger", "verify", lake, "--raw", zone, "--rows"))
                .succeeds();
        Files.delete(zone.resolve(OrdersZone.FIRST_CHANGES));
        Cli gone = Cli.run("ledger", "verify", lake, "--raw", zone, "--rows");

        // Of 3 compacted changes, 2 published rows and a key that was deleted.
        assertThat(sound.lines())
                .containsExactly(
                        "public.orders: 2 slots, 0 checkpoints, 4 live files, 4 opened, 6 rows read, 3 compared with their raw files (0 files were not): 0 errors, 0 warnings");
        assertThat(typed.lines()).isEqualTo(sound.lines());
        assertThat(gone.out()).contains("6 rows read, 1 compared with their raw files (1 files were not): 0 errors");
        assertThat(gone.err()).contains("RAW_FILES_GONE").doesNotContain("COMPACTED");
    }

    @Test
    void verifyLooksAtWhatEnginesAreShown() throws IOException {
        Cli none = Cli.run(OrdersZone.with("ledger", "verify", lake, "--raw", zone, "--manifest", "athena"));
        Path manifest = lake.resolve("athena/public/orders/manifest");
        Files.createDirectories(manifest.getParent());
        Files.writeString(manifest, zone.toUri() + OrdersZone.LOAD + "\n");
        Cli wrong = Cli.run(OrdersZone.with("ledger", "verify", lake, "--raw", zone, "--manifest", "athena"));
        String compacted =
                lake.relativize(file("compacted", "part-00000.parquet")).toString();
        Files.writeString(
                manifest,
                Stream.of(lake.toUri() + compacted, zone.toUri() + OrdersZone.LOAD)
                        .sorted()
                        .map(line -> line + "\n")
                        .collect(Collectors.joining()));
        Cli right = Cli.run(OrdersZone.with("ledger", "verify", lake, "--raw", zone, "--manifest", "athena"));

        assertThat(none.err()).contains("MANIFEST_DIFFERS at athena/public/orders/manifest: It is not there");
        assertThat(wrong.err()).contains("MANIFEST_DIFFERS").contains("lacks").contains(compacted);
        right.succeeds();
    }

    @Test
    void verifySaysWhatItLacksToLook() {
        assertThat(Cli.run("ledger", "verify", lake, "--rows", "--log-only").code())
                .isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("ledger", "verify", lake, "--manifest", "athena").err())
                .contains("give --raw");
    }

    /** Commits a file that cannot be read in place of the compacted one, as a writer with a fault would. */
    private void commitDamaged() throws IOException {
        LocalObjectStore store = LocalObjectStore.open(lake);
        Ledger ledger =
                Ledger.open(store, "control", TableId.of("public", "orders"), new Random(7), Ledger.Backoff.none());
        LedgerSnapshot snapshot = ledger.snapshot();
        LedgerEntry.CompactedFile file = snapshot.compacted().get(0);
        byte[] content = store.get(file.file().key()).orElseThrow().content();
        Arrays.fill(content, content.length - 200, content.length - 8, (byte) 0xFF);
        ObjectStat damaged =
                store.put("compacted/public/orders/gen-2-0bad/part-00000.parquet", content, WriteCondition.ifAbsent());
        ledger.commit(new LedgerEntry.Compaction(
                "damaged",
                snapshot.slot(),
                List.of(new LedgerEntry.CompactedFile(
                        LedgerFile.of(damaged, file.file().rows()), file.sources())),
                List.of(file.file())));
    }

    @Test
    void gcDeletesWhatNoCommitRefersTo() throws IOException {
        Path live = file("compacted", "part-00000.parquet");
        Path orphan = live.getParent().resolveSibling("gen-1-abcd").resolve("part-00000.parquet");
        Files.createDirectories(orphan.getParent());
        Files.write(orphan, new byte[3]);
        Files.setLastModifiedTime(orphan, FileTime.from(Instant.now().minus(Duration.ofDays(3))));

        Cli dry = Cli.run("ledger", "gc", lake, "--dry-run").succeeds();
        boolean thereAfterDryRun = Files.exists(orphan);
        Cli gc = Cli.run("ledger", "gc", lake).succeeds();
        Cli again = Cli.run("ledger", "gc", lake).succeeds();

        assertThat(dry.lines())
                .containsExactly(
                        "public.orders: 1 objects of 3 B and 0 uploads to delete",
                        "  compacted/public/orders/gen-1-abcd/part-00000.parquet");
        assertThat(thereAfterDryRun).isTrue();
        assertThat(gc.lines()).last().isEqualTo("  deleted 1 objects, aborted 0 uploads");
        assertThat(orphan).doesNotExist();
        assertThat(live).exists();
        assertThat(again.lines()).containsExactly("public.orders: 0 objects of 0 B and 0 uploads to delete");
    }

    /** What is announced is what is deleted: each counts, and its bytes. */
    @Test
    void gcCountsCheckpointsThatNewerOnesReplaced() throws IOException {
        Path checkpoints = lake.resolve("control/public/orders/checkpoints");
        Files.createDirectories(checkpoints);
        for (int i = 1; i <= 6; i++) {
            Path old = checkpoints.resolve(String.format("%020d.json.gz", Long.MAX_VALUE - (64 * i - 1)));
            Files.write(old, new byte[10]);
            Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(10))));
        }

        Cli gc = Cli.run("ledger", "gc", lake).succeeds();

        assertThat(gc.lines()).first().isEqualTo("public.orders: 2 objects of 20 B and 0 uploads to delete");
        assertThat(gc.lines()).last().isEqualTo("  deleted 2 objects, aborted 0 uploads");
        assertThat(gc.lines()).hasSize(4);
    }

    /** L6: an engine would open it. */
    @Test
    void l6gcKeepsWhatAManifestStillNames() throws IOException {
        Path live = file("compacted", "part-00000.parquet");
        Path orphan = live.getParent().resolveSibling("gen-1-abcd").resolve("part-00000.parquet");
        Files.createDirectories(orphan.getParent());
        Files.write(orphan, new byte[3]);
        Files.setLastModifiedTime(orphan, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
        Path manifest = lake.resolve("athena/public/orders/manifest");
        Files.createDirectories(manifest.getParent());
        String root = LocalObjectStore.open(lake).description();
        String key = "compacted/public/orders/gen-1-abcd/part-00000.parquet";
        Files.writeString(manifest, (root.endsWith("/") ? root : root + "/") + key + "\n");

        Cli kept = Cli.run("ledger", "gc", lake, "--manifest", "athena");
        boolean thereWhileNamed = Files.exists(orphan);
        Files.writeString(manifest, "");
        Cli gone = Cli.run("ledger", "gc", lake, "--manifest", "athena").succeeds();

        Cli nowhere = Cli.run("ledger", "gc", lake, "--manifest", "Athena");
        Cli inTheLog = Cli.run("ledger", "gc", lake, "--manifest", "control");
        assertThat(nowhere.code()).isEqualTo(2);
        assertThat(nowhere.err()).contains("Cannot find a manifest of any table in 'Athena'");
        assertThat(inTheLog.code()).isEqualTo(2);
        assertThat(inTheLog.err()).contains("the log of table public.orders is there");
        assertThat(kept.lines()).containsExactly("public.orders: 0 objects of 0 B and 0 uploads to delete");
        assertThat(kept.err()).contains("STILL_SHOWN").contains(key);
        assertThat(thereWhileNamed).isTrue();
        assertThat(gone.lines()).last().isEqualTo("  deleted 1 objects, aborted 0 uploads");
        assertThat(orphan).doesNotExist();
    }

    /** As a process leaves it that dies while it tries the store, before its first write. */
    @Test
    void gcAbortsTheUploadOfAProbeThatDied() throws IOException {
        LocalObjectStore.open(lake).startMultipart(PROBE).part(1, new byte[3]);
        try (Stream<Path> files = Files.walk(lake)) {
            Path begun = files.filter(file -> file.endsWith("key")).findFirst().orElseThrow();
            Files.setLastModifiedTime(begun, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
        }

        Cli dry = Cli.run("ledger", "gc", lake, "--dry-run").succeeds();
        int openAfterDryRun = LocalObjectStore.open(lake).openUploads("").size();
        Cli gc = Cli.run("ledger", "gc", lake).succeeds();

        assertThat(dry.lines())
                .containsExactly("public.orders: 0 objects of 0 B and 1 uploads to delete", "  upload of " + PROBE);
        assertThat(openAfterDryRun).isOne();
        assertThat(gc.lines()).last().isEqualTo("  deleted 0 objects, aborted 1 uploads");
        assertThat(LocalObjectStore.open(lake).openUploads("")).isEmpty();
    }

    @Test
    void gcRefusesAGraceThatReadersDoNotCountOn() {
        Cli gc = Cli.run("ledger", "gc", lake, "--grace", "1h");

        assertThat(gc.code()).isEqualTo(ExitCode.USAGE);
        assertThat(gc.err()).contains("readers count on PT24H");
    }

    @Test
    void undoTakesTheMergeBackAndASecondTimeNothing() {
        Cli dry = Cli.run("ledger", "undo", lake, "--raw", zone, "--dry-run").succeeds();
        Cli undo = Cli.run("ledger", "undo", lake, "--raw", zone).succeeds();
        Cli again = Cli.run("ledger", "undo", lake, "--raw", zone);
        Cli show = Cli.run("ledger", "show", lake).succeeds();

        assertThat(dry.lines())
                .containsExactly("public.orders: slot 1 can be taken back: 0 files live again, 3 live no more");
        assertThat(undo.lines())
                .containsExactly("public.orders: slot 1 taken back in slot 2: 0 files live again, 3 live no more");
        assertThat(again.code()).isEqualTo(ExitCode.DATA);
        assertThat(again.err()).contains("NOTHING_TO_UNDO");
        assertThat(show.out()).doesNotContain("published").contains("compacted: 1 file");
    }

    @Test
    void aPlaceWithoutALogIsSaidToHaveNone() {
        Cli show = Cli.run("ledger", "show", zone);
        Cli other = Cli.run("ledger", "show", lake, "--table", "public.other");

        assertThat(show.code()).isEqualTo(ExitCode.USAGE);
        assertThat(show.err()).contains("Cannot find a log in").contains("it has none in its control/");
        assertThat(other.err()).contains("Cannot find a log of table public.other");
    }

    /** All of zone and lake, folders too, and when they were changed. */
    private Map<Path, FileTime> files() throws IOException {
        Map<Path, FileTime> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                found.put(path, Files.getLastModifiedTime(path));
            }
        }
        return found;
    }

    private Path file(String under, String name) throws IOException {
        try (Stream<Path> files = Files.walk(lake.resolve(under))) {
            List<Path> found = files.filter(file -> file.endsWith(name)).toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }
}
