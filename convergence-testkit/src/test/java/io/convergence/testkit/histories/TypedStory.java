package io.convergence.testkit.histories;

import io.convergence.TableId;
import io.convergence.compact.CompactionOptions;
import io.convergence.curated.PartitionBy;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.SymlinkManifest;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.RowShape;
import io.convergence.testkit.dms.DmsShape;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Two merges of a table with a column of each type that DMS has, with the values at the ends of their ranges: unsigned numbers
 * and bytes, which no type of PostgreSQL becomes, NaN, infinities and the negative zero. Keeps the source's rows by itself,
 * so that readers can be held to them. Not thread-safe.
 */
public final class TypedStory {
    private static final TableId TABLE = TableId.of("public", "types");
    private static final RawLayout LAYOUT =
            RawLayout.builder().bucketFolder("raw").build();
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SEQUENCE =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int ROWS = 120;
    private static final int GROUP = 13;

    private static final SourceTable SOURCE = SourceTable.of(
            TABLE,
            List.of(
                    SourceColumn.required("id", DataType.of(Kind.INT8)),
                    SourceColumn.nullable("flag", DataType.of(Kind.BOOLEAN)),
                    SourceColumn.nullable("i1", DataType.of(Kind.INT1)),
                    SourceColumn.nullable("i2", DataType.of(Kind.INT2)),
                    SourceColumn.nullable("i4", DataType.of(Kind.INT4)),
                    SourceColumn.nullable("i8", DataType.of(Kind.INT8)),
                    SourceColumn.nullable("u1", DataType.of(Kind.UINT1)),
                    SourceColumn.nullable("u2", DataType.of(Kind.UINT2)),
                    SourceColumn.nullable("u4", DataType.of(Kind.UINT4)),
                    SourceColumn.nullable("u8", DataType.of(Kind.UINT8)),
                    SourceColumn.nullable("d9", DataType.numeric(9, 2)),
                    SourceColumn.nullable("d18", DataType.numeric(18, 6)),
                    SourceColumn.nullable("d38", DataType.numeric(38, 10)),
                    SourceColumn.nullable("groups", DataType.string(12)),
                    SourceColumn.nullable("f4", DataType.of(Kind.REAL4)),
                    SourceColumn.nullable("f8", DataType.of(Kind.REAL8)),
                    SourceColumn.nullable("text", DataType.wstring(20)),
                    SourceColumn.nullable("clob", DataType.of(Kind.CLOB)),
                    SourceColumn.nullable("nclob", DataType.of(Kind.NCLOB)),
                    SourceColumn.nullable("bytes", DataType.bytes(8)),
                    SourceColumn.nullable("blob", DataType.of(Kind.BLOB)),
                    SourceColumn.nullable("day", DataType.of(Kind.DATE)),
                    SourceColumn.nullable("clock", DataType.time(3)),
                    SourceColumn.nullable("at", DataType.datetime(6))),
            List.of("id"),
            RowImages.FULL);

