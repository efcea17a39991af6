package io.convergence.testkit.pipeline;

import io.convergence.TableId;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import io.convergence.testkit.dms.DmsShape;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A random life of a small source table: the files DMS would write of it, transactions cut among them, and the source's
 * own rows after each commit. What the lake must show is read off those rows and never off the files.
 */
final class SourceHistory {
    static final TableId TABLE = TableId.of("public", "orders");
    static final RawLayout LAYOUT = RawLayout.builder().bucketFolder("raw").build();

    /** A null in an update of {@code big} is one the source did not log, as PostgreSQL's of a large value. */
    static final RowShape SHAPE = RowShape.plain()
            .withTimestampColumn("ts")
            .withSequenceColumn("seq")
            .withBeforeImage("before_", "")
            .withNullOnUpdate(Map.of("big", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL);

    private static final DataType TEXT_TYPE = DataType.of(DataType.Kind.NCLOB);
    private static final List<Column> LOAD_COLUMNS = List.of(
            Column.nullable("Op", TEXT_TYPE),
            Column.required("ts", TEXT_TYPE),
            Column.nullable("id", DataType.of(DataType.Kind.INT8)),
            Column.nullable("name", TEXT_TYPE),
            Column.nullable("big", TEXT_TYPE));
    private static final List<Column> CHANGE_COLUMNS;

    static {
        List<Column> columns = new ArrayList<>(LOAD_COLUMNS);
        columns.add(Column.nullable("seq", TEXT_TYPE));
        columns.add(Column.nullable("before_id", DataType.of(DataType.Kind.INT8)));
        CHANGE_COLUMNS = List.copyOf(columns);
    }

    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SEQUENCE =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** A row of the source. */
    record Values(@Nullable String name, String big) {}

    /** A file and when DMS stores it. */
    record Landed(String key, Instant stored, byte[] content) {}

    /** The whole table after a commit. */
    private record Commit(Instant time, SortedMap<Long, Values> rows) {}

    private final Random random;
    private final List<Landed> files = new ArrayList<>();
    private final List<Commit> commits = new ArrayList<>();
    private final SortedMap<Long, Values> rows = new TreeMap<>();
    private final List<@Nullable Object[]> buffer = new ArrayList<>();
    private final int loadRows;
    private Instant clock;
    private long counter;
    private long nextId = 1;
    private int cutTransactions;
    private final Set<Integer> cutAfter = new HashSet<>();

    SourceHistory(long seed, int transactions) {
        this(seed, transactions, Instant.parse("2026-03-01T10:00:00Z"));
    }

    /** @param start when its full load begins */
    SourceHistory(long seed, int transactions, Instant start) {
        // Neighbouring seeds give neighbouring first numbers.
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        clock = start;
        load();
        loadRows = rows.size();
        for (int i = 0; i < transactions; i++) {
            transact();
        }
        flush();
    }

    private void load() {
        commits.add(new Commit(Instant.MIN, new TreeMap<>()));
        for (int number = 1; number <= 2; number++) {
            List<@Nullable Object[]> loaded = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                long id = nextId++;
                rows.put(id, new Values(text(), text()));
                loaded.add(new Object[] {
                    "I",
                    TEXT.format(clock),
                    id,
                    rows.get(id).name(),
                    rows.get(id).big()
                });
            }
            clock = clock.plusSeconds(5);
            files.add(new Landed(
                    LAYOUT.loadKey(TABLE, number, RawFormat.PARQUET), clock, DmsShape.write(LOAD_COLUMNS, loaded)));
        }
        commits.set(0, new Commit(Instant.MIN, new TreeMap<>(rows)));
    }

    private void transact() {
        clock = clock.plusMillis(2_000 + random.nextInt(20_000));
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            change();
            if (random.nextInt(4) == 0) {
                flush();
                if (i < changes - 1) {
                    cutTransactions++;
                    cutAfter.add(files.size());
                }
            }
        }
        commits.add(new Commit(clock, new TreeMap<>(rows)));
    }

    private void change() {
        int kind = rows.isEmpty() ? 0 : random.nextInt(8);
        if (kind < 2) {
            long id = random.nextBoolean() ? nextId++ : 1 + random.nextInt((int) nextId);
            nextId = Math.max(nextId, id + 1);
            if (!rows.containsKey(id)) {
                rows.put(id, new Values(text(), text()));
                buffer("I", id, rows.get(id), null, null);
                return;
            }
        }

        List<Long> ids = List.copyOf(rows.keySet());
        long id = ids.get(random.nextInt(ids.size()));
        Values before = rows.get(id);
        if (kind == 7) {
            rows.remove(id);
            buffer("D", id, new Values(null, ""), null, id);
            return;
        }

        boolean bigKept = random.nextBoolean();
        var after = new Values(random.nextInt(5) == 0 ? null : text(), bigKept ? before.big() : text());
        long newId = kind == 6 ? nextId++ : id;
        rows.remove(id);
        rows.put(newId, after);
        buffer("U", newId, after, bigKept ? null : after.big(), id);
    }

    private void buffer(String op, long id, Values values, @Nullable String big, @Nullable Long before) {
        counter += 1 + random.nextInt(5);
        String sequence = SEQUENCE.format(clock) + String.format(Locale.ROOT, "%019d", counter);
        String written = op.equals("I") ? values.big() : big;
        buffer.add(new Object[] {op, TEXT.format(clock), id, values.name(), written, sequence, before});
    }

    private void flush() {
        if (buffer.isEmpty()) {
            return;
        }

        Instant flushed = clock.plusMillis(200 + 10L * files.size());
        files.add(new Landed(
                LAYOUT.cdcKey(TABLE, flushed, RawFormat.PARQUET), flushed, DmsShape.write(CHANGE_COLUMNS, buffer)));
        buffer.clear();
    }

    private String text() {
        return "v" + random.nextInt(1_000_000);
    }

    /** In the order they are stored. */
    List<Landed> files() {
        return List.copyOf(files);
    }

    int loadRows() {
        return loadRows;
    }

    int cutTransactions() {
        return cutTransactions;
    }

    /** Whether a transaction has changes in the first so many files and others in later ones. */
    boolean isCutAfter(int count) {
        return cutAfter.contains(count);
    }

    Instant end() {
        return files.get(files.size() - 1).stored();
    }

    /** The source's rows at the end. */
    SortedMap<Long, Values> rows() {
        return commits.get(commits.size() - 1).rows();
    }

    /** The source's rows after every commit before this time; as loaded without one. */
    SortedMap<Long, Values> rowsBefore(@Nullable Instant time) {
        SortedMap<Long, Values> found = commits.get(0).rows();
        for (Commit commit : commits) {
            if (time != null && commit.time().isBefore(time)) {
                found = commit.rows();
            }
        }
        return found;
    }
}
