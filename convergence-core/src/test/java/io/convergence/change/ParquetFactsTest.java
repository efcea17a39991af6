package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.schema.DataType;
import io.convergence.store.ObjectStat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;

class ParquetFactsTest {
    private final FileStore store = new FileStore();

    @Test
    void footerOfALargeFileTakesTwoRequestsAndItsPagesOneMore() {
        Random random = new Random(7);
        List<ParquetFixture.Row> rows = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            long value = random.nextLong();
            rows.add(row -> row.append("id", value));
        }
        ObjectStat stat = add(ParquetFixture.of("optional int64 id;")
                .with(builder -> builder.withCompressionCodec(CompressionCodecName.UNCOMPRESSED))
                .write(rows));

        ParquetFacts footer = ParquetFacts.read(store, stat, ChangeReadOptions.defaults());

        assertThat(stat.size()).isGreaterThan(300_000);
        assertThat(footer.rows()).isEqualTo(50_000);
        assertThat(store.reads()).isEqualTo(2);
    }

    @Test
    void rangeSpansRowGroupsAndNullsAreAdded() {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            long value = (i * 7L) % 300;
            boolean filled = i % 3 != 0;
            rows.add(row -> {
                if (filled) {
                    row.append("id", value);
                }
            });
        }
        ObjectStat stat = add(ParquetFixture.of("optional int64 id;")
                .with(builder -> builder.withRowGroupRowCountLimit(100))
                .write(rows));

        ParquetFacts footer = ParquetFacts.read(store, stat, ChangeReadOptions.defaults());

        assertThat(footer.rowGroups()).extracting(ParquetFacts.RowGroup::rows).containsExactly(100L, 100L, 100L);
        assertThat(footer.fields())
                .containsExactly(new ParquetFacts.Field(
                        "id", "INT64", "", "OPTIONAL", DataType.of(DataType.Kind.INT8), "1", "299", 100L));
    }

    @Test
    void columnsThatNoDmsTypeFitsAreListedWithoutOne() {
        ObjectStat stat = add(
                ParquetFixture.of("optional int64 id; optional group place { optional double x; } repeated int32 tags;")
                        .write(row -> row.append("id", 1L)));

        ParquetFacts footer = ParquetFacts.read(store, stat, ChangeReadOptions.defaults());

        assertThat(footer.field("place").orElseThrow().physicalType()).isEqualTo("GROUP");
        assertThat(footer.field("place").orElseThrow().dmsType()).isEmpty();
        assertThat(footer.field("tags").orElseThrow().repetition()).isEqualTo("REPEATED");
    }

    @Test
    void columnWithoutStatisticsHasNoRange() {
        ObjectStat stat = add(ParquetFixture.of("optional int64 id;")
                .with(builder -> builder.withStatisticsEnabled(false))
                .write(row -> row.append("id", 1L)));

        ParquetFacts footer = ParquetFacts.read(store, stat, ChangeReadOptions.defaults());

        assertThat(footer.fields().get(0).min()).isEmpty();
        assertThat(footer.fields().get(0).nullCount()).isEmpty();
        assertThat(footer.rowGroups().get(0).statistics()).isZero();
    }

    @Test
    void fileThatIsNoParquetIsRefused() {
        ObjectStat stat = add(new byte[100]);

        assertThatThrownBy(() -> ParquetFacts.read(store, stat, ChangeReadOptions.defaults()))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("does not begin and end with PAR1");
    }

    private ObjectStat add(byte[] content) {
        return store.add("t.parquet", content, Instant.EPOCH);
    }
}
