package io.convergence.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.change.ChangeRecord;
import io.convergence.curated.CuratedTable;
import io.convergence.curated.CuratedTableException;
import io.convergence.curated.ParquetSnapshotWriter;
import io.convergence.curated.PartitionBy;
import io.convergence.curated.Partitioning;
import io.convergence.curated.SnapshotMerge;
import io.convergence.curated.SnapshotSettings;
import io.convergence.ledger.CleanUp;
import io.convergence.ledger.CleanUpOptions;
import io.convergence.ledger.LakeFolders;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerCheck;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotPartitionsTest {
    private static final Partitioning BY_A = Partitioning.of(PartitionBy.column("a"));
    private static final DataSize MEMORY = DataSize.ofBytes(2_000);

    private Instant now = Sample.GENERATION;
    private final InMemoryObjectStore store = new InMemoryObjectStore(() -> now);
    private final Random random = new Random(1);
    private final Ledger ledger = Ledger.open(store, "control/", Sample.TABLE, random, Ledger.Backoff.none());

    @TempDir
    private Path spills;

    private SnapshotMerge.Result merge(
            MergePolicy policy, Partitioning by, DataSize target, long expected, List<ChangeRecord> changes) {
        var settings = new SnapshotSettings(MEMORY, target, spills);
        Instant complete = ledger.snapshot().completeThrough().orElse(null);
        try (var merge = SnapshotMerge.begin(
                store,
                "lake",
                random,
                settings,
                ledger.snapshot().published(),
                List.of("id"),
                name -> name,
                expected,
                new CommitMark(NewestTransaction.SETTLED, complete),
                by)) {
            changes.forEach(merge::add);
            return merge.merge(new SnapshotMerge.Task(
                    policy,
                    Map.of(),
                    Map.of(),
                    change -> change,
                    NewestTransaction.SETTLED,
                    complete,
                    Set.of(),
                    ledger.snapshot().slot(),
                    null));
        }
    }

    private LedgerEntry.Merge publish(MergePolicy policy, Partitioning by, List<ChangeRecord> changes) {
        return publish(merge(policy, by, DataSize.ofMegabytes(1), 0, changes));
    }

    private LedgerEntry.Merge publish(SnapshotMerge.Result result) {
        assertThat(result).isInstanceOf(SnapshotMerge.Written.class);
        var written = (SnapshotMerge.Written) result;
        return ledger.commit(written.snapshot()
                        .toEntry(
                                ledger.newTransaction(),
                                Sample.GENERATION,
                                List.of(),
                                written.completeThrough().orElse(null)))
                .published()
                .orElseThrow();
    }

    private Map<Object, Map<String, Object>> shown() {
        return new TreeMap<>(Sample.shown(
                CuratedTable.load(store, ledger.snapshot().published().orElseThrow())
                        .entries()));
    }

    private static List<ChangeRecord> load(int rows, int countries) {
        List<ChangeRecord> changes = new ArrayList<>();
        for (int i = 1; i <= rows; i++) {
            changes.add(Sample.load(i, Sample.row(i, "c" + i % countries, (long) i, "text " + i)));
        }
        return changes;
    }

    /** The folders between that of the commit and the file, by the file's key. */
    private static Map<String, String> folders(List<LedgerFile> files) {
        Map<String, String> folders = new LinkedHashMap<>();
        for (LedgerFile file : files) {
            String key = file.key();
            int from = key.indexOf('/', key.indexOf("/gen-") + 1) + 1;
            int to = key.lastIndexOf('/');
            folders.put(key, to < from ? "" : key.substring(from, to));
        }
        return folders;
    }

    private static Set<String> keys(List<LedgerFile> files) {
        Set<String> keys = new HashSet<>();
        files.forEach(file -> keys.add(file.key()));
        return keys;
    }

    @Test
    void aMergeWritesOnlyThePartitionsThatRowsComeIntoOrGoFrom() {
        LedgerEntry.Merge before = publish(Sample.POLICY, BY_A, load(100, 10));

        LedgerEntry.Merge after = publish(
                Sample.POLICY,
                BY_A,
                List.of(
                        Sample.update(1, 1, Sample.row(7, "c8", 7L, "text 7")),
                        Sample.update(2, 2, Sample.row(13, "c3", 0L, "text 13"))));

        assertThat(new TreeSet<>(folders(before.data()).values())).hasSize(10);
        Map<String, String> changed = folders(after.data());
        changed.keySet().removeAll(keys(before.data()));
        assertThat(changed.values()).containsExactlyInAnyOrder("a_partition=c7", "a_partition=c8", "a_partition=c3");
        Set<String> states = keys(after.state());
        states.removeAll(keys(before.state()));
        assertThat(states).hasSize(3);
        assertThat(after.data()).extracting(LedgerFile::rows).containsOnly(9L, 10L, 11L);
        assertThat(shown()).hasSize(100);
        assertThat(shown().get(7L)).containsEntry("a", "c8");
    }

    @Test
    void aPartitionThatLosesItsLastRowHasNoFileAndComesBack() {
        publish(Sample.POLICY, BY_A, load(4, 4));

        LedgerEntry.Merge without = publish(
                Sample.POLICY,
                BY_A,
                List.of(Sample.delete(1, 1, 1), Sample.update(2, 2, Sample.row(2, "c3", 2L, "text 2"))));
        LedgerEntry.Merge again =
                publish(Sample.POLICY, BY_A, List.of(Sample.insert(3, 3, Sample.row(1, "c1", 1L, "text 1"))));

        assertThat(folders(without.data()).values()).containsExactly("a_partition=c0", "a_partition=c3");
        assertThat(folders(again.data()).values())
                .containsExactly("a_partition=c0", "a_partition=c1", "a_partition=c3");
        assertThat(CuratedTable.load(store, without).tombstoneCount()).isEqualTo(1);
        assertThat(CuratedTable.load(store, again).tombstoneCount()).isZero();
    }

    @Test
    void s9AnUnknownCellKeepsTheValueAndThePartitionOfItsRow() {
        publish(Sample.POLICY, Partitioning.of(PartitionBy.column("big")), load(2, 2));

        LedgerEntry.Merge after = publish(
                Sample.POLICY,
                Partitioning.of(PartitionBy.column("big")),
                List.of(
                        Sample.update(1, 1, Sample.row(1, "new", 1L, Sample.UNKNOWN)),
                        Sample.update(2, 2, Sample.row(3, "never told", 3L, Sample.UNKNOWN))));

        assertThat(folders(after.data()).values())
                .containsExactly(
                        "big_partition=__HIVE_DEFAULT_PARTITION__", "big_partition=text 1", "big_partition=text 2");
        assertThat(shown().get(1L)).containsEntry("a", "new").containsEntry("big", "text 1");
    }

    @Test
    void s10AKeyChangeMovesTheRowOutOfThePartitionOfItsOldKey() {
        publish(Sample.POLICY, BY_A, load(3, 3));

        LedgerEntry.Merge after =
                publish(Sample.POLICY, BY_A, List.of(Sample.move(1, 1, 1, Sample.row(9, "c2", 1L, "text 1"))));

        assertThat(folders(after.data()).values()).containsExactly("a_partition=c0", "a_partition=c2");
        assertThat(shown().keySet()).containsExactly(2L, 3L, 9L);
    }

    @Test
    void anotherPartitioningWritesAllRowsAnewAndBucketsMayBecomeFewer() {
        LedgerEntry.Merge plain =
                publish(merge(Sample.POLICY, Partitioning.none(), DataSize.ofBytes(1_000), 16_000, load(200, 10)));
        Map<Object, Map<String, Object>> rows = shown();
        assertThat(plain.notes().get("layout")).startsWith("1;");
        assertThat(plain.data()).hasSize(8);

        LedgerEntry.Merge parted = publish(Sample.POLICY, BY_A, List.of());
        assertThat(parted.data()).hasSize(10);
        assertThat(parted.notes().get("layout")).startsWith("2;0;value:a:a_partition;");
        assertThat(Partitioning.of(parted)).isEqualTo(BY_A);
        assertThat(shown()).isEqualTo(rows);

        LedgerEntry.Merge again = publish(Sample.POLICY, Partitioning.none(), List.of());
        assertThat(folders(again.data()).values()).containsExactly("");
        assertThat(shown()).isEqualTo(rows);
        assertThat(keys(again.data())).doesNotContainAnyElementsOf(keys(parted.data()));
    }

    @Test
    void bucketsDoubleForTheLargestPartitionAlone() {
        DataSize target = DataSize.ofBytes(2_000);
        LedgerEntry.Merge small = publish(merge(Sample.POLICY, BY_A, target, 20_000, load(200, 50)));
        assertThat(small.notes().get("layout")).startsWith("2;0;");
        assertThat(small.data()).hasSize(50);

        LedgerEntry.Merge skewed = publish(
                merge(Sample.POLICY, Partitioning.of(PartitionBy.column("b")), target, 20_000, oneLargePartition()));
        assertThat(skewed.notes().get("layout")).startsWith("2;");
        int bits = Integer.parseInt(skewed.notes().get("layout").split(";")[1]);
        assertThat(bits).isBetween(1, 5);
        assertThat(folders(skewed.data()).values().stream().filter("b_partition=0"::equals))
                .hasSizeGreaterThan(1);
        assertThat(shown()).hasSize(400);

        LedgerEntry.Merge more = publish(
                merge(Sample.POLICY, Partitioning.of(PartitionBy.column("b")), DataSize.ofBytes(100), 0, List.of()));
        assertThat(Integer.parseInt(more.notes().get("layout").split(";")[1])).isGreaterThan(bits);
        assertThat(shown()).hasSize(400);
    }

    private static List<ChangeRecord> oneLargePartition() {
        List<ChangeRecord> changes = new ArrayList<>();
        for (int i = 1; i <= 400; i++) {
            changes.add(Sample.insert(i, i, Sample.row(i, "name", i <= 390 ? 0L : i, "text " + i * 7919)));
        }
        return changes;
    }

    @Test
    void foldersHaveValuesAsHiveWritesThem() {
        String longText = "Llanfair" + "pwllgwyngyll".repeat(40);
        String longUmlauts = "ä%".repeat(200);
        List<String> values = new ArrayList<>(List.of(
                "DE",
                "a/b",
                "100%",
                "x=y",
                "a b+c",
                "Straße \uD83D\uDE00",
                "..",
                "tab\tnew\nline",
                "[x]{y",
                "C:\\",
                "q?\"'*#^",
                longText,
                longUmlauts,
                longUmlauts + "!",
                "__HIVE_DEFAULT_PARTITION__",
                ""));
        var byText = new TableSchema(Sample.TABLE, List.of(Sample.ID, Sample.BIG), List.of("id"));
        List<ChangeRecord> changes = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            changes.add(Sample.load(i + 1, Sample.cells(Sample.ID, (long) i, Sample.BIG, values.get(i))));
        }
        changes.add(Sample.load(100, Sample.cells(Sample.ID, 100L, Sample.BIG, null)));

        LedgerEntry.Merge published = publish(
                MergePolicy.of(byText),
                Partitioning.of(PartitionBy.column("big").named("text")),
                changes);

        Set<String> folders = new TreeSet<>(folders(published.data()).values());
        assertThat(folders)
                .contains(
                        "text=DE",
                        "text=a%2Fb",
                        "text=100%25",
                        "text=x%3Dy",
                        "text=a b+c",
                        "text=Straße \uD83D\uDE00",
                        "text=..",
                        "text=tab%09new%0Aline",
                        "text=%5Bx%5D%7By",
                        "text=C%3A%5C",
                        "text=q%3F%22%27%2A%23%5E",
                        "text=__HIVE_DEFAULT_PARTITION__")
                .hasSize(15);
        assertThat(folders)
                .allMatch(folder -> folder.getBytes(StandardCharsets.UTF_8).length <= 200)
                .filteredOn(folder -> folder.startsWith("text=ä%25"))
                .hasSize(2)
                .allMatch(folder -> folder.matches("text=(ä%25)+ä?-[0-9a-f]{32}"));
        assertThat(folders)
                .filteredOn(folder -> folder.startsWith("text=Llanfair"))
                .hasSize(1);
        assertThat(published.data())
                .filteredOn(file -> file.key().contains("text=__HIVE_DEFAULT_PARTITION__/"))
                .extracting(LedgerFile::rows)
                .containsExactly(3L);
        List<ChangeRecord> deletes = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            deletes.add(Sample.delete(1, i + 1, i));
        }
        publish(
                MergePolicy.of(byText),
                Partitioning.of(PartitionBy.column("big").named("text")),
                deletes);
        assertThat(shown().keySet()).containsExactly(100L);
    }

    @Test
    void daysMonthsAndYearsOfDatesAndTimestamps() {
        Column day = Column.nullable("o_date", DataType.of(DataType.Kind.DATE));
        Column at = Column.nullable("at", DataType.datetime(6));
        var schema = new TableSchema(Sample.TABLE, List.of(Sample.ID, day, at), List.of("id"));
        List<ChangeRecord> changes = List.of(
                Sample.load(
                        1,
                        Sample.cells(
                                Sample.ID, 1L, day, LocalDate.of(2026, 1, 31), at, LocalDateTime.of(2026, 2, 1, 0, 0))),
                Sample.load(
                        2,
                        Sample.cells(
                                Sample.ID,
                                2L,
                                day,
                                LocalDate.of(812, 12, 1),
                                at,
                                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000))),
                Sample.load(3, Sample.cells(Sample.ID, 3L, day, null, at, null)));

        LedgerEntry.Merge published = publish(
                MergePolicy.of(schema),
                Partitioning.of(
                        PartitionBy.parse("year(o_date)"), PartitionBy.parse("MONTH(at)"), PartitionBy.day("at")),
                changes);

        assertThat(folders(published.data()).values())
                .containsExactlyInAnyOrder(
                        "o_date_year=2026/at_month=2026-02/at_day=2026-02-01",
                        "o_date_year=0812/at_month=1969-12/at_day=1969-12-31",
                        "o_date_year=__HIVE_DEFAULT_PARTITION__/at_month=__HIVE_DEFAULT_PARTITION__/at_day=__HIVE_DEFAULT_PARTITION__");
    }

    @Test
    void aPartitioningThatDoesNotFitTheColumnsIsRefused() {
        assertRefused(
                Partitioning.of(PartitionBy.column("country")),
                "Cannot partition table public.t by country: there is no such column. Name one of [id, a, b, big].");
        assertRefused(
                Partitioning.of(PartitionBy.day("a")),
                "Cannot partition table public.t by day(a): the column is of type wstring(40). Choose a column of dates or"
                        + " timestamps.");
        assertRefused(
                Partitioning.of(PartitionBy.column("a").named("b")),
                "Cannot partition table public.t by a as b: its folders would have the name of column 'b'. Name them"
                        + " otherwise (PartitionBy.named).");
        assertThatThrownBy(() -> Partitioning.of(PartitionBy.column("a"), PartitionBy.column("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot partition by [a, a]: two folders would have the name 'a_partition'.");
    }

    /** Folders of a table that is parted for the first time must not have a column's name, though the table has files. */
    @Test
    void namesOfFoldersAreCheckedWhenAPublishedTableIsPartitionedAnew() {
        publish(Sample.POLICY, Partitioning.none(), load(10, 2));

        assertThatThrownBy(() -> publish(
                        Sample.POLICY, Partitioning.of(PartitionBy.column("a").named("b")), List.of()))
                .isInstanceOf(CuratedTableException.class)
                .hasMessage("Cannot partition table public.t by a as b: its folders would have the name of column 'b'."
                        + " Name them otherwise (PartitionBy.named).");
    }

    private void assertRefused(Partitioning by, String message) {
        assertThatThrownBy(() -> publish(Sample.POLICY, by, load(1, 1)))
                .isInstanceOf(CuratedTableException.class)
                .hasMessage(message);
    }

    @Test
    void cleanUpAndTheLogsCheckKnowFilesInPartitions() {
        publish(Sample.POLICY, BY_A, load(20, 4));
        for (int i = 1; i <= 5; i++) {
            now = now.plus(Duration.ofDays(3));
            publish(Sample.POLICY, BY_A, List.of(Sample.update(i, i, Sample.row(7, "c" + i % 3, 7L, "text 7"))));
        }
        now = now.plus(Duration.ofDays(3));
        LedgerEntry.Merge newest = ledger.snapshot().published().orElseThrow();
        Set<String> live = keys(newest.data());
        live.addAll(keys(newest.state()));
        var folders = new LakeFolders(store, ParquetSnapshotWriter.folders("lake", Sample.TABLE));

        CleanUp cleanUp = CleanUp.of(ledger, folders, CleanUpOptions.defaults());
        CleanUp.Plan plan = cleanUp.plan();
        assertThat(plan.objects()).isNotEmpty();
        assertThat(plan.objects()).extracting(ObjectStat::key).doesNotContainAnyElementsOf(live);
        cleanUp.execute(plan);

        assertThat(live).allMatch(key -> store.head(key).isPresent());
        assertThat(shown()).hasSize(20);
        assertThat(LedgerCheck.of(ledger, folders).run().holds()).isTrue();
    }

    @Test
    void aMergeThatChangesNothingKeepsAllFiles() {
        List<ChangeRecord> changes = List.of(Sample.update(1, 1, Sample.row(7, "c8", 7L, "text 7")));
        publish(Sample.POLICY, BY_A, load(20, 4));
        LedgerEntry.Merge before = publish(Sample.POLICY, BY_A, changes);

        var again = (SnapshotMerge.Written) merge(Sample.POLICY, BY_A, DataSize.ofMegabytes(1), 0, changes);

        assertThat(again.changed()).isFalse();
        assertThat(again.snapshot().data()).isEqualTo(before.data());
        assertThat(again.snapshot().state()).isEqualTo(before.state());
    }

    /** 36 MB of rows in 500 partitions of one bucket, in a heap of 32 MB: loaded, moved between partitions, and parted anew. */
    @Test
    void memoryDoesNotGrowWithTheNumberOfPartitions() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyPartitions.class.getName(),
                        spills.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.strip())
                .isEqualTo("500 files, 18000 rows of sum 162009000 in 500; "
                        + "500 files, 18000 rows of sum 162009000 in 500; "
                        + "500 files, 17999 rows of sum 162008993 in 500");
    }

    @Test
    void temporaryFilesAreGone() throws Exception {
        publish(Sample.POLICY, BY_A, load(500, 30));
        publish(Sample.POLICY, Partitioning.of(PartitionBy.column("b")), List.of(Sample.delete(1, 1, 3)));

        try (Stream<Path> left = Files.list(spills)) {
            assertThat(left).isEmpty();
        }
    }
}
