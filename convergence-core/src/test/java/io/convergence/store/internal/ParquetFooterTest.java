package io.convergence.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.CorruptStatistics;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParquetFooterTest {
    private static final ParquetReadOptions SETTINGS =
            ParquetReadOptions.builder(new PlainParquetConfiguration()).build();

    private final ObjectStore store = new InMemoryObjectStore(Clock.systemUTC());

    @ParameterizedTest
    @CsvSource({
        "AWS, AWS version unknown",
        ", unknown version unknown",
        "parquet-mr version 1.13.1 (build db4183109d5b734ec5930d870cdae161e408ddba), parquet-mr version 1.13.1 (build db4183109d5b734ec5930d870cdae161e408ddba)"
    })
    void parquetJavaIsGivenAWriterItNeedNotWarnOf(@Nullable String createdBy, String seen) throws IOException {
        try (ParquetFileReader reader = ParquetFooter.open(input(file(createdBy)), SETTINGS)) {
            String writer = reader.getFileMetaData().getCreatedBy();

            assertThat(writer).isEqualTo(seen);
            assertThat(reader.getFileMetaData().getSchema().getFieldCount()).isEqualTo(1);
            // It logs its warning exactly where it answers that statistics are to be ignored.
            assertThat(CorruptStatistics.shouldIgnoreStatistics(writer, PrimitiveTypeName.BINARY))
                    .isFalse();
        }
    }

    @Test
    void whatIsNoWholeParquetFileIsRefusedWithTheReason() throws IOException {
        byte[] file = file("AWS");
        byte[] torn = Arrays.copyOf(file, file.length - 1);
        byte[] longer = file.clone();
        ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).putInt(longer.length - 8, 1_000_000);

        assertThatThrownBy(() -> ParquetFooter.open(input(torn), SETTINGS))
                .hasMessage("it does not end with PAR1, so it is no whole, unencrypted Parquet file");
        assertThatThrownBy(() -> ParquetFooter.open(input(longer), SETTINGS))
                .hasMessage("its footer claims 1000000 bytes, the file has " + file.length);
        assertThatThrownBy(() -> ParquetFooter.open(input(new byte[11]), SETTINGS))
                .hasMessage("it has 11 bytes, too few for a Parquet file");
    }

    private ParquetInput input(byte[] file) {
        ObjectStat stat = store.put("a.parquet", file, WriteCondition.none());
        return ParquetInput.of(store, stat);
    }

    /** A file without rows. */
    private static byte[] file(@Nullable String createdBy) throws IOException {
        var root = new SchemaElement("schema").setNum_children(1);
        var column =
                new SchemaElement("name").setType(Type.BYTE_ARRAY).setRepetition_type(FieldRepetitionType.OPTIONAL);
        var metadata = new FileMetaData(1, List.of(root, column), 0, List.of()).setCreated_by(createdBy);
        var footer = new ByteArrayOutputStream();
        Util.writeFileMetaData(metadata, footer);
        byte[] magic = "PAR1".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(footer.size() + 12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(magic)
                .put(footer.toByteArray())
                .putInt(footer.size())
                .put(magic)
                .array();
    }
}
