package io.convergence.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.TaskExecution;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.RowShape;
import io.convergence.testkit.dms.DmsShape;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import io.convergence.testkit.store.StoreRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * L7: what one plan and its commit ask of the stores, from a process that knows nothing, as cron starts one: the log is
 * long, the folder full, three files are new. Trying the store for conditional writes is not part of it: that is once for
 * a process and all its tables.
 */
class RequestBudgetTest {
    private static final TableId ORDERS = TableId.of("public", "orders");
    private static final RawLayout LAYOUT =
            RawLayout.builder().bucketFolder("raw").build();
    private static final RowShape SHAPE =
            RowShape.plain().withTimestampColumn("ts").withSequenceColumn("seq").withBeforeImage("before_", "");
    private static final CompactionOptions COMPACTION =
            CompactionOptions.builder().settled().build();
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SEQUENCE =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final List<Column> COLUMNS = List.of(
            Column.nullable("Op", DataType.of(DataType.Kind.NCLOB)),
            Column.required("ts", DataType.of(DataType.Kind.NCLOB)),
            Column.nullable("id", DataType.of(DataType.Kind.INT8)),
            Column.nullable("name", DataType.of(DataType.Kind.NCLOB)),
            Column.nullable("seq", DataType.of(DataType.Kind.NCLOB)),
            Column.nullable("before_id", DataType.of(DataType.Kind.INT8)));
    private static final String PROBE = "convergence-conditional-write-probe";

    private Instant now = START;
    private int timesAsked;
    private final InMemoryObjectStore raw = new InMemoryObjectStore(() -> tell(this.rawRequests), "memory://raw");
    private final InMemoryObjectStore lake = new InMemoryObjectStore(() -> tell(this.lakeRequests), "memory://lake");
    private final FaultyObjectStore rawRequests = FaultyObjectStore.counting(raw);
    private final FaultyObjectStore lakeRequests = FaultyObjectStore.counting(lake);
    private boolean cold;
    private long rows;

    /** S3 tells the time with each answer; who asks before the first one makes a request for it. */
    private Instant tell(FaultyObjectStore requests) {
        if (cold && requests.log().requests().isEmpty()) {
            timesAsked++;
        }
        return now;
    }

    /** A load and a day of changes that are in the lake; 190 slots of others; three new files. */
    private List<String> fullFolder(boolean merges) {
        return fullFolder(merges, MergeOptions.defaults());
    }

