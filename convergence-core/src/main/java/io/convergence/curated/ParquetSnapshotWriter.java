package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.pages.PageCodecs;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Writes a table that is in memory as Parquet files of one bucket in key order, cut near a target size. Each commit's files have a folder
 * of their own, and a file stays where it is while later commits name it:
 *
 * <pre>
 * PREFIX/SCHEMA/TABLE/gen-SLOT-UUID/part-BUCKET-NUMBER.parquet          the table's columns alone
 * PREFIX/_state/SCHEMA/TABLE/gen-SLOT-UUID/state-BUCKET-NUMBER.parquet  positions and masks, row by row beside them
 * PREFIX/_state/SCHEMA/TABLE/gen-SLOT-UUID/gone-BUCKET.parquet          tombstones
 * </pre>
 *
 * <p>Types are those that Athena, Trino 406, Spark 3.5 and DuckDB all read with the same values:
 *
 * <ul>
 *   <li>whole numbers as plain INT32 or INT64, unsigned ones in the next larger signed type, UINT8 as DECIMAL(20,0);
 *   <li>NUMERIC as DECIMAL on INT32 (to 9 digits), INT64 (to 18) or the shortest fixed-length bytes;
 *   <li>DATETIME as TIMESTAMP(MICROS) not adjusted to UTC: the values have no zone, and an adjusted timestamp is shifted
 *       to the session's zone by Spark and DuckDB. Nanoseconds are not used, because Spark 3.5 refuses them;
 *   <li>TIME as text {@code HH:mm:ss.ffffff}, which sorts: neither Athena nor Spark 3.5 has a time of day;
 *   <li>every column but the key's is optional, because an unknown cell is published as null.
 * </ul>
 *
 * Files are created with If-None-Match, on a store that was tried for it before, see {@link GuardedObjectStore}. Immutable; thread-safe if the random generator is.
 */
public final class ParquetSnapshotWriter implements CuratedTableWriter {
    /** Middle of the band that engines read best. */
    public static final DataSize DEFAULT_TARGET_SIZE = DataSize.ofMegabytes(256);

    private static final long GROUP_BYTES = 16L << 20;

    private final GuardedObjectStore store;
    private final String prefix;
    private final DataSize targetSize;
    private final RandomGenerator random;

    private ParquetSnapshotWriter(ObjectStore store, String prefix, DataSize targetSize, RandomGenerator random) {
        this.prefix = requireNonNull(prefix, "prefix").isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        this.store = GuardedObjectStore.of(store, this.prefix);
        this.targetSize = requireNonNull(targetSize, "targetSize");
        this.random = requireNonNull(random, "random");
    }

    /**
     * @param outputPrefix outside the folder DMS writes to (rule L4)
     * @param random makes folder names that no other writer uses; it must differ between processes
     */
    public static ParquetSnapshotWriter create(ObjectStore store, String outputPrefix, RandomGenerator random) {
        return new ParquetSnapshotWriter(store, outputPrefix, DEFAULT_TARGET_SIZE, random);
    }

    /** A file is closed when it has reached this size; its last row group may exceed it. */
    public ParquetSnapshotWriter withTargetSize(DataSize size) {
        return new ParquetSnapshotWriter(store, prefix, size, random);
    }

    @Override
    public WrittenSnapshot write(CuratedTable table, long base) {
        TableSchema schema = table.schema();
        String folder = folder(schema.table()) + "gen-" + (base + 1) + "-" + newId() + "/";
        var names = new BucketWriter.Names(prefix + folder, prefix + "_state/" + folder);
        try (var codecs = new PageCodecs();
                var threads = new ColumnThreads(MergeWorkers.none(), codecs);
                var bucket = new BucketWriter(
                        store,
                        names,
                        new BucketWriter.Sizes(targetSize.bytes(), GROUP_BYTES),
                        codecs,
                        threads,
                        schema,
                        0,
                        new Places(),
                        null,
                        form -> {
                            throw new IllegalStateException("A table has no changes.");
                        })) {
            table.entries().forEach(bucket::put);
            var layout = new SnapshotLayout(0, List.of(bucket.finish()));
            return new WrittenSnapshot(base, schema, layout.data(), layout.state())
                    .with(SnapshotLayout.NOTE, layout.toNote());
        }
    }

    /** As they stand in the data files. */
    static List<Column> dataColumns(TableSchema schema) {
        return schema.columns().stream()
                .map(column -> new Column(
                        column.name(), column.type(), !schema.primaryKey().contains(column.name())))
                .toList();
    }

    private String newId() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The folders below which {@link #write} puts the files of a table, and nothing else. */
    public static List<String> folders(String outputPrefix, TableId table) {
        String prefix = outputPrefix.isEmpty() || outputPrefix.endsWith("/") ? outputPrefix : outputPrefix + "/";
        return List.of(prefix + folder(table), prefix + "_state/" + folder(table));
    }

    static String folder(TableId table) {
        return escape(table.schema()) + "/" + escape(table.name()) + "/";
    }

    /** Letters, digits, {@code -}, and {@code _} but for the first place, where engines take it for hidden, stay; other bytes become {@code %XX}. */
    private static String escape(String name) {
        var escaped = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || (c == '_' && escaped.length() > 0);
            escaped.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return escaped.toString();
    }
}
