package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.LAYOUT;
import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.TaskExecution;
import io.convergence.ledger.LedgerEntry;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.store.ListRequest;
import io.convergence.store.ObjectStore;
import io.convergence.target.DatePartitionDelimiter;
import io.convergence.target.DatePartitionSequence;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** L7: a table's raw files are listed from the newest one less 2 hours, and all of them once a day, whichever process does it. */
class ResumedListingTest {
    private static final int HOUR = 3600;
    private static final CompactionOptions SMALL = CompactionOptions.builder()
            .targetSize(DataSize.ofBytes(80_000))
            .band(DataSize.ofBytes(60_000), DataSize.ofBytes(120_000))
            .settled()
            .build();

    private final LandingSite site = new LandingSite();
    private final List<String> requests = new ArrayList<>();
    private final Convergence lake = site.settings(
                    builder -> builder.store(told(site.store)).lake(site.store))
            .lake();

    /** A load, a change an hour after it, and one four hours after it; all applied. */
    private String mergedTable() {
        site.load(0, 1, loaded(-2, 1, "one"));
        String oldest = site.changes(HOUR, insert(HOUR - 10, 2, "two"));
        site.changes(4 * HOUR, insert(4 * HOUR - 10, 3, "three"));
        site.later();
        assertThat(merge().state()).isEqualTo(TableState.PUBLISHED);
        requests.clear();
        return oldest;
    }

    @Test
    void l7APlanNeedsOneListingFromTheNewestFileLess2HoursAndALookAtTheOldestFile() {
        String oldest = mergedTable();

        Landing landing = lake.table(ORDERS).survey(ProgressListener.none());

        assertThat(requests)
                .containsExactly(
                        "head " + oldest, "list raw/public/orders/ from raw/public/orders/" + name(at(2 * HOUR)));
        assertThat(landing.files()).hasSize(3);
        assertThat(landing.vanished()).isEmpty();
    }