    private List<String> fullFolder(boolean merges, MergeOptions options) {
        now = now.plusSeconds(10);
        raw.put(LAYOUT.loadKey(ORDERS, 1, RawFormat.PARQUET), load(), WriteCondition.none());
        for (int minutes = 30; minutes < 20 * 60; minutes += 30) {
            changes(START.plus(Duration.ofMinutes(minutes)));
        }
        now = now.plus(Duration.ofHours(1));
        LakeTable before = process(raw, lake);
        before.compact(COMPACTION, ProgressListener.none());
        if (merges) {
            assertThat(before.merge(options, ProgressListener.none()).state()).isEqualTo(TableState.PUBLISHED);
        }
        Ledger ledger = before.ledger();
        LedgerSnapshot snapshot = ledger.snapshot();
        while (snapshot.slot() < 191) {
            snapshot = ledger.commit(new LedgerEntry.Fence(ledger.newTransaction(), snapshot.slot()));
        }

        List<String> news = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            news.add(changes(now.plus(Duration.ofMinutes(10))));
        }
        now = now.plus(Duration.ofHours(1));
        return news;
    }

    @Test
    void l7AColdCompactionKeepsTheBudget() {
        List<String> news = fullFolder(true);

        LakeTable process = coldProcess();
        CompactionPlan plan = process.planCompaction(COMPACTION);
        CompactionResult result = process.compact(plan, ProgressListener.none(), TaskExecution.defaults());

        assertThat(result.filesBefore()).isEqualTo(3);
        // The plan is executed by itself: nothing is kept from one to the other.
        requireRaw(news, 2);
        requireLog();
        Set<String> outputs =
                result.outputs().stream().map(output -> output.file().key()).collect(Collectors.toSet());
        requireOutputs(outputs);
        assertThat(lakeData().filter(request -> !outputs.contains(request.key())))
                .isEmpty();
    }

    /** Nothing is merged, so that the log alone says what is compacted. */
    @Test
    void l7AColdCompactionOfATableThatIsNeverMergedKeepsTheBudget() {
        List<String> news = fullFolder(false);

        CompactionResult result = coldProcess().compact(COMPACTION, ProgressListener.none());

        assertThat(result.filesBefore()).isEqualTo(3);
        // The LOAD file is in no commit, so that it is looked into once more.
        List<String> sources = new ArrayList<>(news);
        sources.add(LAYOUT.loadKey(ORDERS, 1, RawFormat.PARQUET));
        requireRaw(sources, 1);
        requireLog();
    }

    static List<TableStyle> styles() {
        return List.of(TableStyle.current(), TableStyle.softDelete(), TableStyle.append());
    }

    @ParameterizedTest
    @MethodSource("styles")
    void l7AColdMergeKeepsTheBudget(TableStyle style) {
        MergeOptions options = MergeOptions.defaults().style(style);
        List<String> news = fullFolder(true, options);
        LedgerEntry.Merge published =
                process(raw, lake).ledger().snapshot().published().orElseThrow();

        TableResult result = coldProcess().merge(options, ProgressListener.none());

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        cold = false;
        LedgerEntry.Merge merged =
                process(raw, lake).ledger().snapshot().published().orElseThrow();
        assertThat(merged.applied()).extracting(source -> source.key()).containsExactlyElementsOf(news);
        requireRaw(news, 1);
        requireLog();
        // What was published is a source of what is published now, and of a change log a part.
        Set<String> sources = keys(published);
        Set<String> outputs = keys(merged);
        outputs.removeAll(sources);
        requireOutputs(outputs);
        Map<String, Long> others = byKey(lakeData().filter(request -> !outputs.contains(request.key())));
        assertThat(sources).containsAll(others.keySet());
        assertThat(others.values()).allSatisfy(requests -> assertThat(requests).isLessThanOrEqualTo(2));
    }

    /** What finds no room beside the changes is asked for once more, and the table is the same. */
    @ParameterizedTest
    @MethodSource("styles")
    void l7FilesBeyondTheShareOfTheMemoryAreReadAgain(TableStyle style) {
        MergeOptions options = MergeOptions.defaults().style(style);
        List<String> news = fullFolder(true, options);
        long size = raw.head(news.get(0)).orElseThrow().size();

        // An eighth of it is room for one of the three.
        TableResult result =
                coldProcess().merge(options.memory(DataSize.ofBytes(8 * size + 8 * size / 2)), ProgressListener.none());

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        Map<String, Long> reads =
                byKey(rawRequests.log().requests().stream().filter(request -> request.operation() == Operation.READ));
        assertThat(reads.values()).containsExactlyInAnyOrder(1L, 2L, 2L);
    }

    /** L4: what was looked into is not taken for what is there when it is committed. */
    @Test
    void l4AFileThatIsWrittenAnewAfterItWasLookedIntoIsNotPublishedAsItWas() {
        List<String> news = fullFolder(true);
        boolean[] done = new boolean[1];
        ProgressListener rewriting = (table, step, now, all) -> {
            if (step == ProgressListener.Step.READ && !done[0]) {
                done[0] = true;
                raw.put(news.get(2), raw.get(news.get(0)).orElseThrow().content(), WriteCondition.none());
            }
        };

        TableResult result = process(raw, lake).merge(MergeOptions.defaults(), rewriting);

        assertThat(done[0]).isTrue();
        assertThat(result.state()).isNotEqualTo(TableState.PUBLISHED);
        assertThat(process(raw, lake).ledger().snapshot().suspicions()).isNotEmpty();
    }

    /** A run that finds nothing new writes nothing. */
    @Test
    void l7AColdRunWithoutNewsOnlyLooks() {
        fullFolder(true);
        process(raw, lake).merge(MergeOptions.defaults(), ProgressListener.none());

        TableResult result = coldProcess().merge(MergeOptions.defaults(), ProgressListener.none());

        assertThat(result.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(rawRequests.log().counts()).isEqualTo(Map.of(Operation.LIST, 1L, Operation.HEAD, 1L));
        requireLog();
        assertThat(lakeRequests.log().writes()).isZero();
    }

    private static Set<String> keys(LedgerEntry.Merge merge) {
        return Stream.concat(merge.data().stream(), merge.state().stream())
                .map(file -> file.key())
                .collect(Collectors.toSet());
    }

    /** At most two listings of what is new, before and after the work; one look at the oldest; each source is read. */
    private void requireRaw(List<String> sources, int readsOfEach) {
        Map<Operation, Long> counts = rawRequests.log().counts();
        assertThat(counts.keySet()).isSubsetOf(Operation.LIST, Operation.HEAD, Operation.READ);
        assertThat(counts.get(Operation.LIST)).as("LIST").isEqualTo(2L);
        assertThat(counts.get(Operation.HEAD)).as("HEAD").isEqualTo(1L);
        Map<String, Long> reads =
                byKey(rawRequests.log().requests().stream().filter(request -> request.operation() == Operation.READ));
        assertThat(reads.keySet()).containsExactlyInAnyOrderElementsOf(sources);
        assertThat(reads.values()).as("GET of each source").containsOnly((long) readsOfEach);
    }

    /** 2 LIST, 3 GET, 2 PUT at most, and nothing else; neither store is asked for the time alone. */
    private void requireLog() {
        assertThat(timesAsked).as("requests for the time").isZero();
        Map<Operation, Long> counts = lakeRequests.log().requests().stream()
                .filter(request -> request.key().startsWith("convergence/control/"))
                .filter(request -> !request.key().endsWith(PROBE))
                .collect(Collectors.groupingBy(StoreRequest::operation, Collectors.counting()));
        assertThat(counts.keySet()).isSubsetOf(Operation.LIST, Operation.GET, Operation.PUT);
        assertThat(counts.get(Operation.LIST)).as("LIST").isEqualTo(2L);
        assertThat(counts.get(Operation.GET)).as("GET").isLessThanOrEqualTo(3L);
        assertThat(counts.getOrDefault(Operation.PUT, 0L)).as("PUT").isLessThanOrEqualTo(2L);
    }

    /** Each is small enough to be put at once, and looked at once. */
    private void requireOutputs(Set<String> outputs) {
        Map<String, Long> requests = byKey(lakeData().filter(request -> outputs.contains(request.key())));
        assertThat(requests.keySet()).isEqualTo(outputs);
        assertThat(requests.values()).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(1 + 3));
    }

    private Stream<StoreRequest> lakeData() {
        return lakeRequests.log().requests().stream()
                .filter(request -> !request.key().startsWith("convergence/control/"))
                .filter(request -> !request.key().endsWith(PROBE));
    }

    private static Map<String, Long> byKey(Stream<StoreRequest> requests) {
        return requests.collect(Collectors.groupingBy(StoreRequest::key, Collectors.counting()));
    }

    private LakeTable coldProcess() {
        cold = true;
        return process(rawRequests, lakeRequests);
    }

    private static LakeTable process(ObjectStore rawStore, ObjectStore lakeStore) {
        return Convergence.builder()
                .layout(LAYOUT)
                .store(rawStore)
                .lake(lakeStore)
                .table(ORDERS, SHAPE, List.of("id"))
                .random(new Random())
                .build()
                .table(ORDERS);
    }

    private byte[] load() {
        List<@Nullable Object[]> loaded = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            loaded.add(new Object[] {"I", TEXT.format(START), ++rows, "loaded", null, null});
        }
        return DmsShape.write(COLUMNS, loaded);
    }

    /** A file with an insert, flushed and stored then. */
    private String changes(Instant flushed) {
        now = flushed;
        Instant committed = flushed.minusSeconds(5);
        String sequence = SEQUENCE.format(committed) + String.format(Locale.ROOT, "%019d", ++rows);
        List<@Nullable Object[]> written = new ArrayList<>();
        written.add(new Object[] {"I", TEXT.format(committed), rows, "changed", sequence, null});
        String key = LAYOUT.cdcKey(ORDERS, flushed, RawFormat.PARQUET);
        ObjectStat stored = raw.put(key, DmsShape.write(COLUMNS, written), WriteCondition.none());
        return stored.key();
    }
}
