package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.delete;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.move;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.change.ParquetFixture;
import io.convergence.curated.DeletedColumns;
import io.convergence.curated.LogColumns;
import io.convergence.curated.SnapshotSettings;
import io.convergence.curated.SoftDeleteTable;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.DeletedRow;
import io.convergence.merge.MergeCounts.What;
import io.convergence.merge.Tombstone;
import io.convergence.raw.DeclaredOrder;
import io.convergence.raw.TimelineOptions;
import io.convergence.reconcile.RowSource;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Soft delete and the change log, from raw files to published ones. Every merge is a new process. */
class TableStylesTest {
    private static final MergeOptions SOFT = MergeOptions.defaults().style(TableStyle.softDelete());
    private static final MergeOptions LOG = MergeOptions.defaults().style(TableStyle.append());

    private final LandingSite site = new LandingSite();

    private LedgerEntry.Merge published() {
        return site.lake().table(ORDERS).ledger().snapshot().published().orElseThrow();
    }

    /** Rows kept as deleted: name and time, by id. */
    private Map<Object, String> deleted() {
        Map<Object, String> deleted = new TreeMap<>();
        SoftDeleteTable.load(site.store, published()).entries().forEach(row -> {
            if (row instanceof Tombstone tombstone && tombstone.deletedRow().isPresent()) {
                DeletedRow kept = tombstone.deletedRow().get();
                deleted.put(
                        row.key().values().get(0),
                        kept.cells().published(kept.cells().indexOf("name")) + " "
                                + kept.deletedAt().map(Instant::toString).orElse("?"));
            }
        });
        return deleted;
    }

    private List<String> log(String... columns) {
        RowSource log = site.lake().table(ORDERS).changeLog();
        List<String> rows = new ArrayList<>();
        try (Stream<List<@Nullable Object>> all = log.rows()) {
            all.forEach(row -> {
                List<String> cells = new ArrayList<>();
                for (String column : columns) {
                    cells.add(String.valueOf(row.get(log.schema().indexOf(column))));
                }
                rows.add(String.join(" ", cells));
            });
        }
        return rows;
    }