    /** As cron starts them. */
    @Test
    void l7AProcessThatIsStartedAnewGoesOnFromTheLog() {
        String oldest = mergedTable();

        TableResult idle = site.merge(site.lake());

        assertThat(idle.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(requests)
                .containsExactly(
                        "head " + oldest, "list raw/public/orders/ from raw/public/orders/" + name(at(2 * HOUR)));
    }

    @Test
    void l7WhereNothingIsAskedForEverythingCanStillBeListed() {
        mergedTable();

        site.settings(builder ->
                        builder.store(told(site.store)).lake(site.store).listing(ListingMode.FULL))
                .lake()
                .table(ORDERS)
                .survey(ProgressListener.none());

        assertThat(requests).containsExactly("list all of raw/");
    }

    /** What the log says of a process that listed everything holds for one that does not. */
    @Test
    void l7ACommitAfterAFullListingTellsWhatWasListedToo() {
        Convergence full = site.settings(builder ->
                        builder.store(told(site.store)).lake(site.store).listing(ListingMode.FULL))
                .lake();
        site.load(0, 1, loaded(-2, 1, "one"));
        String oldest = site.changes(HOUR, insert(HOUR - 10, 2, "two"));
        site.changes(4 * HOUR, insert(4 * HOUR - 10, 3, "three"));
        site.later().merge(full);
        requests.clear();

        lake.table(ORDERS).survey(ProgressListener.none());

        assertThat(requests)
                .containsExactly(
                        "head " + oldest, "list raw/public/orders/ from raw/public/orders/" + name(at(2 * HOUR)));
    }

    /** A file that stays as it is is in no compacted file, and is neither listed again nor lost sight of. */
    @Test
    void l7AFileThatWasListedAndIsInNoCommitIsRemembered() {
        site.load(0, 1, loaded(-2, 1, "one"));
        String large = site.changes(HOUR, insert(HOUR - 10, 2, randomText()));
        site.changes(4 * HOUR, insert(4 * HOUR - 10, 3, "three"));
        site.changes(4 * HOUR + 60, insert(4 * HOUR + 50, 4, "four"));
        site.later();
        CompactionResult compacted = lake.table(ORDERS).compact(SMALL, ProgressListener.none());
        assertThat(compacted.filesBefore()).isEqualTo(2);
        requests.clear();

        Landing landing = site.lake().table(ORDERS).survey(ProgressListener.none());

        assertThat(requests)
                .containsExactly(
                        "head " + large, "list raw/public/orders/ from raw/public/orders/" + name(at(2 * HOUR + 60)));
        assertThat(landing.files()).hasSize(4);
        assertThat(site.merge(site.lake()).state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).containsOnlyKeys(1L, 2L, 3L, 4L);
    }

    private static String randomText() {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** It was in a compacted file, then no longer. */
    @Test
    void l7AFileWhoseCompactionIsTakenBackIsRemembered() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(HOUR, insert(HOUR - 10, 2, "two"));
        site.changes(HOUR + 60, insert(HOUR + 50, 3, "three"));
        site.changes(5 * HOUR, insert(5 * HOUR - 10, 4, "four"));
        site.later();
        LakeTable table = lake.table(ORDERS);
        table.compact(SMALL, ProgressListener.none());
        table.undo().execute(table.undo().plan());
        requests.clear();

        Landing landing = site.lake().table(ORDERS).survey(ProgressListener.none());

        assertThat(landing.snapshot().compacted()).isEmpty();
        assertThat(requests).noneMatch(request -> request.startsWith("list all"));
        assertThat(landing.files()).hasSize(4);
    }

    /** A table that rests is listed once a day, not by each process that is started for it. */
    @Test
    void l7AnAuditThatFoundNothingNewIsToldByAFence() {
        mergedTable();
        site.clock(30 * HOUR);

        TableResult audited = site.merge(site.lake());
        assertThat(requests).containsExactly("list all of raw/");
        requests.clear();
        TableResult after = site.merge(site.lake());

        assertThat(audited.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(after.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(requests).noneMatch(request -> request.startsWith("list all"));
        List<LedgerEntry> log = lake.table(ORDERS).ledger().entries();
        assertThat(log).hasSize(2);
        assertThat(log.get(1)).isInstanceOf(LedgerEntry.Fence.class);
        assertThat(site.rows()).hasSize(3);
        assertThat(lake.table(ORDERS).ledger().snapshot().undoable()).hasValue(0);
    }

    /** The log of a lake that is only compacted is told, too. */
    @Test
    void l7AnAuditOfACompactionThatFoundNothingNewIsToldByAFence() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(HOUR, insert(HOUR - 10, 2, "two"));
        site.changes(HOUR + 60, insert(HOUR + 50, 3, "three"));
        site.changes(5 * HOUR, insert(5 * HOUR - 10, 4, "four"));
        site.later();
        compact();
        site.clock(30 * HOUR);

        CompactionRun audited = compact();
        requests.clear();
        CompactionRun after = compact();

        assertThat(audited.plan().tasks()).isEmpty();
        assertThat(after.result().outputs()).isEmpty();
        assertThat(requests).noneMatch(request -> request.startsWith("list all"));
        assertThat(lake.table(ORDERS).ledger().entries()).hasSize(2).last().isInstanceOf(LedgerEntry.Fence.class);
    }

    /** By a process that is started for it. */
    private CompactionRun compact() {
        return site.lake().table(ORDERS).compact(SMALL, ProgressListener.none(), TaskExecution.defaults());
    }

    /** Another process found a late file by its audit; one that lives on does not list it, and knows it from the log. */
    @Test
    void l7WhatAnotherProcessFoundIsNotMissed() {
        mergedTable();
        site.lateChanges(5 * HOUR + 10, 1.5 * HOUR, insert(1.5 * HOUR - 10, 4, "late"));
        site.clock(30 * HOUR);
        site.merge(site.lake());
        assertThat(site.rows()).hasSize(4);
        requests.clear();

        TableResult result = merge();

        assertThat(result.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(requests).noneMatch(request -> request.startsWith("list all"));
    }

    /** It is read only when it is needed, so that the folder must be listed then. */
    @Test
    void l7IfAFileThatIsTakenForPresentCannotBeReadEverythingIsListed() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(HOUR, insert(HOUR - 10, 2, "two"));
        String large = site.changes(HOUR + 60, insert(HOUR + 50, 5, randomText()));
        site.changes(4 * HOUR, insert(4 * HOUR - 10, 3, "three"));
        site.changes(4 * HOUR + 60, insert(4 * HOUR + 50, 4, "four"));
        site.later();
        lake.table(ORDERS).compact(SMALL, ProgressListener.none());
        site.store.delete(large);

        Landing landing = site.lake().table(ORDERS).survey(ProgressListener.none());

        assertThat(landing.files())
                .extracting(RawFile::key)
                .doesNotContain(large)
                .hasSize(4);
        assertThat(requests.get(requests.size() - 1)).isEqualTo("list all of raw/");
    }

    /** L4: what is committed was looked at again, and no more than that. */
    @Test
    void l4BeforeAMergeCommitsOnlyWhatIsNewIsListedAgainAndALateFileLookedUp() {
        String oldest = mergedTable();
        site.changes(6 * HOUR, insert(6 * HOUR - 10, 5, "five"));
        String late = site.lateChanges(29 * HOUR, 1.5 * HOUR, insert(1.5 * HOUR - 10, 4, "late"));
        site.later();
        lake.table(ORDERS).survey(ProgressListener.none());
        requests.clear();

        TableResult result = merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).hasSize(5);
        assertThat(requests)
                .containsExactly(
                        "head " + oldest,
                        "list raw/public/orders/ from raw/public/orders/" + name(at(4 * HOUR)),
                        "list raw/public/orders/ from raw/public/orders/" + name(at(4 * HOUR)),
                        "head " + late);
    }

    /** Where the day comes first, the folders that may still grow are listed, one by one. */
    @Test
    void l7WhereNamesDoNotSortOnlyOpenDateFoldersAndTheLoadAreListed() {
        RawLayout daysFirst = RawLayout.builder()
                .bucketFolder("raw")
                .datePartition(DatePartitionSequence.DDMMYYYY, DatePartitionDelimiter.SLASH)
                .build();
        Convergence process = site.layout(daysFirst).lake();
        site.load(0, 1, loaded(-2, 1, "one"));
        String oldest = moved(daysFirst, HOUR, site.changes(HOUR, insert(HOUR - 10, 2, "two")));
        moved(daysFirst, 26 * HOUR, site.changes(26 * HOUR, insert(26 * HOUR - 10, 3, "three")));
        site.later();
        TableResult merged = site.merge(process);
        requests.clear();

        Landing landing = process.table(ORDERS).survey(ProgressListener.none());

        assertThat(merged.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(requests)
                .containsExactly(
                        "head " + oldest,
                        "list raw/public/orders/02/03/2026/ from ",
                        "list raw/public/orders/LOAD from ");
        assertThat(landing.files()).hasSize(3);
        assertThat(landing.vanished()).isEmpty();
    }

    private String moved(RawLayout to, double second, String key) {
        byte[] content = site.store.get(key).orElseThrow().content();
        site.store.delete(key);
        return site.put(second, to.cdcKey(ORDERS, at(second), RawFormat.PARQUET), content);
    }

    @Test
    void l7AnIdleTableStaysAsItIs() {
        mergedTable();

        TableResult again = merge();

        assertThat(again.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(again.completeThrough()).isPresent();
    }

    @Test
    void l7AFileThatComesLessThan2HoursLateIsFoundAtOnce() {
        mergedTable();
        site.lateChanges(5 * HOUR + 10, 3 * HOUR, insert(3 * HOUR - 10, 4, "late"));

        TableResult result = merge();

        assertThat(codes(result)).doesNotContain("TABLE_FAILED");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "two", 3L, "three", 4L, "late"));
    }

    @Test
    void l7AFileThatComesLaterIsFoundByTheAuditADayAfterTheLast() {
        mergedTable();
        site.lateChanges(5 * HOUR + 10, 1.5 * HOUR, insert(1.5 * HOUR - 10, 4, "late"));

        TableResult soon = site.clock(28 * HOUR).merge(lake);
        TableResult audited = site.clock(29 * HOUR).merge(lake);

        assertThat(soon.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(audited.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "two", 3L, "three", 4L, "late"));
    }

    /** S14: an idle table lists little, and all the same its wipe shows. */
    @Test
    void l7AWipedIdleTableIsSuspect() {
        mergedTable();
        site.wipe();

        TableResult result = merge();

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(result)).contains("RAW_FILE_VANISHED");
    }