    private static final List<@Nullable Object[]> SPECIAL = List.of(
            new @Nullable Object[] {
                false,
                -128L,
                -32_768L,
                -2_147_483_648L,
                Long.MIN_VALUE,
                0L,
                0L,
                0L,
                BigInteger.ZERO,
                new BigDecimal("-9999999.99"),
                new BigDecimal("-999999999999.999999"),
                new BigDecimal("-9999999999999999999999999999.9999999999"),
                "",
                Float.NaN,
                Double.NaN,
                "",
                "",
                "",
                Bytes.of(),
                Bytes.of(),
                LocalDate.of(1, 1, 1),
                LocalTime.MIDNIGHT,
                LocalDateTime.of(1500, 1, 1, 0, 0)
            },
            new @Nullable Object[] {
                true,
                127L,
                32_767L,
                2_147_483_647L,
                Long.MAX_VALUE,
                255L,
                65_535L,
                4_294_967_295L,
                new BigInteger("18446744073709551615"),
                new BigDecimal("9999999.99"),
                new BigDecimal("999999999999.999999"),
                new BigDecimal("9999999999999999999999999999.9999999999"),
                "a/b c",
                Float.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                "ß\uD83D\uDE00",
                "<a>clob</a>",
                "nclob \uD83D\uDE00",
                Bytes.of((byte) 0, (byte) -1, (byte) 127, (byte) -128),
                Bytes.of((byte) -1),
                LocalDate.of(9999, 12, 31),
                LocalTime.of(23, 59, 59, 999_000_000),
                LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000)
            },
            new @Nullable Object[] {
                null,
                -1L,
                -1L,
                -1L,
                -1L,
                128L,
                32_768L,
                2_147_483_648L,
                new BigInteger("9223372036854775808"),
                new BigDecimal("0.00"),
                new BigDecimal("0.000001"),
                new BigDecimal("0.0000000001"),
                null,
                Float.NEGATIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                null,
                null,
                null,
                null,
                null,
                LocalDate.of(1582, 10, 4),
                LocalTime.of(12, 0, 0, 1_000_000),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000)
            },
            new @Nullable Object[] {
                true,
                1L,
                1L,
                1L,
                1L,
                1L,
                1L,
                1L,
                BigInteger.ONE,
                new BigDecimal("0.01"),
                new BigDecimal("-0.000001"),
                new BigDecimal("-0.0000000001"),
                "ä=1%",
                -0.0f,
                -0.0,
                "plain",
                "plain",
                "plain",
                Bytes.of((byte) 7),
                Bytes.of((byte) 7, (byte) 0),
                LocalDate.of(1970, 1, 1),
                LocalTime.of(0, 0, 0, 1_000_000),
                LocalDateTime.of(1970, 1, 1, 0, 0, 0, 1_000)
            },
            new @Nullable Object[] {
                false,
                2L,
                2L,
                2L,
                2L,
                2L,
                2L,
                2L,
                BigInteger.TWO,
                new BigDecimal("2.00"),
                new BigDecimal("2.000000"),
                new BigDecimal("2.0000000000"),
                "g",
                Float.MIN_VALUE,
                Double.MIN_VALUE,
                "x",
                "x",
                "x",
                Bytes.of((byte) 2),
                Bytes.of((byte) 2),
                LocalDate.of(2024, 2, 29),
                LocalTime.NOON,
                LocalDateTime.of(2024, 2, 29, 12, 0)
            });

    private final Random random = new Random(20_261_126);
    private final MergeOptions options;
    private final TreeMap<Long, @Nullable Object[]> rows = new TreeMap<>();
    private final List<List<@Nullable Object>> changes = new ArrayList<>();
    private Instant now = START;
    private final InMemoryObjectStore store = new InMemoryObjectStore(() -> now);
    private int counter;

    /** @param by what the published table is parted by; nothing for none */
    public TypedStory(PartitionBy... by) {
        options = by.length == 0
                ? MergeOptions.defaults()
                : MergeOptions.defaults().partitionBy(by);
    }

    /** A load and a merge, a file of changes and a merge. */
    public TypedStory play() {
        List<@Nullable Object[]> loaded = new ArrayList<>();
        for (long id = 1; id <= ROWS; id++) {
            loaded.add(raw("I", null, set(id)));
        }
        put(LAYOUT.loadKey(TABLE, 1, RawFormat.PARQUET), loaded);
        merge();

        List<@Nullable Object[]> changed = new ArrayList<>();
        for (long id = 2; id <= ROWS; id += 9) {
            changed.add(raw("U", sequence(), set(id, ROWS + id)));
        }
        for (long id = ROWS + 1; id <= ROWS + 8; id++) {
            changed.add(raw("I", sequence(), set(id)));
        }
        @Nullable Object[] gone = new @Nullable Object[columns().size()];
        gone[0] = 5L;
        rows.remove(5L);
        changed.add(raw("D", sequence(), gone));
        put(LAYOUT.cdcKey(TABLE, now, RawFormat.PARQUET), changed);
        merge();
        return this;
    }

    /** Two more files of changes, which are compacted, and one that is not: what a manifest names. */
    public List<String> manifest() {
        for (int file = 0; file < 3; file++) {
            if (file == 2) {
                table().compact(CompactionOptions.builder().settled().build(), ProgressListener.none());
            }
            long id = ROWS + 100L + file;
            List<@Nullable Object[]> one = new ArrayList<>();
            one.add(raw("I", sequence(), set(id)));
            put(LAYOUT.cdcKey(TABLE, now, RawFormat.PARQUET), one);
        }
        LakeTable table = table();
        SymlinkManifest manifest = table.symlinkManifest("manifests");
        manifest.show(table::files);
        String root = store.description() + "/";
        return store.get(manifest.key())
                .orElseThrow()
                .text()
                .lines()
                .map(line -> line.substring(root.length()))
                .toList();
    }

    private void merge() {
        now = now.plus(Duration.ofHours(1));
        TableResult result = table().merge(options.declareComplete(), ProgressListener.none());
        if (result.state() != TableState.PUBLISHED) {
            throw new IllegalStateException("Cannot go on: the table is not published, " + result + ".");
        }
        now = now.plus(Duration.ofHours(1));
    }

    private LakeTable table() {
        return Convergence.builder()
                .layout(LAYOUT)
                .store(store)
                .table(
                        TABLE,
                        RowShape.of(SourceEngine.MYSQL, SOURCE)
                                .withTimestampColumn("ts")
                                .withSequenceColumn("seq"),
                        List.of("id"))
                .random(random)
                .build()
                .table(TABLE);
    }

    private @Nullable Object[] set(long id) {
        return set(id, id);
    }

    private @Nullable Object[] set(long id, long like) {
        @Nullable Object[] row = row(id, like);
        rows.put(id, row);
        return row;
    }

    /** Specials come in turn, so that each stands in some group of rows beside others; each seventh has nothing but nulls. */
    private @Nullable Object[] row(long id, long like) {
        @Nullable Object[] row = new @Nullable Object[columns().size()];
        row[0] = id;
        if (like % 7 == 0) {
            return row;
        }
        @Nullable Object[] special = SPECIAL.get((int) (like % SPECIAL.size()));
        @Nullable Object[] usual = usual(like);
        for (int i = 1; i < row.length; i++) {
            row[i] = (like + i) % 3 == 0 ? special[i - 1] : usual[i - 1];
        }
        return row;
    }

    private @Nullable Object[] usual(long like) {
        byte[] content = new byte[1 + random.nextInt(8)];
        random.nextBytes(content);
        return new @Nullable Object[] {
            random.nextBoolean(),
            (long) (byte) random.nextInt(),
            (long) (short) random.nextInt(),
            (long) random.nextInt(),
            random.nextLong(),
            (long) random.nextInt(256),
            (long) random.nextInt(65_536),
            random.nextInt() & 0xFFFF_FFFFL,
            new BigInteger(64, random),
            BigDecimal.valueOf(random.nextInt(999_999_999), 2),
            BigDecimal.valueOf(random.nextLong() % 1_000_000_000_000_000_000L, 6),
            new BigDecimal(random.nextLong()).movePointLeft(5).setScale(10),
            "group " + like % GROUP,
            random.nextFloat(),
            random.nextGaussian(),
            "Straße " + random.nextInt(1000),
            "<v>" + random.nextInt() + "</v>",
            "text \uD83D\uDE00 " + random.nextInt(),
            Bytes.of(content),
            Bytes.of(content),
            LocalDate.ofEpochDay(random.nextInt(40_000) - 10_000),
            LocalTime.ofNanoOfDay(random.nextInt(86_400_000) * 1_000_000L),
            LocalDateTime.of(
                    1950 + random.nextInt(120), 1 + random.nextInt(12), 1, 2, 3, 4, random.nextInt(1_000_000) * 1000)
        };
    }

    private String sequence() {
        return SEQUENCE.format(now) + String.format(Locale.ROOT, "%019d", ++counter);
    }

    /** As DMS stores it. */
    private @Nullable Object[] raw(String operation, @Nullable String sequence, @Nullable Object[] row) {
        List<@Nullable Object> cells = new ArrayList<>();
        cells.add(operation);
        cells.add(TEXT.format(now));
        cells.add(sequence);
        for (int i = 0; i < row.length; i++) {
            cells.add(physical(row[i], columns().get(i).type()));
        }
        List<@Nullable Object> change = new ArrayList<>();
        change.add(operation);
        change.addAll(Arrays.asList(row));
        changes.add(change);
        return cells.toArray();
    }

    private static @Nullable Object physical(@Nullable Object value, DataType type) {
        if (value == null) {
            return null;
        }

        return switch (type.kind()) {
            case INT1, INT2, INT4, UINT1, UINT2, UINT4 -> (int) ((Long) value).longValue();
            case UINT8 -> ((BigInteger) value).longValue();
            case NUMERIC -> fixed(((BigDecimal) value).unscaledValue(), type.precision());
            case STRING, WSTRING, CLOB, NCLOB -> ((String) value).getBytes(StandardCharsets.UTF_8);
            case BYTES, BLOB -> ((Bytes) value).toArray();
            case DATE -> (int) ((LocalDate) value).toEpochDay();
            case TIME -> (int) (((LocalTime) value).toNanoOfDay() / 1_000_000);
            case DATETIME -> {
                LocalDateTime time = (LocalDateTime) value;
                yield time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1_000;
            }
            case BOOLEAN, INT8, REAL4, REAL8 -> value;
        };
    }

    /** Two's complement in the fewest bytes that hold each number of so many digits. */
    private static byte[] fixed(BigInteger number, int digits) {
        int length = 1 + BigInteger.TEN.pow(digits).subtract(BigInteger.ONE).bitLength() / 8;
        byte[] fixed = new byte[length];
        Arrays.fill(fixed, (byte) (number.signum() < 0 ? -1 : 0));
        byte[] shortest = number.toByteArray();
        System.arraycopy(shortest, 0, fixed, length - shortest.length, shortest.length);
        return fixed;
    }

    private void put(String key, List<@Nullable Object[]> written) {
        List<Column> all = new ArrayList<>(List.of(
                Column.nullable("Op", DataType.of(Kind.NCLOB)),
                Column.required("ts", DataType.of(Kind.NCLOB)),
                Column.nullable("seq", DataType.of(Kind.NCLOB))));
        columns().forEach(column -> all.add(Column.nullable(column.name(), column.type())));
        store.put(key, DmsShape.write(all, written), WriteCondition.none());
        now = now.plus(Duration.ofHours(1));
    }

    /** The table's own columns, as the source has them. */
    public List<Column> columns() {
        return SOURCE.toSchema().columns();
    }

    /** The rows that are there, in the order of the key. */
    public List<List<@Nullable Object>> rows() {
        return rows.values().stream().map(TypedStory::list).toList();
    }

    /** What all files say: the operation, and the row; of a delete the key alone. */
    public List<List<@Nullable Object>> changes() {
        return List.copyOf(changes);
    }

    public LedgerEntry.Merge published() {
        return table().ledger().snapshot().published().orElseThrow();
    }

    public byte[] content(String key) {
        return store.get(key).orElseThrow().content();
    }

    private static List<@Nullable Object> list(@Nullable Object[] row) {
        return new ArrayList<>(Arrays.asList(row));
    }
}
