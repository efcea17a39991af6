package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.ledger.Ledger;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.WriteCondition;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DMS tells no bounds of decimals of more than 18 digits; engines need them to leave pages out. */
class CopiedBoundsTest {
    private static final int ROWS = 6_000;
    private static final MessageType SCHEMA = MessageTypeParser.parseMessageType("""
            message schema {
              optional binary Op (STRING);
              optional fixed_len_byte_array(13) d (DECIMAL(28,6));
              optional binary t (STRING);
            }""");

    @ParameterizedTest(name = "dictionaries: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("pages that are copied have the bounds of their values, also where the raw files tell none")
    void copiedPagesHaveBounds(boolean dictionaries) {
        var store = TypedFiles.memory();
        var random = new Random(1);
        var style = new JavaWriter.Style(
                CompressionCodecName.GZIP,
                WriterVersion.PARQUET_1_0,
                dictionaries,
                false,
                1 << 20,
                100_000,
                100_000,
                false,
                false,
                false);
        for (int file = 0; file < 2; file++) {
            List<Object[]> rows = new ArrayList<>();
            for (int i = 0; i < ROWS; i++) {
                rows.add(new Object[] {
                    Binary.fromString("I"),
                    i % 9 == 0 ? null : decimal(random),
                    Binary.fromString(Long.toString(random.nextLong(), 36))
                });
            }
            store.put(
                    TestTable.RAW + "20260301-10000000" + file + ".parquet",
                    JavaWriter.write(style, SCHEMA, rows),
                    WriteCondition.ifAbsent());
        }

        byte[] output = compacted(store);

        var file = new ParquetMemory(output);
        assertThat(PageOracle.problems(output, file.schema(), file.rows(), Set.of()))
                .isEmpty();
        assertThat(file.boundless()).isEmpty();
        assertThat(ParquetPages.parse(output).groups.get(0).subList(1, 3))
                .as("they are copied")
                .allMatch(chunk -> chunk.metadata().getCodec() == CompressionCodec.GZIP);
    }

    private static Binary decimal(Random random) {
        byte[] value = new BigInteger(90, random)
                .subtract(BigInteger.ONE.shiftLeft(89))
                .toByteArray();
        byte[] padded = new byte[13];
        java.util.Arrays.fill(padded, (byte) (value[0] < 0 ? -1 : 0));
        System.arraycopy(value, 0, padded, padded.length - value.length, value.length);
        return Binary.fromConstantByteArray(padded);
    }

    private static byte[] compacted(InMemoryObjectStore store) {
        Ledger ledger = Ledger.open(store, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());
        Compactor compactor = Compactor.create(
                store,
                store,
                ledger,
                "compacted/",
                CompactionOptions.builder().settled().build(),
                new Random(1));
        CompactionResult result = compactor.execute(
                compactor.plan(new TestTable(store, TypedFiles.SHAPE).timeline(), ledger.snapshot()),
                CompactionListener.none());
        return store.get(result.outputs().get(0).file().key()).orElseThrow().content();
    }
}
