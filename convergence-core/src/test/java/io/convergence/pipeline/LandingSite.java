package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ParquetFixture;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TimelineOptions;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A landing zone in memory with a clock that tests set, filled with files in DMS's shape. Times are seconds after
 * {@link #START}. Each {@link #lake()} is a process of its own: it knows nothing but what is stored.
 */
final class LandingSite {
    static final TableId ORDERS = TableId.of("public", "orders");
    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    static final RowShape SHAPE =
            RowShape.plain().withTimestampColumn("ts").withSequenceColumn("seq").withBeforeImage("before_", "");
    static final RawLayout LAYOUT = RawLayout.builder().bucketFolder("raw").build();

    private static final String FIELDS = "optional binary Op (UTF8); required binary ts (UTF8); optional int64 id;"
            + " optional binary name (UTF8); optional binary seq (UTF8); optional int64 before_id;";
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SEQUENCE =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final long COUNTER_AT_START = 10_000_000;

    private Instant now = START;
    private RowShape shape = SHAPE;
    private TimelineOptions timeline = TimelineOptions.defaults();
    private List<TableId> tables = List.of(ORDERS);
    private RawLayout layout = LAYOUT;
    private UnaryOperator<Convergence.Builder> settings = builder -> builder;

    final InMemoryObjectStore store = new InMemoryObjectStore(() -> now);

    /**
     * A row of a file. Its change counter is the milliseconds from START to its commit, plus its place in the file.
     *
     * @param moment of the commit; of the arrival in LOAD rows
     */
    record Row(
            String op,
            long id,
            @Nullable String name,
            @Nullable Long oldId,
            Instant moment,
            @Nullable Long counter) {
        Row counter(long number) {
            return new Row(op, id, name, oldId, moment, number);
        }
    }

    static Row loaded(double second, long id, String name) {
        return new Row("I", id, name, null, at(second), null);
    }

    static Row insert(double second, long id, @Nullable String name) {
        return new Row("I", id, name, null, at(second), null);
    }

    static Row update(double second, long id, @Nullable String name) {
        return new Row("U", id, name, null, at(second), null);
    }

    static Row move(double second, long from, long to, @Nullable String name) {
        return new Row("U", to, name, from, at(second), null);
    }

    static Row delete(double second, long id) {
        return new Row("D", id, null, null, at(second), null);
    }

    static Instant at(double second) {
        return START.plusMillis(Math.round(second * 1000));
    }

    LandingSite shape(RowShape of) {
        shape = of;
        return this;
    }

    /** What each process from now on is told besides. */
    LandingSite settings(UnaryOperator<Convergence.Builder> more) {
        settings = more;
        return this;
    }

    LandingSite layout(RawLayout of) {
        layout = of;
        return this;
    }

    LandingSite timeline(TimelineOptions options) {
        timeline = options;
        return this;
    }

    LandingSite tables(TableId... ids) {
        tables = List.of(ids);
        return this;
    }

    /** Sets the store's clock. */
    LandingSite clock(double second) {
        now = at(second);
        return this;
    }

    /** Sets the clock so far ahead that everything has settled. */
    LandingSite later() {
        now = now.plusSeconds(3600);
        return this;
    }

    /** Stores a LOAD file. */
    String load(double second, int number, Row... rows) {
        return load(second, "", number, rows);
    }

    String load(double second, String segment, int number, Row... rows) {
        return put(second, LAYOUT.loadKey(ORDERS, segment, number, RawFormat.PARQUET), file(false, rows));
    }

    /** Stores a file of changes when it is flushed, as DMS does. */
    String changes(double second, Row... rows) {
        return changes(ORDERS, second, rows);
    }

    String changes(TableId table, double second, Row... rows) {
        return put(second, LAYOUT.cdcKey(table, at(second), RawFormat.PARQUET), file(true, rows));
    }

    /** Stores a file of changes that was flushed earlier. */
    String lateChanges(double stored, double flushed, Row... rows) {
        return put(stored, LAYOUT.cdcKey(ORDERS, at(flushed), RawFormat.PARQUET), file(true, rows));
    }

    String put(double second, String key, byte[] content) {
        clock(second);
        store.put(key, content, WriteCondition.none());
        return key;
    }

    private static byte[] file(boolean change, Row... rows) {
        return ParquetFixture.of(FIELDS)
                .write(IntStream.range(0, rows.length)
                        .mapToObj(i -> (ParquetFixture.Row) group -> {
                            Row row = rows[i];
                            group.append("Op", row.op())
                                    .append("ts", TEXT.format(row.moment()))
                                    .append("id", row.id());
                            if (row.name() != null) {
                                group.append("name", row.name());
                            }
                            if (change) {
                                group.append("seq", sequence(row, i));
                            }
                            if (change && !row.op().equals("I")) {
                                group.append("before_id", row.oldId() == null ? row.id() : row.oldId());
                            }
                        })
                        .toList());
    }

    static String sequence(Row row, int place) {
        long millis = row.moment().toEpochMilli() - START.toEpochMilli();
        long counter = row.counter() == null ? millis + place : row.counter();
        return SEQUENCE.format(row.moment()) + String.format(Locale.ROOT, "%019d", COUNTER_AT_START + counter);
    }

    /** Rows of a LOAD file in CSV: operation, arrival, id, name; sequence and before-image are empty. */
    static String csvLoad(Row... rows) {
        return Stream.of(rows)
                .map(row -> row.op() + "," + TEXT.format(row.moment()) + "," + row.id() + "," + row.name() + ",,\n")
                .collect(Collectors.joining());
    }

    /** Rows of a file of changes in CSV; null is {@code NULL}. */
    static String csvChanges(Row... rows) {
        return IntStream.range(0, rows.length)
                .mapToObj(i -> csvChange("", rows[i], i))
                .collect(Collectors.joining());
    }

    /** A row of a transaction file. */
    static String csvChange(TableId table, Row row) {
        return csvChange(table.name() + "," + table.schema() + ",", row, 0);
    }

    private static String csvChange(String table, Row row, int place) {
        String before = row.oldId() == null ? "NULL" : row.oldId().toString();
        return row.op() + "," + table + TEXT.format(row.moment()) + "," + row.id() + ","
                + (row.name() == null ? "NULL" : row.name()) + "," + sequence(row, place) + "," + before + "\n";
    }

    /** Empties the table's folder, as DMS does before it loads it anew. */
    void wipe() {
        try (Stream<ObjectStat> objects = store.listAll("raw/public/orders/")) {
            objects.toList().forEach(object -> store.delete(object.key()));
        }
    }

    /** A new process. */
    Convergence lake() {
        Convergence.Builder builder = Convergence.builder()
                .layout(layout)
                .store(store)
                .timeline(timeline)
                .random(new Random(now.toEpochMilli()));
        tables.forEach(table -> builder.table(table, shape, List.of("id")));
        return settings.apply(builder).build();
    }

    /** A new process merges all tables; the result of the first. */
    TableResult merge() {
        return merge(MergeOptions.defaults());
    }

    /** A process that lives on merges all tables; the result of the first. */
    TableResult merge(Convergence process) {
        return process.merge(MergeOptions.defaults(), ProgressListener.none())
                .tables()
                .get(0);
    }

    TableResult merge(MergeOptions options) {
        return lake().merge(options, ProgressListener.none()).tables().get(0);
    }

    /** The published table: names by id. */
    Map<Long, @Nullable String> rows() {
        return rows(ORDERS);
    }

    Map<Long, @Nullable String> rows(TableId table) {
        RowSource published = lake().table(table).published();
        TableSchema schema = published.schema();
        Map<Long, @Nullable String> rows = new TreeMap<>();
        try (Stream<List<@Nullable Object>> all = published.rows()) {
            all.forEach(row -> {
                Object name = row.get(schema.indexOf("name"));
                rows.put((Long) row.get(schema.indexOf("id")), name == null ? null : name.toString());
            });
        }
        return rows;
    }

    /** All that is stored, to be compared before and after. */
    List<ObjectStat> stored() {
        try (Stream<ObjectStat> objects = store.listAll("")) {
            return objects.toList();
        }
    }

    static List<String> codes(TableResult result) {
        return result.findings().stream().map(Finding::code).toList();
    }
}