    @Test
    void s12DeletedRowsStayMarkedAndReadersOfCurrentRowsDoNotSeeThem() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-2, 2, "two"), loaded(-2, 3, "three"));
        site.changes(700, update(650, 1, "uno"), delete(660, 1), delete(661, 3));
        assertThat(site.later().merge(SOFT).state()).isEqualTo(TableState.PUBLISHED);

        assertThat(site.rows()).isEqualTo(Map.of(2L, "two"));
        assertThat(deleted()).isEqualTo(Map.of(1L, "uno " + at(660), 3L, "three " + at(661)));

        site.changes(9000, insert(8990, 1, "back"), move(8991, 2, 4, "moved"));
        assertThat(site.later().merge(SOFT).state()).isEqualTo(TableState.PUBLISHED);

        assertThat(site.rows()).isEqualTo(Map.of(1L, "back", 4L, "moved"));
        assertThat(deleted()).isEqualTo(Map.of(3L, "three " + at(661)));
        assertThat(site.later().merge(SOFT).state()).isEqualTo(TableState.UNCHANGED);
    }

    @Test
    void s11AChangeThatComesLateAltersARowThatWasDeletedSince() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(700, update(640, 9, "first file of the run"));
        site.changes(900, delete(800, 1));
        site.later().merge(SOFT);
        assertThat(deleted()).isEqualTo(Map.of(1L, "one " + at(800)));

        site.lateChanges(9000, 800, update(700, 1, "late"));
        TableResult result = site.later().merge(SOFT);

        assertThat(codes(result)).contains("HISTORY_READ");
        assertThat(deleted()).isEqualTo(Map.of(1L, "late " + at(800)));
    }

    /** S11: the first known file of a run names it; if an earlier one comes, the table is built again. */
    @Test
    void s11ATableThatIsBuiltAgainFromAllFilesKeepsItsDeletedRows() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(900, update(790, 1, "uno"), delete(800, 1));
        site.later().merge(SOFT);

        site.lateChanges(9000, 800, insert(700, 5, "five"));
        TableResult result = site.later().merge(SOFT);

        assertThat(codes(result)).contains("TABLE_REBUILT");
        assertThat(deleted()).isEqualTo(Map.of(1L, "uno " + at(800)));
        assertThat(site.rows()).isEqualTo(Map.of(5L, "five"));
    }

    /** S6: rows that a reload no longer has were deleted, nobody knows when; those deleted before stay as they are. */
    @Test
    void s6RowsThatAReloadNoLongerHasStayAsDeleted() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-2, 2, "two"), loaded(-2, 3, "three"));
        site.changes(700, delete(650, 3));
        site.later().merge(SOFT);
        site.wipe();
        site.load(10_000, 1, loaded(9_999, 2, "two, reloaded"));

        TableResult result = site.later().merge(SOFT);

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(2L, "two, reloaded"));
        assertThat(deleted()).isEqualTo(Map.of(1L, "one ?", 3L, "three " + at(650)));

        site.changes(30_000, insert(29_990, 1, "back"), update(29_991, 2, "newer"));
        site.later().merge(SOFT);

        assertThat(site.rows()).isEqualTo(Map.of(1L, "back", 2L, "newer"));
        assertThat(deleted()).isEqualTo(Map.of(3L, "three " + at(650)));
    }

    @Test
    void theColumnsOfSoftDeleteStandAfterTheTablesOwnUnderTheNamesAskedFor() {
        site.load(0, 1, loaded(-2, 1, "one"));

        site.later().merge(MergeOptions.defaults().style(TableStyle.softDelete(new DeletedColumns("gone", "gone_at"))));
        TableResult other = site.merge(SOFT);

        LedgerFile file = published().data().get(0);
        assertThat(new String(
                        site.store.get(file.key()).orElseThrow().content(),
                        java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("gone_at");
        assertThat(published().notes()).containsEntry(TableStyle.NOTE, "soft-delete gone gone_at");
        assertThat(other.state()).isEqualTo(TableState.FAILED);
        assertThat(other.findings().get(0).message())
                .isEqualTo("Cannot merge table public.orders as 'soft-delete _deleted _deleted_at': it is published as"
                        + " 'soft-delete gone gone_at'. Merge it in that style (MergeOptions.style), reload it, or"
                        + " give the other style output and control prefixes of its own.");
    }

    @Test
    void aColumnOfTheTableThatHasAStandardNameIsRefused() {
        byte[] file = ParquetFixture.of("required binary ts (UTF8); optional int64 id; optional boolean _deleted;")
                .write(row -> row.append("ts", "2026-03-01 13:00:00.000000")
                        .append("id", 1L)
                        .append("_deleted", true));
        site.put(0, "raw/public/orders/LOAD00000001.parquet", file);

        TableResult result = site.later().merge(SOFT);

        assertThat(result.state()).isEqualTo(TableState.FAILED);
        assertThat(result.findings().get(0).message())
                .contains("has a column '_deleted', and so have the columns that a soft delete adds.")
                .contains("DeletedColumns(…)");
    }

    @Test
    void s3TheLogHasEachChangeOnceAndItsFilesAreNeverWrittenAnew() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(700, update(650, 1, "uno"), delete(660, 1), insert(670, 2, "held"));
        TableResult first = site.clock(701)
                .merge(MergeOptions.defaults().style(TableStyle.append()).fullLoadRows(1));
        assertThat(first.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(log("_source", "_op", "id", "name"))
                .as("the newest transaction is held (S7)")
                .containsExactly("load I 1 one", "cdc U 1 uno", "cdc D 1 null");
        List<LedgerFile> files = published().data();

        site.changes(800, update(780, 2, "two"));
        TableResult second = site.later().merge(LOG);

        assertThat(log("_op", "id", "name")).containsExactly("I 1 one", "U 1 uno", "D 1 null", "I 2 held", "U 2 two");
        assertThat(published().data().subList(0, files.size())).isEqualTo(files);
        assertThat(second.counts().orElseThrow().toString()).contains("REPLAYED=2");
        assertThat(site.later().merge(LOG).state()).isEqualTo(TableState.UNCHANGED);
        assertThatThrownBy(() -> site.rows())
                .isInstanceOf(PipelineException.class)
                .hasMessage(
                        "Cannot read the rows of table public.orders: it is published as a change log, which has a row"
                                + " for each change. Read that (LakeTable.changeLog()).");
    }

    @Test
    void s6AReloadIsLoggedAfterWhatWasThere() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.later().merge(LOG);
        site.wipe();
        site.load(10_000, 1, loaded(9_999, 1, "one, reloaded"));

        TableResult result = site.later().merge(LOG);

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(log("_source", "id", "name")).containsExactly("load 1 one", "load 1 one, reloaded");
        List<String> positions = log("_position");
        assertThat(positions.get(0)).isLessThan(positions.get(1));
    }

    @Test
    void s11TheFirstFileOfARunThatComesLateIsLoggedLater() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(900, update(800, 1, "uno"));
        site.later().merge(LOG);

        site.lateChanges(9000, 800, insert(700, 5, "five"));
        TableResult result = site.later().merge(LOG);

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(log("_op", "id", "name")).containsExactly("I 1 one", "U 1 uno", "I 5 five");
    }

    @Test
    void aTableWithoutAKeyIsRefusedOrLoggedAsAsked() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-2, 1, "one"));
        site.changes(700, insert(650, 1, "one"));
        site.settings(builder -> builder.table(ORDERS, LandingSite.SHAPE));

        TableResult refused = site.later().merge();
        TableResult logged = site.merge(LOG);

        assertThat(refused.state()).isEqualTo(TableState.FAILED);
        assertThat(refused.findings().get(0).message())
                .isEqualTo(
                        "Cannot merge table public.orders: it has no key. Give its schema a primary key, name the key"
                                + " columns, or keep an append-only change log of it"
                                + " (MergeOptions.style(TableStyle.append())).");
        assertThat(logged.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(log("_source", "id", "name")).containsExactly("load 1 one", "load 1 one", "cdc 1 one");
    }

    @Test
    void theColumnsOfTheLogHaveThePrefixAskedFor() {
        site.load(0, 1, loaded(-2, 1, "one"));

        site.later().merge(MergeOptions.defaults().style(TableStyle.append(LogColumns.withPrefix("cdc__"))));

        assertThat(site.lake().table(ORDERS).changeLog().schema().columnNames())
                .containsExactly(
                        "cdc__change_id",
                        "cdc__position",
                        "cdc__op",
                        "cdc__commit_time",
                        "cdc__source",
                        "cdc__file",
                        "cdc__row",
                        "cdc__unknown",
                        "cdc__before_id",
                        "id",
                        "name");
    }

    static List<MergeOptions> styled() {
        return List.of(SOFT, LOG);
    }

    /** S14: a suspicion stands in the log, so that a declaration has a slot to resolve; then the file is missed no more. */
    @ParameterizedTest
    @MethodSource("styled")
    void s14AVanishedFileIsASuspicionOfTheLogUntilItIsDeclared(MergeOptions options) {
        site.load(0, 1, loaded(-2, 1, "one"));
        String changes = site.changes(700, insert(650, 2, "two"));
        assertThat(site.later().merge(options).state()).isEqualTo(TableState.PUBLISHED);
        site.store.delete(changes);
        site.changes(9000, insert(8990, 3, "three"));

        TableResult suspect = site.later().merge(options);
        List<Long> standing = site.lake().table(ORDERS).ledger().snapshot().suspicions().stream()
                .map(suspicion -> suspicion.slot())
                .toList();
        DeclarationPlan declared = site.lake().table(ORDERS).planDeclaration(Declaration.expired(), options);
        declared.execute();
        TableResult after = site.later().merge(options);

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(suspect)).contains("RAW_FILE_VANISHED");
        assertThat(standing).containsExactly(1L);
        assertThat(declared.entry().resolves()).isEqualTo(standing);
        assertThat(after.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(published().applied()).hasSize(1);
    }

    @Test
    void aStyleChangesOnlyWithAReload() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.later().merge();
        site.changes(700, update(650, 1, "uno"));

        TableResult refused = site.later().merge(LOG);
        site.wipe();
        site.load(20_000, 1, loaded(19_999, 1, "one, reloaded"));
        TableResult reloaded = site.later().merge(LOG);

        assertThat(refused.state()).isEqualTo(TableState.FAILED);
        assertThat(reloaded.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(log("id", "name")).containsExactly("1 one, reloaded");
    }

    /** A load larger than the memory: what is held of it is the row group and the file that is being written. */
    @Test
    void rowsOfANewLoadAreLoggedAsTheyAreRead() {
        int files = 5;
        int rows = 2_000;
        for (int file = 0; file < files; file++) {
            var loaded = new LandingSite.Row[rows];
            for (int i = 0; i < rows; i++) {
                long id = (long) file * rows + i;
                loaded[i] = loaded(-1000 + file, id, "name " + id);
            }
            site.load(file, file + 1, loaded);
        }
        site.changes(60, update(10, 1, "changed"), delete(20, 2));
        MergeOptions small = LOG.snapshot(SnapshotSettings.defaults().withTargetSize(DataSize.ofKilobytes(20)));
        List<Long> partsByFileRead = new ArrayList<>();

        TableResult result = site.later().lake().table(ORDERS).merge(small, (table, step, done, total) -> {
            if (step == ProgressListener.Step.READ) {
                partsByFileRead.add(site.stored().stream()
                        .filter(object -> object.key().contains("/part-"))
                        .count());
            }
        });

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.APPLIED)).isEqualTo((long) files * rows + 2);
        assertThat(partsByFileRead).hasSize(files + 1);
        for (int file = 1; file < files; file++) {
            assertThat(partsByFileRead.get(file))
                    .as("files written when %d are read", file + 1)
                    .isGreaterThan(partsByFileRead.get(file - 1));
        }
        try (Stream<List<@Nullable Object>> log =
                site.lake().table(ORDERS).changeLog().rows()) {
            assertThat(log.map(row -> (String) row.get(1)))
                    .hasSize(files * rows + 2)
                    .doesNotHaveDuplicates()
                    .isSorted();
        }
        assertThat(site.merge(small).state()).isEqualTo(TableState.UNCHANGED);
    }

    /** A reload is one too; what was logged of the load before is not touched. */
    @Test
    void rowsOfAReloadAreLoggedBesideThoseOfTheLoadBefore() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
        site.changes(60, update(10, 1, "uno"));
        site.later().merge(LOG);
        int parts = published().data().size();
        site.wipe();
        site.load(10_000, 1, loaded(9_999, 1, "one again"), loaded(9_999, 3, "three"));
        site.changes(10_100, update(10_050, 3, "tres"));

        TableResult reloaded = site.later().merge(LOG);

        assertThat(reloaded.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(reloaded.counts().orElseThrow().of(What.APPLIED)).isEqualTo(3);
        assertThat(published().data()).hasSizeGreaterThan(parts);
        try (Stream<List<@Nullable Object>> log =
                site.lake().table(ORDERS).changeLog().rows()) {
            assertThat(log).hasSize(6);
        }
        assertThat(site.merge(LOG).state()).isEqualTo(TableState.UNCHANGED);
    }

    /** Rule S2: a log orders by time, so that a clock that stepped back between two changes of a key would turn them round. */
    @Test
    void s2AClockThatStepsBackBetweenTwoChangesOfAKeyDisputesALog() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
        site.changes(60, update(50, 1, "fifty"));
        site.changes(120, update(40, 1, "forty, later").counter(60_000));

        TableResult atOnce = site.later().merge(LOG);

        assertThat(atOnce.state()).isEqualTo(TableState.DISPUTED);
        assertThat(codes(atOnce)).containsExactly("CLOCK_STEPPED_BACK", "ORDER_DISPUTED");
    }

    /** It may be merged every few minutes until somebody looks. */
    @Test
    void aNewLoadOfALogThatStaysDisputedIsWrittenOnce() {
        var loaded = new LandingSite.Row[4_000];
        for (int id = 0; id < loaded.length; id++) {
            loaded[id] = loaded(-1, id, "name " + id);
        }
        site.load(0, 1, loaded);
        site.changes(60, update(50, 1, "fifty"));
        site.changes(120, update(40, 1, "forty, later").counter(60_000));
        MergeOptions small = LOG.snapshot(SnapshotSettings.defaults().withTargetSize(DataSize.ofKilobytes(20)));
        TableResult first = site.later().merge(small);
        var stored = site.stored();

        TableResult again = site.later().merge(small);
        var after = site.stored();
        TableResult ended = site.later()
                .timeline(TimelineOptions.defaults().withOrder(at(60), DeclaredOrder.COUNTER))
                .merge(small);

        assertThat(first.state()).isEqualTo(TableState.DISPUTED);
        assertThat(stored)
                .as("files of the load are left")
                .anyMatch(object -> object.key().contains("/part-"));
        assertThat(again.state()).isEqualTo(TableState.DISPUTED);
        assertThat(codes(again)).isEqualTo(codes(first));
        assertThat(again.counts()).isEqualTo(first.counts());
        assertThat(after).isEqualTo(stored);
        assertThat(ended.state()).as(ended.toString()).isEqualTo(TableState.PUBLISHED);
        assertThat(log("id", "name")).hasSize(loaded.length + 2).endsWith("1 fifty", "1 forty, later");
    }

    @Test
    void s2AClockThatStepsBackDisputesALogAlsoAgainstWhatIsLoggedAndAlsoUnderAnOldKey() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
        site.changes(60, update(50, 1, "fifty"));
        TableResult first = site.later().merge(LOG);
        site.changes(5000, move(49.5, 1, 3, "half a second back").counter(60_000));

        TableResult second = site.later().merge(LOG);

        assertThat(first.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(second.state()).isEqualTo(TableState.DISPUTED);
        assertThat(codes(second)).contains("ORDER_DISPUTED");
        assertThat(log("id", "name")).as("nothing more is logged").hasSize(3);
    }

    /** The file that came late names the run; what is logged has the old name. */
    @Test
    void s2ALateFileDisputesALogOnlyIfTimeAndCounterTellDifferentOrders() {
        for (double late : List.of(50.0, 30.0)) {
            var zone = new LandingSite();
            zone.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
            zone.changes(120, update(40, 1, "forty").counter(60_000));
            TableResult first = zone.later().merge(LOG);
            zone.lateChanges(4000, 60, update(late, 1, "late").counter(50_000));

            TableResult second = zone.later().merge(LOG);

            assertThat(first.state()).isEqualTo(TableState.PUBLISHED);
            assertThat(second.state())
                    .as("committed at %s", late)
                    .isEqualTo(late > 40 ? TableState.DISPUTED : TableState.PUBLISHED);
        }
    }

    @Test
    void s2TimesThatStepBackBetweenDifferentKeysDoNotDisputeALog() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
        site.changes(60, update(50, 1, "fifty"));
        site.later().merge(LOG);
        site.changes(5000, update(40, 2, "forty").counter(60_000));

        TableResult result = site.later().merge(LOG);

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).contains("CLOCK_STEPPED_BACK").doesNotContain("ORDER_DISPUTED");
    }

    private static List<MergeOptions> styles() {
        return List.of(MergeOptions.defaults(), SOFT, LOG);
    }

    /** Rule S7: the time part of the sequence tells a commit, too, if there is no timestamp column. */
    @ParameterizedTest
    @MethodSource("styles")
    void s7WithoutATimestampColumnTheNewestTransactionIsHeldByItsSequence(MergeOptions style) {
        MergeOptions options = style.fullLoadRows(2);
        boolean isLog = style.equals(LOG);
        site.shape(RowShape.plain().withSequenceColumn("seq").withBeforeImage("before_", ""));
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
        site.changes(60, update(40, 2, "older"), update(50, 1, "half of a transaction"));

        TableResult cut = site.clock(61).merge(options);
        Map<Long, @Nullable String> half = isLog ? Map.of() : site.rows();
        List<String> halfLogged = isLog ? log("name") : List.of();
        site.changes(62, update(50, 2, "its other half"), update(61, 1, "next"));
        TableResult whole = site.clock(63).merge(options);
        Map<Long, @Nullable String> both = isLog ? Map.of() : site.rows();
        TableResult settled = site.later().merge(options);

        assertThat(List.of(cut, whole, settled)).extracting(TableResult::state).containsOnly(TableState.PUBLISHED);
        if (isLog) {
            assertThat(halfLogged).containsExactly("one", "two", "older");
            assertThat(log("name"))
                    .containsExactly("one", "two", "older", "half of a transaction", "its other half", "next");
        } else {
            assertThat(half).isEqualTo(Map.of(1L, "one", 2L, "older"));
            assertThat(both).isEqualTo(Map.of(1L, "half of a transaction", 2L, "its other half"));
            assertThat(site.rows()).isEqualTo(Map.of(1L, "next", 2L, "its other half"));
        }
    }
}
