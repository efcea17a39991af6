package io.convergence.testkit.compact;

import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Files of one table as DMS might write them, made from a seed: any types, codecs, page versions, schema changes. */
final class RandomFiles {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SEQUENCE =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final List<CompressionCodecName> CODECS = List.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP,
            CompressionCodecName.ZSTD);

    /** A type, and how a cell of it is filled. */
    private record Kind(String declaration, Filler filler) {
        String field(String name, boolean required) {
            return (required ? "required " : "optional ") + String.format(Locale.ROOT, declaration, name) + ";";
        }
    }

    private interface Filler {
        void fill(Group group, String name, Random random);
    }

    private static final List<Kind> KINDS = List.of(
            new Kind("int32 %s", (group, name, random) -> group.add(name, random.nextInt())),
            new Kind("int32 %s (INT_8)", (group, name, random) -> group.add(name, random.nextInt(256) - 128)),
            new Kind("int32 %s (UINT_16)", (group, name, random) -> group.add(name, random.nextInt(65536))),
            new Kind("int32 %s (UINT_32)", (group, name, random) -> group.add(name, random.nextInt())),
            new Kind("int64 %s", (group, name, random) -> group.add(name, random.nextLong())),
            new Kind("int64 %s (UINT_64)", (group, name, random) -> group.add(name, random.nextLong())),
            new Kind("boolean %s", (group, name, random) -> group.add(name, random.nextBoolean())),
            new Kind(
                    "float %s",
                    (group, name, random) -> group.add(
                            name,
                            List.of(1.5f, -0.0f, 0.0f, Float.NaN, Float.NEGATIVE_INFINITY, random.nextFloat())
                                    .get(random.nextInt(6)))),
            new Kind(
                    "double %s",
                    (group, name, random) -> group.add(
                            name,
                            List.of(1.5, -0.0, 0.0, Double.NaN, Double.MIN_VALUE, random.nextDouble())
                                    .get(random.nextInt(6)))),
            new Kind("binary %s (UTF8)", (group, name, random) -> group.add(name, text(random))),
            new Kind(
                    "binary %s",
                    (group, name, random) ->
                            group.add(name, Binary.fromConstantByteArray(bytes(random, random.nextInt(20))))),
            new Kind(
                    "fixed_len_byte_array(9) %s (DECIMAL(20,4))",
                    (group, name, random) -> group.add(name, decimal(random))),
            new Kind(
                    "int32 %s (DECIMAL(9,2))",
                    (group, name, random) -> group.add(name, random.nextInt(1_999_999_999) - 999_999_999)),
            new Kind(
                    "int64 %s (DECIMAL(18,3))",
                    (group, name, random) -> group.add(name, random.nextLong(1_999_999_999_999_999_999L) / 2)),
            new Kind("int32 %s (DATE)", (group, name, random) -> group.add(name, random.nextInt(40_000) - 20_000)),
            new Kind(
                    "int64 %s (TIME_MICROS)",
                    (group, name, random) -> group.add(name, random.nextLong(86_400_000_000L))),
            new Kind(
                    "int64 %s (TIMESTAMP_MILLIS)",
                    (group, name, random) -> group.add(name, random.nextLong(4_000_000_000_000L))),
            new Kind(
                    "int64 %s (TIMESTAMP_MICROS)",
                    (group, name, random) ->
                            group.add(name, random.nextLong(4_000_000_000_000_000L) - 2_000_000_000_000_000L)),
            new Kind(
                    "int96 %s",
                    (group, name, random) -> group.add(
                            name,
                            new NanoTime(2_440_588 + random.nextInt(20_000), random.nextLong(86_400_000_000_000L)))));

    private record NamedColumn(String name, Kind kind, boolean required) {
        NamedColumn retyped(Kind other) {
            return new NamedColumn(name, other, required);
        }
    }

    /** What one seed turned out to hold, so that a test can tell that its seeds covered the cases. */
    static final class Coverage {
        int loads;
        int changes;
        int addedColumns;
        int retypedColumns;
        int beforeImages;
        int loadsWithoutOp;
        int loadsWithNullOp;
        int emptyFiles;
        int rowGroups;
        int unsequenced;
    }

    private final Random random;
    private final Coverage coverage;
    private final List<NamedColumn> columns = new ArrayList<>();
    private final boolean timestamp;
    private final boolean sequence;
    private final boolean beforeImage;
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private long counter = 1000;

    RandomFiles(long seed, Coverage coverage) {
        // Neighbouring seeds give neighbouring first numbers.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.coverage = coverage;
        this.sequence = random.nextInt(4) > 0;
        this.timestamp = sequence || random.nextBoolean();
        this.beforeImage = random.nextBoolean();
        columns.add(new NamedColumn("id", KINDS.get(4), true));
        int count = 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            columns.add(new NamedColumn("c" + i, anyKind(), random.nextInt(4) == 0));
        }
        coverage.unsequenced += sequence ? 0 : 1;
    }

    RowShape shape() {
        RowShape shape = RowShape.plain().withNullOnUpdate(Map.of("c0", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL);
        shape = timestamp ? shape.withTimestampColumn("commit_ts") : shape;
        shape = sequence ? shape.withSequenceColumn("seq") : shape;
        return beforeImage ? shape.withBeforeImage("bi_", "") : shape;
    }

    /** A store with the files, its clock after all of them. */
    static InMemoryObjectStore store(RandomFiles files) {
        var store = new InMemoryObjectStore(() -> files.now);
        files.write(store);
        return store;
    }

    void write(ObjectStore store) {
        int loads = random.nextInt(4);
        for (int i = 1; i <= loads; i++) {
            now = now.plusSeconds(1 + random.nextInt(20));
            put(store, String.format(Locale.ROOT, "LOAD%08X.parquet", i), false);
            coverage.loads++;
        }

        int changes = 2 + random.nextInt(8);
        for (int i = 0; i < changes; i++) {
            if (random.nextInt(5) == 0) {
                columns.add(random.nextInt(columns.size() + 1), new NamedColumn("added" + i, anyKind(), false));
                coverage.addedColumns++;
            }
            if (random.nextInt(12) == 0) {
                int at = random.nextInt(columns.size());
                NamedColumn old = columns.get(at);
                Kind kind = anyKind();
                if (!old.name().equals("id") && kind != old.kind()) {
                    columns.set(at, old.retyped(kind));
                    coverage.retypedColumns++;
                }
            }

            now = now.plusMillis(1500 + random.nextInt(90_000));
            put(store, NAME.format(now) + ".parquet", true);
            coverage.changes++;
        }
        now = now.plus(Duration.ofHours(1));
    }

    private void put(ObjectStore store, String name, boolean change) {
        int rows = random.nextInt(6) == 0 ? 0 : 1 + random.nextInt(40);
        coverage.emptyFiles += rows == 0 ? 1 : 0;
        store.put(TestTable.RAW + name, file(change, rows), WriteCondition.ifAbsent());
    }

    private byte[] file(boolean change, int rows) {
        // DMS writes Op into full-load files only if asked to; null stands for a column that is there and empty.
        int loadOp = change ? 0 : random.nextInt(3);
        coverage.loadsWithoutOp += loadOp == 1 ? 1 : 0;
        coverage.loadsWithNullOp += loadOp == 2 ? 1 : 0;
        var schema = new StringBuilder("message schema {");
        if (loadOp != 1) {
            schema.append(change && random.nextBoolean() ? "required" : "optional")
                    .append(" binary Op (UTF8);");
        }
        if (timestamp) {
            schema.append("optional binary commit_ts (UTF8);");
        }
        if (sequence && (change || random.nextBoolean())) {
            schema.append("optional binary seq (UTF8);");
        }
        columns.forEach(column -> schema.append(column.kind().field(column.name(), column.required())));
        if (beforeImage && change) {
            schema.append(columns.get(0).kind().field("bi_" + columns.get(0).name(), false));
        }

        MessageType type = MessageTypeParser.parseMessageType(schema.append('}').toString());
        List<Group> groups = new ArrayList<>();
        // Commit times lie before the instant of the file's name and never step back.
        Instant commit = now.minusMillis(1400);
        for (int i = 0; i < rows; i++) {
            commit = commit.plusMillis(random.nextInt(30));
            groups.add(row(type, change, loadOp, commit));
        }

        return write(type, groups);
    }

    private Group row(MessageType type, boolean change, int loadOp, Instant commit) {
        Group group = new SimpleGroup(type);
        if (loadOp == 0) {
            group.add("Op", change ? List.of("I", "U", "U", "D").get(random.nextInt(4)) : "I");
        }
        if (timestamp) {
            group.add("commit_ts", TEXT.format(commit));
        }
        if (sequence && change) {
            group.add(
                    "seq",
                    SEQUENCE.format(commit) + String.format(Locale.ROOT, "%019d", counter += 1 + random.nextInt(5)));
        }
        for (NamedColumn column : columns) {
            if (column.required() || random.nextInt(4) > 0) {
                column.kind().filler().fill(group, column.name(), random);
            }
        }
        if (beforeImage && change && random.nextInt(4) == 0) {
            columns.get(0).kind().filler().fill(group, "bi_" + columns.get(0).name(), random);
            coverage.beforeImages++;
        }

        return group;
    }

    private byte[] write(MessageType type, List<Group> groups) {
        var bytes = new ByteArrayOutputStream();
        int rowsOfGroup = 3 + random.nextInt(20);
        coverage.rowGroups += groups.size() > rowsOfGroup ? 1 : 0;
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new Memory(bytes))
                .withConf(new PlainParquetConfiguration())
                .withType(type)
                .withCompressionCodec(CODECS.get(random.nextInt(CODECS.size())))
                .withWriterVersion(random.nextBoolean() ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0)
                .withDictionaryEncoding(random.nextBoolean())
                .withRowGroupRowCountLimit(rowsOfGroup)
                .withPageRowCountLimit(1 + random.nextInt(10))
                .build()) {
            for (Group group : groups) {
                writer.write(group);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }

    private Kind anyKind() {
        return KINDS.get(random.nextInt(KINDS.size()));
    }

    private static String text(Random random) {
        return List.of("", "a", "ünïcode \uD83D\uDE00", "repeated", "x".repeat(random.nextInt(200)))
                .get(random.nextInt(5));
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Binary decimal(Random random) {
        byte[] value = BigInteger.valueOf(random.nextLong()).toByteArray();
        byte[] padded = new byte[9];
        Arrays.fill(padded, value[0] < 0 ? (byte) -1 : 0);
        System.arraycopy(value, 0, padded, 9 - value.length, value.length);
        return Binary.fromConstantByteArray(padded);
    }

    record Memory(ByteArrayOutputStream bytes) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new PositionOutputStream() {
                @Override
                public long getPos() {
                    return bytes.size();
                }

                @Override
                public void write(int b) {
                    bytes.write(b);
                }

                @Override
                public void write(byte[] content, int offset, int length) {
                    bytes.write(content, offset, length);
                }
            };
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return create(blockSizeHint);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
