package io.convergence.compact;

import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import io.convergence.store.WriteCondition;
import io.convergence.store.internal.ParquetOutput;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** Parquet files written by parquet-java: random values of all types, in the ways that it can write them. */
final class RandomParquet {
    private static final CompressionCodecName[] CODECS = {
        CompressionCodecName.GZIP,
        CompressionCodecName.SNAPPY,
        CompressionCodecName.ZSTD,
        CompressionCodecName.UNCOMPRESSED,
        CompressionCodecName.LZ4_RAW
    };

    private final SplittableRandom random;
    private final ObjectStore store =
            new InMemoryObjectStore(InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));

    RandomParquet(long seed) {
        random = new SplittableRandom(seed);
    }

    ObjectStore store() {
        return store;
    }

    CompressionCodecName codec() {
        return CODECS[random.nextInt(CODECS.length)];
    }

    /** One file; columns have few values, many, sorted ones or only nulls, by their name's end. */
    ObjectStat file(String key, MessageType schema, int rows, CompressionCodecName codec) throws IOException {
        ObjectWriter object = ObjectWriter.open(store, key, WriteCondition.ifAbsent());
        var output = new ParquetOutput(object);
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(output)
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .withCompressionCodec(codec)
                .withDictionaryEncoding(random.nextInt(3) > 0)
                .withWriterVersion(random.nextBoolean() ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0)
                .withPageRowCountLimit(random.nextBoolean() ? 20_000 : 1 + random.nextInt(Math.max(1, rows)))
                .withRowGroupRowCountLimit(random.nextBoolean() ? 1_000_000 : 1 + rows / (1 + random.nextInt(3)))
                .withDictionaryPageSize(random.nextBoolean() ? 1 << 20 : 200)
                .build()) {
            int nullsIn = random.nextInt(4);
            for (int row = 0; row < rows; row++) {
                writer.write(row(schema, row, nullsIn));
            }
        }

        return object.commit();
    }

    /** One file of the column {@code text_many}: some of so many texts of a length, one in ten null, as ids of a dictionary. */
    ObjectStat texts(String key, int rows, int distinct, int length) throws IOException {
        MessageType schema =
                MessageTypeParser.parseMessageType("message texts { optional binary text_many (STRING); }");
        ObjectWriter object = ObjectWriter.open(store, key, WriteCondition.ifAbsent());
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new ParquetOutput(object))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .withDictionaryPageSize(64 << 20)
                .withPageSize(64 << 20)
                .build()) {
            for (int row = 0; row < rows; row++) {
                Group group = new SimpleGroup(schema);
                if (random.nextInt(10) > 0) {
                    group.add("text_many", String.format("%0" + length + "d", random.nextInt(distinct)));
                }
                writer.write(group);
            }
        }

        return object.commit();
    }

    ObjectStat put(String key, byte[] bytes) {
        ObjectWriter object = ObjectWriter.open(store, key, WriteCondition.ifAbsent());
        object.write(bytes, 0, bytes.length);
        return object.commit();
    }

    private Group row(MessageType schema, int row, int nullsIn) {
        Group group = new SimpleGroup(schema);
        for (Type field : schema.getFields()) {
            boolean mayBeNull = field.isRepetition(Type.Repetition.OPTIONAL);
            boolean isNull =
                    field.getName().endsWith("_none") || (nullsIn > 0 && random.nextInt(nullsIn * nullsIn * 3) == 0);
            if (!mayBeNull || !isNull) {
                add(group, field.asPrimitiveType(), row);
            }
        }

        return group;
    }

    private void add(Group group, PrimitiveType type, int row) {
        String name = type.getName();
        long number = name.endsWith("_few")
                ? random.nextInt(5) * 1_234_567L
                : name.endsWith("_sorted") ? row / 3 : random.nextLong() >> random.nextInt(64);
        switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> group.add(name, random.nextInt(3) == 0);
            case INT32 -> group.add(name, (int) number);
            case INT64 -> group.add(name, number);
            case FLOAT -> group.add(name, random.nextInt(9) == 0 ? Float.NaN : number / 3F);
            case DOUBLE -> group.add(name, random.nextInt(9) == 0 ? Double.NaN : number / 3D);
            case INT96 -> group.add(name, Binary.fromConstantByteArray(bytes(number, 12)));
            case FIXED_LEN_BYTE_ARRAY ->
                group.add(name, Binary.fromConstantByteArray(bytes(number % 100_000_000L, type.getTypeLength())));
            case BINARY ->
                group.add(
                        name,
                        type.getLogicalTypeAnnotation() == null || !name.startsWith("decimal")
                                ? Binary.fromString("a text that is the same " + Long.toString(number, 36))
                                : Binary.fromConstantByteArray(bytes(number % 100_000_000L, 8)));
        }
    }

    private static byte[] bytes(long number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[length - 1 - i] = (byte) (i < Long.BYTES ? number >> 8 * i : number >> 63);
        }

        return bytes;
    }
}
