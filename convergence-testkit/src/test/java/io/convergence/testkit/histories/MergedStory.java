package io.convergence.testkit.histories;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.LedgerEntry;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.DmsScript;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What several merges make of a table of all types: updates, inserts, deletes, a key that is inserted anew and one that changes, a new
 * column and wider ones, buckets that split. Keeps the source's rows by itself, so that readers can be held to them. Not thread-safe.
 */
public final class MergedStory {
    static final TableId TABLE = TableId.of("public", "everything");
    private static final int WHOLE = 3;
    private static final int NAME = 8;
    private static final int BODY = 9;
    private static final int BYTES = 10;
    private static final int SINGLE = 6;

    private final int count;
    private final int bodyLength;
    private final TableStyle style;
    private final Random random = new Random(20_261_126);
    private final ReplicationSpec spec;
    private final DmsScript script;
    private final InMemoryObjectStore store;
    private final TreeMap<Long, @Nullable Object[]> rows = new TreeMap<>();
    private final Map<Long, @Nullable Object[]> deleted = new LinkedHashMap<>();
    private final List<List<@Nullable Object>> log = new ArrayList<>();
    private List<Column> columns;

    /**
     * @param count rows of the load, at least 100
     * @param bodyLength characters of the large object of each row
     */
    public MergedStory(int count, int bodyLength, TableStyle style) {
        this.count = count;
        this.bodyLength = bodyLength;
        this.style = style;
        SourceTable table = SourceTable.of(
                TABLE,
                List.of(
                        SourceColumn.required("id", DataType.of(Kind.INT8)),
                        SourceColumn.nullable("flag", DataType.of(Kind.BOOLEAN)),
                        SourceColumn.nullable("small", DataType.of(Kind.INT2)),
                        SourceColumn.nullable("whole", DataType.of(Kind.INT4)),
                        SourceColumn.nullable("price", DataType.numeric(9, 2)),
                        SourceColumn.nullable("wide", DataType.numeric(38, 10)),
                        SourceColumn.nullable("single", DataType.of(Kind.REAL4)),
                        SourceColumn.nullable("double", DataType.of(Kind.REAL8)),
                        SourceColumn.nullable("name", DataType.wstring(20)),
                        SourceColumn.nullable("body", DataType.of(Kind.NCLOB)),
                        SourceColumn.nullable("bytes", DataType.of(Kind.BLOB)),
                        SourceColumn.nullable("day", DataType.of(Kind.DATE)),
                        SourceColumn.nullable("clock", DataType.time(3)),
                        SourceColumn.nullable("at", DataType.datetime(6))),
                List.of("id"),
                RowImages.KEY_ONLY);
        columns = table.toSchema().columns();
        spec = ReplicationSpec.lakeReady("bucket", "raw")
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, table))
                .tableMappings(mappings -> mappings.include("public", "%"))
                .build();
        script = DmsScript.of(spec).loadFileRows(Math.max(50, count / 4));
        store = new InMemoryObjectStore(script.clock());
    }

    /** All is in one bucket. */
    public MergedStory load() {
        for (long id = 1; id <= count; id++) {
            @Nullable Object[] row = row(id);
            script.row(row.clone());
            rows.put(id, row);
            log("I", row);
        }
        script.load().pause(Duration.ofHours(1));
        merge(DataSize.ofMegabytes(64));
        return this;
    }

    /** Of the rows with the lowest ids and some new ones: what stands behind them in the bucket is copied. */
    public MergedStory change() {
        for (long id = 3; id <= 60; id += 5) {
            update(id);
        }
        delete(4);
        move(8, -8);
        insert(-1);
        insert(-2);
        script.commit();
        merge(DataSize.ofMegabytes(64));
        return this;
    }

    /** A new column, and rows that have it. */
    public MergedStory addColumn() {
        script.addColumn(SourceColumn.nullable("added", DataType.wstring(30)));
        become(columns.size(), Column.nullable("added", DataType.wstring(30)));
        for (long id = 2; id <= 30; id += 4) {
            update(id);
        }
        insert(-3);
        script.commit();
        merge(DataSize.ofMegabytes(64));
        return this;
    }

    /** Wider types, in files that are small for the table. */
    public MergedStory widen() {
        script.widenColumn("whole", DataType.numeric(12, 2));
        script.widenColumn("single", DataType.of(Kind.REAL8));
        become(WHOLE, Column.nullable("whole", DataType.numeric(12, 2)));
        become(SINGLE, Column.nullable("single", DataType.of(Kind.REAL8)));
        rows.values().forEach(this::widened);
        deleted.values().forEach(this::widened);
        for (long id = 3; id <= 40; id += 3) {
            update(id);
        }
        delete(-1);
        script.commit();
        merge(small());
        return this;
    }

    /** Two keys in two buckets, a key that comes again, and one that goes. */
    public MergedStory changeFew() {
        insert(4);
        update(50);
        delete(51);
        script.commit();
        merge(small());
        return this;
    }

    /** So that there are eight buckets at least. */
    private DataSize small() {
        return DataSize.ofBytes((long) count * (bodyLength + 50) / 32);
    }

    private void widened(@Nullable Object[] row) {
        Object whole = row[WHOLE];
        row[WHOLE] = whole == null ? null : new BigDecimal(whole.toString()).setScale(2);
        Object single = row[SINGLE];
        row[SINGLE] = single == null ? null : (Object) ((Number) single).doubleValue();
    }

    private void become(int place, Column column) {
        List<Column> all = new ArrayList<>(columns);
        if (place == all.size()) {
            all.add(column);
            rows.replaceAll((id, row) -> Arrays.copyOf(row, all.size()));
            deleted.replaceAll((id, row) -> Arrays.copyOf(row, all.size()));
        } else {
            all.set(place, column);
        }
        columns = all;
    }

    private boolean isWide() {
        return columns.get(SINGLE).type().kind() == Kind.REAL8;
    }

    private @Nullable Object[] row(long id) {
        @Nullable Object[] row = new @Nullable Object[columns.size()];
        row[0] = id;
        if (id % 7 == 0) {
            return row;
        }
        row[1] = random.nextBoolean();
        row[2] = random.nextInt(65_536) - 32_768;
        row[WHOLE] = isWide() ? BigDecimal.valueOf(random.nextInt(), 2) : (Object) random.nextInt();
        row[4] = BigDecimal.valueOf(random.nextInt(2_000_000_000) - 1_000_000_000, 2);
        row[5] = new BigDecimal(random.nextLong()).movePointLeft(5).setScale(10);
        row[SINGLE] = isWide() ? random.nextGaussian() : (Object) random.nextFloat();
        row[7] = random.nextGaussian();
        row[NAME] = "Straße " + random.nextInt(1000);
        row[BODY] = body();
        row[BYTES] = Bytes.of((byte) random.nextInt(), (byte) 0);
        row[11] = LocalDate.ofEpochDay(random.nextInt(40_000) - 10_000);
        row[12] = LocalTime.ofNanoOfDay(random.nextInt(86_400_000) * 1_000_000L);
        row[13] = LocalDateTime.of(
                1950 + random.nextInt(120), 1 + random.nextInt(12), 1, 2, 3, 4, random.nextInt(1_000_000) * 1000);
        if (columns.size() > 14) {
            row[14] = "added \uD83D\uDE00 " + id;
        }
        return row;
    }

    /** Of digits that hardly compress. */
    private String body() {
        var body = new StringBuilder("\uD83D\uDE00");
        while (body.length() < bodyLength) {
            body.append(Long.toUnsignedString(random.nextLong(), 36));
        }
        return body.toString();
    }

    private void log(String operation, @Nullable Object[] row) {
        List<@Nullable Object> entry = new ArrayList<>();
        entry.add(operation);
        entry.addAll(Arrays.asList(row));
        log.add(entry);
    }

    private void insert(long id) {
        @Nullable Object[] row = row(id);
        script.insert(row.clone());
        rows.put(id, row);
        deleted.remove(id);
        log("I", row);
    }

    /** Of what a row holds some changes; its large objects do not, which the source does not log. */
    private void update(long id) {
        @Nullable Object[] row = rows.get(id);
        @Nullable Object[] next = row(id + 1);
        List<@Nullable Object> pairs = new ArrayList<>();
        for (int place = 1; place < columns.size(); place++) {
            if (place != BODY && place != BYTES && random.nextInt(3) == 0) {
                row[place] = next[place];
                pairs.add(columns.get(place).name());
                pairs.add(next[place]);
            }
        }
        script.update(id, pairs.toArray());
        log("U", logged(row));
    }

    private static @Nullable Object[] logged(@Nullable Object[] row) {
        @Nullable Object[] logged = row.clone();
        logged[BODY] = null;
        logged[BYTES] = null;
        return logged;
    }

    private void move(long id, long to) {
        @Nullable Object[] row = rows.remove(id);
        script.update(id, "id", to);
        row[0] = to;
        rows.put(to, row);
        log("U", logged(row));
    }

    private void delete(long id) {
        script.delete(id);
        @Nullable Object[] row = rows.remove(id);
        deleted.put(id, row);
        @Nullable Object[] key = new @Nullable Object[row.length];
        key[0] = id;
        log("D", key);
    }

    private void merge(DataSize targetSize) {
        script.pause(Duration.ofHours(1)).writeTo(store);
        MergeOptions options = MergeOptions.defaults().declareComplete().style(style);
        options = options.snapshot(options.snapshot().withTargetSize(targetSize));
        TableResult result = table().merge(options, ProgressListener.none());
        if (result.state() != TableState.PUBLISHED) {
            throw new IllegalStateException("Cannot go on: the table is not published, " + result + ".");
        }
    }

    LakeTable table() {
        return Convergence.builder()
                .spec(spec)
                .schema(script.schema())
                .store(store)
                .random(random)
                .build()
                .table(TABLE);
    }

    public LedgerEntry.Merge published() {
        return table().ledger().snapshot().published().orElseThrow();
    }

    public byte[] content(String key) {
        return store.get(key).orElseThrow().content();
    }

    /** The table's own columns, as the source has them. */
    public List<Column> columns() {
        return columns;
    }

    /** The rows that are there, in the order of the key. */
    public List<List<@Nullable Object>> rows() {
        return rows.values().stream().map(MergedStory::list).toList();
    }

    /** The rows that were deleted and did not come again, as they were. */
    public List<List<@Nullable Object>> deleted() {
        return deleted.values().stream().map(MergedStory::list).toList();
    }

    /** Each change: the operation, and the cells that its file tells. */
    public List<List<@Nullable Object>> log() {
        return log.stream()
                .map(entry -> {
                    List<@Nullable Object> wide = new ArrayList<>(entry);
                    while (wide.size() <= columns.size()) {
                        wide.add(null);
                    }
                    return wide;
                })
                .toList();
    }

    private static List<@Nullable Object> list(@Nullable Object[] row) {
        return new ArrayList<>(Arrays.asList(row));
    }
}
