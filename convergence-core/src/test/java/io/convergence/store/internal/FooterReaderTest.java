package io.convergence.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.CompactThrift;
import io.convergence.store.internal.pages.ThriftSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read straight from a footer's bytes is what parquet-java makes of them. */
class FooterReaderTest {
    private static final long SEED = Long.getLong("convergence.seed", 20_261_126L);
    private static final ParquetReadOptions SETTINGS =
            ParquetReadOptions.builder(new PlainParquetConfiguration()).build();

    static IntStream rounds() {
        return IntStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void tellsWhatParquetJavaTells(int round) throws IOException {
        byte[] footer = RandomFooter.bytes(new Random(SEED + round));

        assertThat(tell(FooterReader.read(footer)))
                .as("seed %d", SEED + round)
                .isEqualTo(tell(Footer.of(ParquetFooter.metadata(footer, SETTINGS))));
    }

    @Test
    void filesOfAnotherSchemaOrWriterInBetweenChangeNothing() throws IOException {
        byte[] one = RandomFooter.bytes(new Random(SEED));
        byte[] other = RandomFooter.bytes(new Random(SEED + 1));
        List<String> first = tell(FooterReader.read(one));

        FooterReader.read(other);

        assertThat(tell(FooterReader.read(one))).isEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void damagedBytesAreRefusedOrReadAsParquetJavaReadsThem(int round) throws IOException {
        var random = new Random(SEED - round);
        byte[] sound = RandomFooter.bytes(random);
        for (int i = 0; i < 50; i++) {
            byte[] damaged = sound.clone();
            for (int j = 0; j <= random.nextInt(3); j++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }

            Object found = footerOrFailure(damaged);

            if (found instanceof Footer footer) {
                Object theirs = theirs(damaged);
                if (theirs instanceof Footer other) {
                    assertThat(tell(footer)).as("seed %d", SEED - round).isEqualTo(tell(other));
                }
            } else {
                assertThat(found)
                        .as("seed %d", SEED - round)
                        .isInstanceOfAny(CompactThrift.MalformedException.class, FooterReader.UnusualException.class);
            }
        }
    }

    private static Object footerOrFailure(byte[] bytes) {
        try {
            return FooterReader.read(bytes);
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static Object theirs(byte[] bytes) {
        try {
            return Footer.of(ParquetFooter.metadata(bytes, SETTINGS));
        } catch (IOException | RuntimeException e) {
            return e;
        }
    }

    @Test
    void aFooterCutAnywhereIsRefused() throws IOException {
        byte[] footer = RandomFooter.bytes(new Random(SEED));
        for (int length = 0; length < footer.length; length++) {
            byte[] cut = Arrays.copyOf(footer, length);

            assertThatThrownBy(() -> ParquetFooter.read(cut))
                    .as("%d of %d bytes", length, footer.length)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("it cannot be decoded: ");
        }
    }

    @Test
    void aListThatClaimsMoreThanThereIsTakesNoMemory() {
        ByteSink bytes = new ByteSink(16);
        // Field 4, a list of structs; its length is 2^31 - 1.
        bytes.put(4 << 4 | CompactThrift.LIST);
        bytes.put(0xF0 | CompactThrift.STRUCT);
        bytes.putVarint(Integer.MAX_VALUE);

        assertThatThrownBy(() -> ParquetFooter.read(bytes.copy()))
                .isInstanceOf(IOException.class)
                .hasMessage("it cannot be decoded: a list claims 2147483647 elements");
    }

    @Test
    void encryptionIsLeftToParquetJavaWhichRefusesIt() throws IOException {
        FileMetaData footer = RandomFooter.of(new Random(SEED + 3));
        footer.getRow_groups().clear();
        var encrypted = new org.apache.parquet.format.EncryptionAlgorithm();
        encrypted.setAES_GCM_V1(new org.apache.parquet.format.AesGcmV1());
        footer.setEncryption_algorithm(encrypted);

        assertThat(catchThrowable(() -> FooterReader.read(RandomFooter.write(footer))))
                .isInstanceOf(FooterReader.UnusualException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "optional group a { optional int32 b; }",
                "repeated int32 a;",
                "optional fixed_len_byte_array(12) a (INTERVAL);",
                "optional binary a (BSON);"
            })
    void whatDmsDoesNotWriteIsReadAsParquetJavaReadsIt(String column) throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType("message m { " + column + " }");
        byte[] footer = RandomFooter.write(RandomFooter.empty(schema));

        assertThat(tell(ParquetFooter.read(footer)))
                .isEqualTo(tell(Footer.of(ParquetFooter.metadata(footer, SETTINGS))));
    }

    @Test
    void aSchemaIsWrittenAsItIsRead() throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType("""
                message table {
                  optional boolean b;
                  optional int32 i;
                  required int32 i8 (INTEGER(8,true)) = 7;
                  optional int32 u16 (INTEGER(16,false));
                  optional int64 u64 (INTEGER(64,false));
                  optional int32 d (DATE);
                  optional int32 t (TIME(MILLIS,true));
                  optional int64 tn (TIME(NANOS,false));
                  optional int64 ts (TIMESTAMP(MICROS,false));
                  optional int64 tsn (TIMESTAMP(NANOS,true));
                  optional int32 d9 (DECIMAL(9,2));
                  optional int64 d18 (DECIMAL(18,0));
                  optional fixed_len_byte_array(16) d38 (DECIMAL(38,10));
                  optional binary s (STRING);
                  optional binary raw;
                  optional fixed_len_byte_array(5) five;
                  optional int96 old;
                  optional float f;
                  optional double g;
                }""");
        MessageType odd = MessageTypeParser.parseMessageType(
                "message odd { optional fixed_len_byte_array(16) a (UUID); optional binary b (JSON); }");

        assertThat(written(schema)).hasToString(text(schema));
        assertThat(written(odd)).hasToString(text(odd));
    }

    /** The order of floating numbers is that of their type, which a schema's text tells only of them. */
    private static String text(MessageType schema) {
        return schema.toString().replaceAll("((float|double) \\w+);", "$1 columnorder(TYPE_DEFINED_ORDER);");
    }

    /** A schema that was written, as parquet-java reads it. */
    private static MessageType written(MessageType schema) throws IOException {
        ByteSink bytes = new ByteSink(1 << 10);
        ThriftSink sink = new ThriftSink(bytes);
        sink.begin().i32(1, 1);
        SchemaThrift.write(2, schema, sink);
        sink.i64(3, 0).list(4, CompactThrift.STRUCT, 0).end();
        byte[] footer = bytes.copy();
        assertThat(ParquetFooter.read(footer).schema()).hasToString(text(schema));
        return ParquetFooter.metadata(footer, SETTINGS).getFileMetaData().getSchema();
    }

    /** All that is said, in words, because parquet-java's classes mostly have no equality. */
    private static List<String> tell(Footer footer) {
        List<String> told = new ArrayList<>();
        told.add(footer.createdBy() + " " + footer.entries() + " " + footer.rows());
        told.add(String.valueOf(footer.schema()));
        for (Type field : footer.schema().getFields()) {
            String order =
                    field.isPrimitive() ? String.valueOf(field.asPrimitiveType().columnOrder()) : "";
            told.add(field.getName() + " " + field.getId() + " " + order);
        }
        for (BlockMetaData group : footer.groups()) {
            told.add(group.getRowCount() + " rows, " + group.getTotalByteSize() + " bytes, " + group.getPath() + ", "
                    + group.getOrdinal());
            for (ColumnChunkMetaData chunk : group.getColumns()) {
                told.add(tell(chunk));
            }
        }

        return told;
    }

    private static String tell(ColumnChunkMetaData chunk) {
        Statistics<?> statistics = chunk.getStatistics();
        PrimitiveType type = chunk.getPrimitiveType();
        String bounds = statistics.hasNonNullValue()
                ? Arrays.toString(statistics.getMinBytes()) + " to " + Arrays.toString(statistics.getMaxBytes())
                : "none";
        return chunk.getPath() + " " + type + " " + chunk.getCodec() + " " + new TreeSet<>(chunk.getEncodings())
                + " from "
                + chunk.getStartingPos() + " " + chunk.getFirstDataPageOffset() + " "
                + chunk.getDictionaryPageOffset() + ", " + chunk.getValueCount() + " values, " + chunk.getTotalSize()
                + " of " + chunk.getTotalUncompressedSize() + ", "
                + (statistics.isNumNullsSet() ? statistics.getNumNulls() : -1) + " nulls, bounds " + bounds + ", "
                + tell(chunk.getColumnIndexReference()) + ", " + tell(chunk.getOffsetIndexReference());
    }

    private static String tell(IndexReference reference) {
        return reference == null ? "no index" : reference.getOffset() + "+" + reference.getLength();
    }
}
