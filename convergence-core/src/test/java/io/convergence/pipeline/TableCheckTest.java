package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.delete;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.change.Provenance;
import io.convergence.compact.CompactionOptions;
import io.convergence.curated.PartitionBy;
import io.convergence.curated.SnapshotStyle;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.CleanUpOptions;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.RetirementOptions;
import io.convergence.ledger.SymlinkManifest;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check finds the fault it is for, and nothing on a healthy table; it writes nothing. */
class TableCheckTest {
    private static final CompactionOptions COMPACTION =
            CompactionOptions.builder().settled().build();

    private final LandingSite site = new LandingSite();

    private LakeTable table() {
        return site.lake().table(ORDERS);
    }

    /** Two LOAD files and three of changes: all compacted, all merged. */
    private LakeTable filled(MergeOptions options) {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-2, 2, "two"));
        site.load(1, 2, loaded(-1, 3, "three"));
        site.changes(60, insert(10, 4, "four"), update(20, 1, "uno"), insert(30, 5, "five"));
        site.changes(120, delete(70, 2), insert(80, 6, "six"));
        site.changes(180, insert(130, 7, "seven"));
        site.later();
        LakeTable table = table();
        table.merge(options, ProgressListener.none());
        table.compact(COMPACTION, ProgressListener.none());
        return table;
    }

    private LakeTable filled() {
        return filled(MergeOptions.defaults());
    }

    private TamperedFiles tampered() {
        return new TamperedFiles(site.store, table());
    }

    private List<Finding> findings(TableCheck.Depth depth) {
        // Nothing but what the log itself awaits of clean-up.
        return table().fullCheck().run(depth).findings().stream()
                .filter(finding -> !finding.code().equals("FILES_TO_CLEAN_UP"))
                .toList();
    }

    private List<String> codes(TableCheck.Depth depth) {
        return findings(depth).stream().map(Finding::code).distinct().toList();
    }

    static List<MergeOptions> options() {
        return List.of(
                MergeOptions.defaults(),
                MergeOptions.defaults().partitionBy(PartitionBy.column("name")),
                MergeOptions.defaults().style(TableStyle.softDelete()),
                MergeOptions.defaults().style(TableStyle.append()));
    }

    @ParameterizedTest
    @MethodSource("options")
    void aHealthyTableHasNoFindingsWhateverWasDoneToIt(MergeOptions options) {
        filled(options);
        assertThat(findings(TableCheck.Depth.ROWS)).isEmpty();

        site.changes(5000, update(4990, 4, "quattro"), insert(4991, 8, null));
        site.later();
        table().merge(options, ProgressListener.none());
        assertThat(findings(TableCheck.Depth.ROWS)).as("merged").isEmpty();

        table().undo().execute(table().undo().plan());
        assertThat(findings(TableCheck.Depth.ROWS)).as("taken back").isEmpty();

        site.clock(5000 + 4 * 86_400);
        table().merge(options, ProgressListener.none());
        table().compact(COMPACTION, ProgressListener.none());
        assertThat(findings(TableCheck.Depth.ROWS)).as("compacted").isEmpty();

        site.clock(5000 + 8 * 86_400);
        var retirement = table().retirement(RetirementOptions.byDeleting());
        assertThat(retirement.execute(retirement.plan()).retired()).isNotEmpty();
        TableCheck.Report retired = table().fullCheck().run(TableCheck.Depth.ROWS);
        assertThat(retired.sourcesUncompared()).isPositive();
        assertThat(findings(TableCheck.Depth.ROWS)).as("retired").isEmpty();

        site.clock(5000 + 12 * 86_400);
        var cleanUp = table().cleanUp(CleanUpOptions.defaults());
        assertThat(cleanUp.execute(cleanUp.plan()).deleted()).isNotEmpty();
        assertThat(table().fullCheck().run(TableCheck.Depth.ROWS).findings())
                .as("cleaned up")
                .isEmpty();
    }

    @Test
    void theReportTellsHowFarItLooked() {
        filled();

        TableCheck.Report log = table().fullCheck().run(TableCheck.Depth.LEDGER);
        TableCheck.Report footers = table().fullCheck().run(TableCheck.Depth.FOOTERS);
        TableCheck.Report rows = table().fullCheck().run(TableCheck.Depth.ROWS);

        assertThat(log.filesOpened()).isZero();
        // One of the load, one of the changes; of six rows one file of data, one of state, one of the deleted key.
        assertThat(footers.filesOpened()).isEqualTo(2 + 3);
        assertThat(footers.rowsRead()).isZero();
        assertThat(rows.rowsCompared()).isEqualTo(3 + 6);
        assertThat(rows.rowsRead()).isEqualTo(9 + 6 + 1);
        assertThat(rows.sourcesUncompared()).isZero();
        assertThat(rows.holds()).isTrue();
    }

    /** I8, I9: on a store that takes no write, and by what is stored before and after. */
    @Test
    void i8ACheckOnlyReads() {
        LakeTable written = filled();
        SymlinkManifest shown = written.symlinkManifest("athena");
        shown.show(written::files);
        List<ObjectStat> before = site.stored();
        site.settings(builder -> builder.store(readOnly(site.store)));
        LakeTable table = table();
        SymlinkManifest manifest = table.symlinkManifest("athena");

        TableCheck.Report report =
                table.fullCheck().withManifest(manifest, table::files).run(TableCheck.Depth.ROWS);

        assertThat(report.findings()).isEmpty();
        assertThat(site.stored()).isEqualTo(before);
    }

    /** A large LOAD file stays as it is, those behind it are compacted, and are read before it. */
    @Test
    void rowsOfALoadStandInALogAsTheyWereRead() {
        var random = new Random(7);
        LandingSite.Row[] large = IntStream.range(0, 3000)
                .mapToObj(i -> loaded(-9, i, Long.toHexString(random.nextLong())))
                .toArray(LandingSite.Row[]::new);
        site.load(0, 1, large);
        site.load(1, 2, loaded(-8, 4001, "two"));
        site.load(2, 3, loaded(-7, 4002, "three"));
        site.later();
        CompactionOptions small = CompactionOptions.builder()
                .settled()
                .targetSize(DataSize.ofKilobytes(16))
                .band(DataSize.ofKilobytes(8), DataSize.ofKilobytes(64))
                .build();
        assertThat(table().compact(small, ProgressListener.none()).outputs()).hasSize(1);
        assertThat(table().ledger().snapshot().compactedSources()).hasSize(2);

        TableResult logged = table().merge(MergeOptions.defaults().style(TableStyle.append()), ProgressListener.none());

        assertThat(logged.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(findings(TableCheck.Depth.ROWS)).isEmpty();
    }

    /** What DMS does to a file that is being read is no fault of the table, and other findings are told. */
    @Test
    void aRawFileThatGoesWhileItIsReadIsNotComparedFurther() {
        filled();
        ObjectStat victim = rawChanges();
        byte[] content = site.store.get(victim.key()).orElseThrow().content();
        int uncompared = 0;
        for (int nth = 1; nth <= 4; nth++) {
            int last = nth;
            var reads = new AtomicInteger();
            TableCheck.Report report = checkReading((object, bytes) -> {
                if (object.key().equals(victim.key()) && reads.incrementAndGet() == last) {
                    site.store.delete(victim.key());
                    throw new ObjectNotFoundException(victim.key(), "It was deleted.", null);
                }
                return bytes;
            });

            assertThat(report.findings()).as("read %d", nth).noneMatch(TableCheckTest::isOfCompacted);
            uncompared += report.sourcesUncompared();
            site.store.put(victim.key(), content, WriteCondition.none());
        }
        assertThat(uncompared).isPositive();
    }

    @Test
    void aRawFileWhosePagesAreDamagedIsNotTakenForAFaultOfTheCompactedOne() {
        filled();
        ObjectStat victim = rawChanges();

        TableCheck.Report report = checkReading((object, bytes) -> {
            if (object.key().equals(victim.key()) && bytes.length > 60) {
                Arrays.fill(bytes, 4, 60, (byte) 0x7f);
            }
            return bytes;
        });

        assertThat(report.findings()).noneMatch(TableCheckTest::isOfCompacted).anySatisfy(finding -> {
            assertThat(finding.code()).isEqualTo("RAW_FILE_UNREADABLE");
            assertThat(finding.path()).isEqualTo(victim.key());
        });
    }

    private static boolean isOfCompacted(Finding finding) {
        return finding.code().startsWith("COMPACTED_");
    }

    private ObjectStat rawChanges() {
        try (Stream<ObjectStat> files = site.store.listAll("raw/public/orders/2026")) {
            return files.findFirst().orElseThrow();
        }
    }

    private TableCheck.Report checkReading(BiFunction<ObjectStat, byte[], byte[]> reading) {
        site.settings(builder -> builder.store(answering(
                site.store, "read", (arguments, answer) -> reading.apply((ObjectStat) arguments[0], (byte[]) answer))));
        return table().fullCheck().run(TableCheck.Depth.ROWS);
    }

    private static ObjectStore answering(
            ObjectStore store, String operation, BiFunction<Object[], Object, Object> changed) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(store, arguments);
                        return method.getName().equals(operation) ? changed.apply(arguments, answer) : answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static ObjectStore readOnly(ObjectStore store) {
        Set<String> reads = Set.of(
                "capabilities", "description", "now", "list", "listAll", "head", "get", "read", "openUploads", "tags");
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (!reads.contains(method.getName())) {
                        throw new AssertionError("Cannot " + method.getName() + ": this store is only read.");
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void i3ADamagedFooterOfACompactedFileIsFound() {
        filled();
        String key = tampered().replaceCompacted(TamperedFiles::damagedFooter);

        assertThat(codes(TableCheck.Depth.LEDGER)).isEmpty();
        assertThat(findings(TableCheck.Depth.FOOTERS)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("COMPACTED_FILE_UNREADABLE");
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.path()).isEqualTo(key);
            assertThat(finding.message()).startsWith("It cannot be read: its footer");
        });
    }

    @Test
    void i1ACompactedFileWithAnotherNumberOfRowsIsFound() {
        filled();
        tampered().replaceCompacted(file -> TamperedFiles.rows(file, rows -> rows.subList(0, rows.size() - 1)));

        assertThat(codes(TableCheck.Depth.FOOTERS)).containsExactly("COMPACTED_ROWS_DIFFER", "COMPACTED_COUNTS_DIFFER");
    }

    @Test
    void i2ACompactedFileOfOtherRawFilesThanTheLogSaysIsFound() {
        filled();
        tampered()
                .replaceCompacted(file -> TamperedFiles.entry(
                        file, Provenance.FOOTER_KEY, json -> json.replace("LOAD00000001", "LOAD00000009")));

        assertThat(codes(TableCheck.Depth.FOOTERS)).containsExactly("COMPACTED_ORIGINS_DIFFER");
    }

    @Test
    void i7ACompactedFileWithoutAColumnOrWithANarrowerOneIsFound() {
        filled();
        tampered()
                .replaceCompacted(file -> TamperedFiles.entry(
                        file,
                        Provenance.FOOTER_KEY,
                        json -> json.replace("\"name\"", "\"lost\"").replace("name STRING", "lost STRING")));
        assertThat(findings(TableCheck.Depth.FOOTERS))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("it lacks column 'lost'"));

        tampered()
                .replaceCompacted(file -> TamperedFiles.entry(
                        file,
                        Provenance.FOOTER_KEY,
                        json -> json.replace("\"lost\"", "\"name\"").replace("INT8", "NUMERIC(30,5)")));
        assertThat(findings(TableCheck.Depth.FOOTERS)).extracting(Finding::code).contains("COMPACTED_COLUMNS_DIFFER");
    }

    @Test
    void i7APlaceOfAChunkThatCannotBeIsFound() {
        filled();
        tampered()
                .replaceCompacted(file -> TamperedFiles.footer(file, footer -> {
                    var chunk =
                            footer.getRow_groups().get(0).getColumns().get(2).getMeta_data();
                    chunk.setData_page_offset(4);
                    chunk.unsetDictionary_page_offset();
                }));

        assertThat(codes(TableCheck.Depth.FOOTERS)).containsExactly("COMPACTED_PLACES_WRONG");
    }

    @Test
    void s18ACellThatIsAnotherThanInTheRawFileIsFound() {
        filled();
        tampered()
                .replaceCompacted(file -> TamperedFiles.rows(
                        file, rows -> replaced(rows, 1, TamperedFiles.with(rows.get(1), "name", "zwei"))));

        assertThat(codes(TableCheck.Depth.FOOTERS)).isEmpty();
        assertThat(findings(TableCheck.Depth.ROWS)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("COMPACTED_ROWS_DIFFER");
            assertThat(finding.message())
                    .contains("column 'name' has another cell than")
                    .contains("in row 1");
        });
    }

    @Test
    void i6RowsThatChangedPlacesAreFound() {
        filled();
        replaceChanges(rows -> swapped(rows, 0, 2));

        assertThat(codes(TableCheck.Depth.FOOTERS)).isEmpty();
        assertThat(codes(TableCheck.Depth.ROWS)).containsExactly("COMPACTED_ROWS_DIFFER");
    }

    /** Where there is nothing to compare with, by what the log knows of the raw files. */
    @Test
    void i6RowsThatChangedPlacesAreFoundAfterTheirRawFilesAreGone() {
        filled();
        retireChanges();
        assertThat(codes(TableCheck.Depth.ROWS)).isEmpty();
        replaceChanges(rows -> swapped(rows, 0, 2));

        assertThat(findings(TableCheck.Depth.ROWS)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("COMPACTED_ORDER_DIFFERS");
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        });
    }

    @Test
    void i6RowsBetweenTheFirstAndTheLastThatChangedPlacesAreFoundToo() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(60, insert(10, 4, "a"), insert(20, 5, "b"), insert(30, 6, "c"), insert(40, 7, "d"));
        site.changes(120, insert(70, 8, "e"));
        site.later();
        table().merge(MergeOptions.defaults(), ProgressListener.none());
        table().compact(COMPACTION, ProgressListener.none());
        retireChanges();
        replaceChanges(rows -> swapped(rows, 1, 2));

        assertThat(findings(TableCheck.Depth.ROWS)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("COMPACTED_ORDER_DIFFERS");
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        });
    }

    private void retireChanges() {
        site.clock(5 * 86_400);
        var retirement = table().retirement(RetirementOptions.byDeleting());
        retirement.execute(retirement.plan());
    }

    /** Of the compacted file with the changes. */
    private void replaceChanges(UnaryOperator<List<Group>> change) {
        LedgerEntry.CompactedFile file = table().ledger().snapshot().compacted().stream()
                .filter(output -> !output.sources().get(0).key().contains("LOAD"))
                .findFirst()
                .orElseThrow();
        var snapshot = table().ledger().snapshot();
        String key = file.file().key().replaceFirst("gen-\\d+-[0-9a-f]+", "gen-" + (snapshot.slot() + 1) + "-bad0");
        byte[] content = TamperedFiles.rows(
                site.store.get(file.file().key()).orElseThrow().content(), change);
        LedgerFile other = LedgerFile.of(
                site.store.put(key, content, WriteCondition.ifAbsent()),
                file.file().rows());
        table().ledger()
                .commit(new LedgerEntry.Compaction(
                        "bad",
                        snapshot.slot(),
                        List.of(new LedgerEntry.CompactedFile(other, file.sources())),
                        List.of(file.file())));
    }

    private static List<Group> swapped(List<Group> rows, int one, int other) {
        List<Group> all = new ArrayList<>(rows);
        Collections.swap(all, one, other);
        return all;
    }

    private static List<Group> replaced(List<Group> rows, int at, Group row) {
        List<Group> all = new ArrayList<>(rows);
        all.set(at, row);
        return all;
    }

    @Test
    void i3ADamagedFooterOfAPublishedFileIsFound() {
        filled();
        tampered().replacePublished(TamperedFiles::damagedFooter, state -> state);

        assertThat(codes(TableCheck.Depth.LEDGER)).isEmpty();
        assertThat(findings(TableCheck.Depth.FOOTERS)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("PUBLISHED_FILE_UNREADABLE");
            assertThat(finding.path())
                    .isEqualTo(tampered().published().data().get(0).key());
        });
    }

    @ParameterizedTest
    @MethodSource("options")
    void i1PublishedFilesWithAnotherNumberOfRowsAreFound(MergeOptions options) {
        filled(options);
        tampered()
                .replacePublished(
                        data -> TamperedFiles.rows(data, rows -> rows.subList(1, rows.size())),
                        state -> indexed(options, state));

        assertThat(codes(TableCheck.Depth.FOOTERS)).containsExactly("PUBLISHED_FILE_DIFFERS");
    }

    /** The index of a change log names its files. */
    private byte[] indexed(MergeOptions options, byte[] state) {
        return options.style().kind() != SnapshotStyle.APPEND
                ? state
                : TamperedFiles.rows(
                        state,
                        rows -> rows.stream()
                                .map(row -> TamperedFiles.with(
                                        row, "file", tampered().copyOf(row.getString("file", 0))))
                                .toList());
    }

    /** Each number agrees with the log: that rows and their bookkeeping do not belong together shows in the keys alone. */
    @Test
    void i1PublishedRowsOutOfTheirOrderAreFound() {
        filled();
        tampered().replacePublished(data -> TamperedFiles.rows(data, rows -> swapped(rows, 1, 2)), state -> state);

        assertThat(codes(TableCheck.Depth.FOOTERS)).isEmpty();
        assertThat(codes(TableCheck.Depth.ROWS)).containsExactly("PUBLISHED_ORDER_DIFFERS");
    }

    @Test
    void i1APublishedKeyThatIsThereTwiceIsFound() {
        filled(MergeOptions.defaults().partitionBy(PartitionBy.column("name")));
        // Each partition has one row; all get the key of the last one that was copied.
        tampered()
                .replacePublished(
                        data -> TamperedFiles.rows(
                                data,
                                rows -> rows.stream()
                                        .map(row -> {
                                            Group copy = TamperedFiles.with(row, "name", row.getString("name", 0));
                                            return withId(copy, 7);
                                        })
                                        .toList()),
                        state -> state);

        assertThat(codes(TableCheck.Depth.FOOTERS)).isEmpty();
        assertThat(codes(TableCheck.Depth.ROWS)).containsExactly("PUBLISHED_KEY_TWICE");
    }

    private static Group withId(Group row, long id) {
        var copy = new org.apache.parquet.example.data.simple.SimpleGroup(row.getType());
        copy.append("id", id).append("name", row.getString("name", 0));
        return copy;
    }

    @Test
    void i1ARowInAPartitionOfAnotherValueIsFound() {
        filled(MergeOptions.defaults().partitionBy(PartitionBy.column("name")));
        tampered()
                .replacePublished(
                        data -> TamperedFiles.rows(
                                data,
                                rows -> rows.stream()
                                        .map(row -> TamperedFiles.with(row, "name", "elsewhere"))
                                        .toList()),
                        state -> state);

        assertThat(codes(TableCheck.Depth.ROWS)).containsExactly("PUBLISHED_ORDER_DIFFERS");
    }

    @Test
    void i1ChangesOfALogOutOfTheirOrderAreFound() {
        MergeOptions options = MergeOptions.defaults().style(TableStyle.append());
        filled(options);
        tampered()
                .replacePublished(
                        data -> TamperedFiles.rows(data, rows -> swapped(rows, 1, 4)),
                        state -> indexed(options, state));

        assertThat(codes(TableCheck.Depth.FOOTERS)).isEmpty();
        assertThat(codes(TableCheck.Depth.ROWS)).containsExactly("PUBLISHED_ORDER_DIFFERS");
    }

    @Test
    void i1SoftlyDeletedRowsOutOfTheirOrderAreFound() {
        filled(MergeOptions.defaults().style(TableStyle.softDelete()));
        tampered().replacePublished(data -> TamperedFiles.rows(data, rows -> swapped(rows, 3, 4)), state -> state);

        assertThat(codes(TableCheck.Depth.ROWS)).containsExactly("PUBLISHED_ORDER_DIFFERS");
    }

    @Test
    void i3BookkeepingThatLacksAColumnIsFound() {
        filled();
        tampered()
                .replacePublished(
                        data -> data,
                        state -> TamperedFiles.footer(state, footer -> {
                            footer.getSchema().get(1).setName("where");
                            footer.getRow_groups()
                                    .forEach(group -> group.getColumns()
                                            .get(0)
                                            .getMeta_data()
                                            .setPath_in_schema(List.of("where")));
                        }));

        assertThat(codes(TableCheck.Depth.FOOTERS)).containsExactly("PUBLISHED_FILE_DIFFERS");
    }

    @Test
    void l6AManifestThatEnginesMustNotSeeIsFound() {
        LakeTable table = filled();
        SymlinkManifest manifest = table.symlinkManifest("athena");
        TableCheck check = table.fullCheck().withManifest(manifest, table::files);
        assertThat(check.run(TableCheck.Depth.LEDGER).findings())
                .extracting(Finding::code)
                .containsExactly("MANIFEST_DIFFERS");
        manifest.show(table::files);
        assertThat(check.run(TableCheck.Depth.LEDGER).findings()).isEmpty();
        String text = site.store.get(manifest.key()).orElseThrow().text();

        // A line of a raw file that is compacted: its rows would be read twice.
        put(manifest.key(), text + site.store.description() + "/raw/public/orders/LOAD00000001.parquet\n");
        assertThat(check.run(TableCheck.Depth.LEDGER).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.code()).isEqualTo("MANIFEST_DIFFERS");
                    assertThat(finding.path()).isEqualTo(manifest.key());
                    assertThat(finding.message())
                            .contains("names 1 that it should not")
                            .contains("LOAD00000001");
                });

        // A line twice, and one that is missing.
        put(manifest.key(), text + text.lines().findFirst().orElseThrow() + "\n");
        assertThat(check.run(TableCheck.Depth.LEDGER).findings())
                .extracting(Finding::code)
                .containsExactly("MANIFEST_DIFFERS");
        put(manifest.key(), text.substring(text.indexOf('\n') + 1));
        assertThat(check.run(TableCheck.Depth.LEDGER).findings())
                .extracting(Finding::code)
                .containsExactly("MANIFEST_DIFFERS");

        put(manifest.key(), text);
        put(manifest.key() + ".bak", text);
        assertThat(check.run(TableCheck.Depth.LEDGER).findings())
                .extracting(Finding::code)
                .containsExactly("MANIFEST_NOT_ALONE");
    }

    @Test
    void l6AManifestThatLacksRawFilesThatJustCameIsAWarning() {
        LakeTable table = filled();
        SymlinkManifest manifest = table.symlinkManifest("athena");
        manifest.show(table::files);
        site.changes(5000, insert(4990, 8, "eight"));
        site.later();

        LakeTable now = table();
        TableCheck.Report report = now.fullCheck()
                .withManifest(now.symlinkManifest("athena"), now::files)
                .run(TableCheck.Depth.LEDGER);

        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("MANIFEST_BEHIND");
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        });
    }

    @Test
    void i8WhatOursWouldBeAmongRawFilesAndWhatIsNotOursAmongOursIsFound() {
        filled();
        put("raw/public/orders/gen-3-0a/part-00000.parquet", "output");
        assertThat(codes(TableCheck.Depth.LEDGER)).containsExactly("OUTPUT_AMONG_RAW");
        site.store.delete("raw/public/orders/gen-3-0a/part-00000.parquet");

        String folder = table().folders().folders().get(0);
        put(folder + "notes.txt", "by hand");
        put(folder + "gen-77-0a/part-00000.parquet", "of another log");
        assertThat(findings(TableCheck.Depth.LEDGER))
                .extracting(Finding::code, Finding::path)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("OBJECT_NOT_OURS", folder + "notes.txt"),
                        org.assertj.core.groups.Tuple.tuple(
                                "OBJECT_NOT_OURS", folder + "gen-77-0a/part-00000.parquet"));
    }

    @Test
    void i8ALiveFileOutsideTheTablesFoldersIsFound() {
        filled();
        site.settings(builder -> builder.outputPrefix("elsewhere/"));

        assertThat(codes(TableCheck.Depth.FOOTERS)).containsExactly("FILE_OUTSIDE_FOLDERS");
    }

    @Test
    void i10OrphansAndOpenUploadsAreCounted() {
        filled();
        String folder = table().folders().folders().get(0);
        put(folder + "gen-1-0a/part-00000.parquet", "of a run that died");
        site.store.startMultipart(folder + "gen-1-0b/part-00000.parquet").part(1, new byte[3]);

        List<Finding> findings =
                table().fullCheck().run(TableCheck.Depth.LEDGER).findings();

        assertThat(findings).extracting(Finding::code).containsExactly("FILES_TO_CLEAN_UP", "OPEN_UPLOADS");
        assertThat(findings.get(0).message()).contains("0 files that commits replaced and 1 that no commit refers to");
        assertThat(findings.get(1).message()).startsWith("1 uploads");
    }

    @Test
    void i4AFileThatWasReplacedAndDeletedBeforeReadersOfThenCanHaveEndedIsFound() {
        filled();
        String before = tampered().compacted().key();
        tampered().replaceCompacted(file -> file);
        site.later();
        assertThat(codes(TableCheck.Depth.ROWS)).isEmpty();

        site.store.delete(before);

        assertThat(findings(TableCheck.Depth.LEDGER)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("DELETED_WITHIN_GRACE");
            assertThat(finding.path()).isEqualTo(before);
        });
        site.clock(5000 + Duration.ofDays(3).toSeconds());
        assertThat(codes(TableCheck.Depth.LEDGER)).isEmpty();
    }

    /** One log that cannot be read to its end: what is live is not guessed. */
    @Test
    void aBrokenLogIsToldAndItsFilesAreNotChecked() {
        filled();
        put("convergence/control/" + "public/orders/log/" + "00000000000000000002.json", "nonsense");

        assertThat(codes(TableCheck.Depth.ROWS)).containsExactly("SLOT_UNREADABLE", "FILES_NOT_CHECKED");
    }

    private void put(String key, String text) {
        site.store.put(key, text.getBytes(UTF_8), WriteCondition.none());
    }
}
