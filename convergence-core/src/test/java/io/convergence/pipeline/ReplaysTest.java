package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.delete;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.move;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.compact.CompactionOptions;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.merge.MergeCounts.What;
import io.convergence.pipeline.LandingSite.Row;
import io.convergence.raw.DeclaredOrder;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.target.RowShape;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What DMS writes again after a restart (rule S3), and orders that files do not settle and people do (rule S2). */
class ReplaysTest {
    private final LandingSite site = new LandingSite();

    private void loadedTable() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
    }

    /** With counters of a task that has restarted. */
    private static Row[] from(long counter, Row... rows) {
        Row[] restarted = new Row[rows.length];
        for (int i = 0; i < rows.length; i++) {
            restarted[i] = rows[i].counter(counter + 4L * i);
        }
        return restarted;
    }

    private static final Row[] WRITTEN = {delete(10, 2), insert(20, 2, "again"), update(30, 1, "uno")};

    private static Row[] rows(Row[] first, Row... more) {
        List<Row> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(Row[]::new);
    }

    private TableResult later() {
        return site.later().merge();
    }

    private void compact() {
        site.lake().table(ORDERS).compact(CompactionOptions.builder().settled().build(), ProgressListener.none());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void s3AReplayOfAppliedChangesIsDroppedAndCounted(boolean newSequence) {
        loadedTable();
        site.changes(60, WRITTEN);
        later();
        Row[] again = newSequence
                ? from(-9_000_000, rows(WRITTEN, update(4990, 1, "new")))
                : rows(WRITTEN, update(4990, 1, "new"));
        String file = site.changes(5000, again);

        TableResult result = later();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(3);
        assertThat(result.counts().orElseThrow().of(What.RECEIVED)).isEqualTo(4);
        assertThat(codes(result)).as("no file is late").containsExactly("REPLAY_DROPPED");
        assertThat(result.findings().get(0).path()).isEqualTo(file);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "new", 2L, "again"));
    }

    @Test
    void s3OnlyTheLastOfTheChangesBeforeMayComeAgain() {
        loadedTable();
        site.changes(60, WRITTEN);
        site.changes(5000, from(-9_000_000, insert(20, 2, "again"), update(30, 1, "uno"), update(4990, 1, "new")));

        TableResult result = later();

        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(2);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "new", 2L, "again"));
    }

    /** S13: nothing of the table is published while it is held. */
    @Test
    void s3AHeadThatHasNotReachedTheEndIsHeldAndGoesOnByItself() {
        loadedTable();
        site.changes(60, WRITTEN);
        later();
        site.changes(70, update(65, 2, "unpublished"));
        site.changes(5000, from(-9_000_000, delete(10, 2), insert(20, 2, "again")));

        TableResult held = later();
        site.changes(
                9000, from(-8_000_000, update(30, 1, "uno"), update(65, 2, "unpublished"), update(8990, 1, "new")));
        TableResult gone = later();

        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(codes(held)).contains("REPLAY_HELD");
        assertThat(gone.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(gone.counts().orElseThrow().of(What.REPLAYED))
                .as("of both files")
                .isEqualTo(4);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "new", 2L, "unpublished"));
    }

    @Test
    void s13WhileAHeadIsHeldThePublishedTableStands() {
        loadedTable();
        site.changes(60, WRITTEN);
        later();
        site.changes(5000, from(-9_000_000, delete(10, 2)));

        TableResult held = later();

        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "uno", 2L, "again"));
    }

    @Test
    void s3ARunThatIsNothingButAReplayIsPublishedAndTheNextOneComparesWithWhatWasBeforeIt() {
        loadedTable();
        site.changes(60, WRITTEN);
        later();
        site.changes(5000, from(-9_000_000, WRITTEN));
        TableResult replay = later();
        site.changes(9000, from(-9_000_000, rows(WRITTEN, update(8990, 1, "new"))));

        TableResult after = later();

        assertThat(replay.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(replay.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(3);
        assertThat(replay.completeThrough()).contains(at(30).plusNanos(1000));
        assertThat(after.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(after.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(3);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "new", 2L, "again"));
    }

    /** The task stopped again while it wrote changes again. */
    @Test
    void s3AReplayThatBrokeOffIsDroppedAsFarAsItCame() {
        loadedTable();
        site.changes(60, WRITTEN);
        site.changes(5000, from(-9_000_000, delete(10, 2), insert(20, 2, "again")));
        site.changes(6000, from(-9_000_000, rows(WRITTEN, update(5990, 1, "new"))));

        TableResult result = later();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(5);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "new", 2L, "again"));
    }

    /** Its counter is higher than that of the run before, which began later in the source's log: only the times hint at it. */
    @Test
    void s3AReplayFromBeforeTheLastStartIsFoundThoughTheCounterRises() {
        loadedTable();
        site.changes(60, update(10, 1, "a"), update(30, 1, "b"));
        site.changes(5000, from(-9_000_000, update(30, 1, "b")));
        site.changes(6000, from(-8_000_000, update(10, 1, "a"), update(30, 1, "b"), update(5990, 1, "c")));

        TableResult result = later();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(3);
        assertThat(site.rows()).containsEntry(1L, "c");
    }

    @Test
    void s3AReplayMaySpanFilesAndEndWithinOne() {
        loadedTable();
        site.changes(60, delete(10, 2), insert(20, 2, "again"));
        site.changes(120, update(30, 1, "uno"), update(40, 1, "due"));
        site.changes(5000, from(-9_000_000, delete(10, 2)));
        site.changes(5001, from(-8_000_000, insert(20, 2, "again"), update(30, 1, "uno")));
        site.changes(5002, from(-7_000_000, update(40, 1, "due"), update(4990, 2, "new")));

        TableResult result = later();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(4);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "due", 2L, "new"));
    }

    /** Equal rows of one transaction: as many are dropped as were written before. */
    @Test
    void s3AmongEqualRowsEachStandsForOne() {
        loadedTable();
        site.changes(
                60,
                update(10, 1, "x").counter(1),
                update(10, 1, "x").counter(5),
                update(10, 1, "y").counter(9),
                update(10, 1, "x").counter(13));
        site.changes(
                5000,
                from(
                        -9_000_000,
                        update(10, 1, "x"),
                        update(10, 1, "x"),
                        update(10, 1, "y"),
                        update(10, 1, "x"),
                        update(4990, 1, "z")));

        TableResult result = later();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(4);
        assertThat(site.rows()).containsEntry(1L, "z");
    }

    @Test
    void s3TheTailIsKeptHoweverLongThePauseAndReadFromCompactedFilesS18() {
        loadedTable();
        site.changes(60, WRITTEN);
        later();
        compact();
        double weeks = Duration.ofDays(16).toSeconds();
        site.changes(weeks, from(-9_000_000, rows(WRITTEN, update(weeks - 10, 1, "new"))));
        compact();

        TableResult result = later();

        assertThat(site.lake().table(ORDERS).ledger().snapshot().compactedSources())
                .hasSize(2);
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(3);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "new", 2L, "again"));
    }

    @Test
    void s3WhatGoesFurtherBackThanTheTailIsADispute() {
        site.timeline(TimelineOptions.defaults().withTail(Duration.ofSeconds(15)));
        loadedTable();
        site.changes(60, WRITTEN);
        site.changes(5000, from(-9_000_000, rows(WRITTEN, update(4990, 1, "new"))));

        TableResult result = later();

        assertThat(result.state()).isEqualTo(TableState.DISPUTED);
        assertThat(result.findings())
                .filteredOn(finding -> finding.code().equals("ORDER_DISPUTED"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("PT15S"));
    }

    @Test
    void s2RowsThatGoBackInTimeAndRepeatNothingAreDisputedUntilTheOrderIsDeclared() {
        loadedTable();
        site.changes(60, update(50, 1, "fifty"));
        site.changes(5000, from(-9_000_000, update(40, 1, "after all")));

        TableResult disputed = later();
        site.settings(builder -> builder.declare(Declarations.of(ORDERS).order(at(5000), DeclaredOrder.FOLLOWS)));
        TableResult declared = site.merge();
        TableResult again = site.merge();

        assertThat(disputed.state()).isEqualTo(TableState.DISPUTED);
        assertThat(disputed.findings())
                .extracting(Finding::fix)
                .containsExactly(
                        "Reload the table; or, if these changes came after those before them, declare the order '2026-03-01T11:23:20Z=follows'.");
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).containsEntry(1L, "after all");
        assertThat(again.state()).isEqualTo(TableState.UNCHANGED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"counter", "files"})
    void s2TimesAgainstTheCounterOfOneKeyAreDisputedUntilTheLogDeclaresTheOrder(String order) {
        loadedTable();
        site.changes(60, update(50, 1, "fifty"));
        later();
        site.changes(120, update(40, 1, "forty, and later").counter(60_000));

        TableResult disputed = later();
        declare("2026-03-01T10:01:00Z=" + order);
        TableResult declared = site.merge();
        site.changes(9000, update(8990, 2, "next"));
        TableResult next = later();

        assertThat(disputed.findings())
                .extracting(Finding::fix)
                .contains(
                        "Reload the table; or declare what decides in this run, the order '2026-03-01T10:01:00Z=counter' or '2026-03-01T10:01:00Z=files'.");
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(next.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "forty, and later", 2L, "next"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"counter", "files"})
    void s2RowsAgainstTheirCountersAreDecidedByADeclaration(String order) {
        loadedTable();
        site.changes(
                60, update(10, 1, "second").counter(20), update(10, 1, "first").counter(10));

        TableResult disputed = later();
        declare("2026-03-01T10:01:00Z=" + order);
        TableResult declared = site.merge();

        assertThat(disputed.state()).isEqualTo(TableState.DISPUTED);
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).containsEntry(1L, order.equals("counter") ? "second" : "first");
    }

    /** All its changes stand at the time of its start, which a floor by time would soon pass. */
    @ParameterizedTest
    @ValueSource(strings = {"counter", "files"})
    void s12ARunWhoseOrderIsDeclaredGoesOnForLongerThanTombstonesAreKept(String order) {
        loadedTable();
        site.changes(
                60, update(10, 1, "second").counter(20), update(10, 1, "first").counter(10));
        later();
        declare("2026-03-01T10:01:00Z=" + order);
        site.merge();
        int month = 30 * 24 * 3600;
        site.changes(
                month,
                insert(month - 20, 9, "late").counter(90_000),
                update(month - 10, 1, "third").counter(90_004));
        later();
        site.changes(month + 60, insert(month + 10, 10, "later").counter(90_100));

        TableResult result = later();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.QUARANTINED)).isZero();
        assertThat(site.rows()).isEqualTo(Map.of(1L, "third", 2L, "two", 9L, "late", 10L, "later"));
    }

    /** No change of its key shows it; but it is not taken for one that came late, which is set aside with a warning. */
    @Test
    void s2S12AClockThatStepsBackBehindTheFloorIsDisputedUntilTheOrderIsDeclared() {
        MergeOptions anHour = MergeOptions.defaults().tombstoneRetention(Duration.ofHours(1));
        loadedTable();
        site.changes(60, update(50, 1, "fifty"));
        site.changes(9000, update(8990, 1, "later"));
        site.later().merge(anHour);
        site.changes(18_000, insert(100, 9, "after all").counter(10_000_000));

        TableResult disputed = site.later().merge(anHour);
        Map<Long, String> before = site.rows();
        declare("2026-03-01T10:01:00Z=counter");
        TableResult declared = site.merge(anHour);

        assertThat(disputed.state()).isEqualTo(TableState.DISPUTED);
        assertThat(disputed.findings())
                .filteredOn(finding -> finding.code().equals("ORDER_DISPUTED"))
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.fix())
                                .isEqualTo(
                                        "Reload the table; or declare what decides in this run, the order '2026-03-01T10:01:00Z=counter' or '2026-03-01T10:01:00Z=files'."));
        assertThat(before).isEqualTo(Map.of(1L, "later", 2L, "two"));
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "later", 2L, "two", 9L, "after all"));
    }

    /** Transactions are told by the sequence that files have: under the order all changes of the run stand at one time. */
    @Test
    void s10UnderADeclaredOrderTransactionsStayApartWithoutATimestampColumn() {
        site.shape(RowShape.plain().withSequenceColumn("seq").withBeforeImage("before_", ""));
        site.timeline(
                TimelineOptions.defaults().withDeclaredLoadStart(at(-10)).withOrder(at(60), DeclaredOrder.COUNTER));
        loadedTable();
        // As one transaction it would not tell which of the two rows on the key is deleted.
        site.changes(60, insert(10, 9, "first"), insert(20, 9, "after an unseen truncate"), delete(30, 9));

        TableResult result = later();

        assertThat(codes(result)).doesNotContain("KEY_COLLISION");
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.INSERT_OVER_LIVE)).isEqualTo(1);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "two"));
    }

    /** A change of a later run may not stand below one of the same key in an earlier run either. */
    @Test
    void s2AClockThatStepsBackBehindTheRunBeforeIsDisputedOnTheKeyThatShowsIt() {
        loadedTable();
        site.changes(60, update(50, 1, "fifty"));
        site.changes(5000, from(-9_000_000, update(100, 2, "a hundred"), update(40, 1, "forty")));

        TableResult result = later();

        assertThat(result.state()).isEqualTo(TableState.DISPUTED);
        assertThat(codes(result)).containsExactly("ORDER_DISPUTED");
    }

    @Test
    void s2TimesThatStepBackOnNoKeyAreNoDispute() {
        loadedTable();
        site.changes(60, update(50, 1, "fifty"));
        site.changes(120, update(40, 2, "forty").counter(60_000));
        site.changes(
                180,
                update(170, 1, "last").counter(70_000),
                insert(30, 3, "three, by a clock that stepped back").counter(80_000));

        TableResult result = later();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).containsExactly("CLOCK_STEPPED_BACK");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "last", 2L, "forty", 3L, "three, by a clock that stepped back"));
    }

    private void declare(String text) {
        Ledger ledger = site.lake().table(ORDERS).ledger();
        ledger.commit(new LedgerEntry.Declared(
                ledger.newTransaction(), ledger.snapshot().slot(), LedgerEntry.Declared.Kind.ORDER, text, List.of()));
    }

    @Test
    void s3ALateFileChangesWhatARunRepeats() {
        loadedTable();
        site.changes(60, update(10, 1, "a"), update(20, 1, "b"));
        site.changes(5000, from(-9_000_000, update(20, 1, "b"), update(30, 2, "late"), update(4990, 1, "c")));
        TableResult before = later();
        site.lateChanges(12_000, 70, update(30, 2, "late"));

        TableResult after = later();

        assertThat(before.state())
                .as("the replay of a file that is not there yet looks new")
                .isEqualTo(TableState.PUBLISHED);
        assertThat(after.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(after)).contains("TABLE_REBUILT");
        assertThat(after.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(2);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "c", 2L, "late"));
    }

    /** The log knows the file, though it is gone (rule S14): what may be a replay is not called new. */
    @Test
    void s3IfTheTailIsNotToBeHadTheRunIsADispute() {
        loadedTable();
        String before = site.changes(60, WRITTEN);
        later();
        site.store.delete(before);
        site.changes(5000, from(-9_000_000, update(10, 1, "unos"), update(4990, 1, "new")));
        site.changes(5060, update(5050, 1, "newer"));

        TableResult result = later();

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(result)).contains("RAW_FILE_VANISHED", "ORDER_DISPUTED");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "uno", 2L, "again"));
    }

    /** What is published is not compared again: neither its rows are read, nor need they be there. */
    @Test
    void s3VerdictsArePublishedAndNotFoundAnew() {
        loadedTable();
        site.changes(60, WRITTEN);
        site.changes(5000, from(-9_000_000, rows(WRITTEN, update(4990, 1, "new"))));
        later();
        Optional<String> note = site.lake()
                .table(ORDERS)
                .ledger()
                .snapshot()
                .published()
                .map(merge -> merge.notes().get("replays"));
        site.changes(9000, from(-8_000_000, update(8990, 1, "newer")));

        TableResult next = later();

        assertThat(note)
                .hasValueSatisfying(text -> assertThat(text).contains(" 3 ").endsWith(" closed\n"));
        assertThat(next.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(next.counts().orElseThrow().of(What.REPLAYED)).isZero();
        assertThat(codes(next)).containsExactly("REPLAY_DROPPED");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "newer", 2L, "again"));
    }

    /** Neither the files of a replay nor what they repeat are opened again: each of them costs requests at every merge. */
    @Test
    void s3L7PublishedVerdictsCostNoRequest() {
        List<String> read = new ArrayList<>();
        site.settings(builder -> builder.store(toldOfReads(site.store, read)).lake(site.store));
        loadedTable();
        String written = site.changes(60, WRITTEN);
        String again = site.changes(5000, from(-9_000_000, rows(WRITTEN, update(4990, 1, "new"))));
        later();
        assertThat(read).contains(written, again);
        read.clear();
        String next = site.changes(9000, from(-8_000_000, update(8990, 1, "newer")));

        TableResult result = later();
        List<String> readThen = List.copyOf(read);
        read.clear();
        TableResult idle = later();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(readThen).isNotEmpty().containsOnly(next);
        assertThat(idle.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(read).isEmpty();
    }

    private static ObjectStore toldOfReads(ObjectStore store, List<String> read) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("get")) {
                        read.add((String) arguments[0]);
                    } else if (method.getName().equals("read")) {
                        read.add(((ObjectStat) arguments[0]).key());
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void s3WithoutASequenceAReplayIsToldAtAnyStopOfTheFiles() {
        RowShape shape = RowShape.plain().withTimestampColumn("ts").withBeforeImage("before_", "");
        site.shape(shape);
        loadedTable();
        Row[] written = {
            delete(10, 2).counter(0),
            insert(20, 2, "again").counter(0),
            update(30, 1, "uno").counter(0)
        };
        site.changes(60, written);
        site.changes(5000, delete(10, 2).counter(0));
        TableResult held = later();
        site.changes(9000, rows(written, update(8990, 1, "new").counter(0)));

        TableResult result = later();

        assertThat(SHAPE.sequence()).isPresent();
        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(4);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "new", 2L, "again"));
    }

    @Test
    void s3WithoutASequenceACutTransactionIsNoReplay() {
        site.shape(RowShape.plain().withTimestampColumn("ts").withBeforeImage("before_", ""));
        loadedTable();
        site.changes(60, update(10, 1, "a").counter(0), update(10, 2, "b").counter(0));
        site.changes(120, update(10, 1, "c").counter(0), update(100, 2, "d").counter(0));

        TableResult result = later();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isZero();
        assertThat(site.rows()).isEqualTo(Map.of(1L, "c", 2L, "d"));
    }

    private static final int EQUAL = 5;

    /** Ten inserts of one transaction into a table without a key, equal in all cells, of which a file was cut in the middle. */
    private void tenEqualRowsInTwoFiles(double pause) {
        Row[] half = new Row[EQUAL];
        Arrays.fill(half, insert(10, 7, "same").counter(0));
        site.changes(60, half);
        site.changes(60 + pause, rows(half, insert(100, 8, "newer").counter(0)));
    }

    private TableResult logged() {
        return site.later()
                .merge(MergeOptions.defaults().style(TableStyle.append()).declareComplete());
    }

    private long rowsLogged() {
        return site.lake().table(ORDERS).ledger().snapshot().published().orElseThrow().data().stream()
                .mapToLong(file -> file.rows())
                .sum();
    }

    @Test
    void s3WithoutASequenceEqualRowsOfACutTransactionAreNotLostFromALog() {
        site.shape(RowShape.plain().withTimestampColumn("ts"));
        loadedTable();
        tenEqualRowsInTwoFiles(50);

        TableResult unknownInterval = logged();
        site.timeline(TimelineOptions.defaults().withBatchInterval(Duration.ofSeconds(60)));
        TableResult noStop = logged();
        TableStatus shown =
                site.lake().table(ORDERS).show(MergeOptions.defaults().style(TableStyle.append()));
        site.settings(builder -> builder.declare(Declarations.of(ORDERS).order(at(110), DeclaredOrder.FOLLOWS)));
        TableResult declared = logged();

        assertThat(unknownInterval.state()).isEqualTo(TableState.DISPUTED);
        assertThat(noStop.state()).isEqualTo(TableState.DISPUTED);
        assertThat(codes(noStop)).contains("ORDER_DISPUTED").doesNotContain("REPLAY_DROPPED");
        assertThat(shown.standing()).contains(Obstacle.ORDER_DISPUTED);
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rowsLogged()).as("two loaded, ten equal, one newer").isEqualTo(2 + 2 * EQUAL + 1);
    }

    @Test
    void s3WithoutASequenceTheLastTransactionAgainBehindAStopOfTheFilesIsAReplayAlsoForALog() {
        site.shape(RowShape.plain().withTimestampColumn("ts"));
        site.timeline(TimelineOptions.defaults().withBatchInterval(Duration.ofSeconds(60)));
        loadedTable();
        tenEqualRowsInTwoFiles(121);

        TableResult result = logged();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rowsLogged()).isEqualTo(2 + EQUAL + 1);
    }

    /** Applied twice, other rows come to the same state: a table of current rows need not wait for anybody. */
    @Test
    void s3WithoutASequenceEqualRowsOfACutTransactionStopATableOnlyIfTheyChangeKeys() {
        site.shape(RowShape.plain().withTimestampColumn("ts").withBeforeImage("before_", ""));
        loadedTable();
        site.changes(60, update(10, 1, "same").counter(0));
        site.changes(
                110, update(10, 1, "same").counter(0), update(100, 2, "newer").counter(0));
        TableResult same = later();
        site.changes(5000, move(4990, 1, 3, "moved").counter(0));
        site.changes(
                5050,
                move(4990, 1, 3, "moved").counter(0),
                update(5040, 2, "newest").counter(0));

        TableResult moved = later();

        assertThat(same.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "same", 2L, "newer"));
        assertThat(moved.state()).isEqualTo(TableState.DISPUTED);
        assertThat(codes(moved)).contains("ORDER_DISPUTED");
    }

    @Test
    void s2AClockThatStepsBackBehindTheStartOfItsRunIsToldAndDisputesAKeyThatShowsIt() {
        loadedTable();
        site.changes(60, update(50, 1, "first run"));
        site.changes(5000, from(-9_000_000, update(4990, 1, "second run")));
        site.changes(5060, update(4000, 2, "back").counter(-8_000_000));
        TableResult told = later();
        site.changes(9000, update(4010, 1, "back, too").counter(-7_000_000));

        TableResult disputed = later();

        assertThat(told.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(told)).containsExactly("CLOCK_STEPPED_BACK");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "second run", 2L, "back"));
        assertThat(disputed.state()).isEqualTo(TableState.DISPUTED);
    }
}
