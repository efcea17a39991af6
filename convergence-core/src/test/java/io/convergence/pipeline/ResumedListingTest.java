package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.LAYOUT;
import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** L7: a process that lives on lists a table's raw files from the newest one less 2 hours, and all of them once a day. */
class ResumedListingTest {
    private static final int HOUR = 3600;

    private final LandingSite site = new LandingSite();
    private final List<String> requests = new ArrayList<>();
    private final Convergence lake = site.settings(
                    builder -> builder.store(told(site.store)).lake(site.store).listing(ListingMode.RESUMED))
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