    /** Also if what is listed each time stands. */
    @Test
    void l7TheOldestFileIsMissedAtOnceThoughItIsNotListed() {
        site.store.delete(mergedTable());

        TableResult result = merge();

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
    }

    @ParameterizedTest
    @EnumSource(DatePartitionSequence.class)
    void l7KeysThatSortByTimeBeginWithTheYear(DatePartitionSequence sequence) {
        RawLayout layout = RawLayout.builder()
                .datePartition(sequence, DatePartitionDelimiter.SLASH)
                .build();

        var from = layout.cdcKeysFrom(ORDERS, at(0));

        assertThat(from.isPresent()).isEqualTo(sequence.name().startsWith("YYYY"));
        from.ifPresent(key -> {
            assertThat(key).isLessThan(layout.cdcKey(ORDERS, at(0), RawFormat.PARQUET));
            assertThat(key).isGreaterThan(layout.cdcKey(ORDERS, at(-0.001), RawFormat.PARQUET));
            assertThat(key).isLessThan(layout.cdcKey(ORDERS, at(400 * 24.0 * HOUR), RawFormat.PARQUET));
        });
    }

    @Test
    void l7KeysInAZoneThatSetsItsClockBackAndInALayoutThatWasNotGivenDoNotSortForSure() {
        assertThat(LAYOUT.withTimezone(ZoneId.of("Europe/Berlin")).cdcKeysFrom(ORDERS, at(0)))
                .isEmpty();
        assertThat(RawLayout.detect().cdcKeysFrom(ORDERS, at(0))).isEmpty();
    }

    private TableResult merge() {
        return site.merge(lake);
    }

    private static String name(Instant flushed) {
        String key = LAYOUT.cdcKey(ORDERS, flushed, RawFormat.CSV);
        return key.substring(key.lastIndexOf('/') + 1, key.length() - ".csv".length());
    }

    /** The store, with listings and looks at raw files noted. */
    private ObjectStore told(ObjectStore store) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "list" -> {
                            ListRequest request = (ListRequest) arguments[0];
                            requests.add("list " + request.prefix() + " from " + request.startAfter());
                        }
                        case "listAll" -> requests.add("list all of " + arguments[0]);
                        case "head" -> requests.add("head " + arguments[0]);
                        default -> {}
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
