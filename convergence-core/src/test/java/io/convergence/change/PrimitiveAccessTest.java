package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.raw.DeclaredOrder;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RunOrder;
import io.convergence.target.RowShape;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the column view gives without objects is what it gives as objects, whether the file has dictionaries or not. */
class PrimitiveAccessTest {
    private static final TableId TABLE = TableId.of("public", "t");
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final String KEY = "public/t/20240612-103125108.parquet";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void primitivesAreThoseOfTheValues(boolean dictionary) {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int each = i % 7;
            rows.add(row -> {
                row.append("Op", "IUD".substring(each % 3, each % 3 + 1));
                if (each != 3) {
                    row.append("note", "ä" + each)
                            .append("price", Binary.fromConstantByteArray(new byte[] {-1, (byte) each}))
                            .append("day", 19_000 - each * 10_000)
                            .append("moment", -1L - each);
                }
            });
        }
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); optional binary note (UTF8);"
                        + " optional fixed_len_byte_array(2) price (DECIMAL(4,2)); optional int32 day (DATE);"
                        + " optional int64 moment (TIMESTAMP_MILLIS);")
                .with(builder -> builder.withDictionaryEncoding(dictionary))
                .write(rows);

        List<ChangeBatch> batches = batches(file);

        assertThat(batches).hasSize(4);
        for (ChangeBatch batch : batches) {
            ColumnVector notes = batch.column(0);
            ColumnVector prices = batch.column(1);
            ColumnVector days = batch.column(2);
            ColumnVector moments = batch.column(3);
            for (int row = 0; row < batch.size(); row++) {
                assertThat(batch.operation(row)).isEqualTo(batch.row(row).operation());
                if (notes.state(row) == CellState.NULL) {
                    int at = row;
                    assertThatThrownBy(() -> notes.byteLength(at)).isInstanceOf(IllegalStateException.class);
                    continue;
                }
                byte[] text = new byte[notes.byteLength(row)];
                notes.copyBytes(row, text, 0);
                assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo(notes.textValue(row));
                assertThat(prices.unscaledValue(row))
                        .isEqualTo(prices.decimalValue(row).unscaledValue().longValueExact());
                assertThat(days.epochDayValue(row))
                        .isEqualTo(days.dateValue(row).toEpochDay());
                assertThat(moments.epochMicrosValue(row))
                        .isEqualTo((-1L - (19_000 - days.epochDayValue(row)) / 10_000) * 1000);
            }
        }
        assertThatThrownBy(() -> batches.get(0).column(0).unscaledValue(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot read column 'note' as an unscaled number of 64 bits: it is string.");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void s1SequencesAsNumbersAreThoseOfThePositions(boolean dictionary) {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String counter = i == 0 ? "9".repeat(19) : String.format("%019d", 7L * i);
            rows.add(
                    row -> row.append("Op", "I").append("seq", "2024061210311" + (100 + counter.charAt(18)) + counter));
        }
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); optional binary seq (UTF8);")
                .with(builder -> builder.withDictionaryEncoding(dictionary))
                .write(rows);
        RowShape shape = RowShape.plain().withSequenceColumn("seq");
        var context = new FileContext(FileContext.NO_LOAD, FLUSHED);
        var moved =
                new FileContext(FileContext.NO_LOAD, FLUSHED, new RunOrder(DeclaredOrder.FILES, "2024061210000000", 0));

        for (ChangeBatch batch : batches(file, shape, context)) {
            for (int row = 0; row < batch.size(); row++) {
                var position = (ChangePosition.Sequenced) batch.row(row).position();
                assertThat(batch.sequenceTime(row))
                        .isEqualTo(Long.parseLong(position.sequence().timePart()));
                assertThat(batch.sequenceCounter(row))
                        .isEqualTo(Long.parseUnsignedLong(position.sequence().counterPart()));
            }
        }
        for (ChangeBatch batch : batches(file, shape, moved)) {
            assertThat(batch.sequenceTime(0)).isEqualTo(-1);
        }
    }

    private static List<ChangeBatch> batches(byte[] content) {
        return batches(content, RowShape.plain(), new FileContext(FileContext.NO_LOAD, FLUSHED));
    }

    private static List<ChangeBatch> batches(byte[] content, RowShape shape, FileContext context) {
        FileStore store = new FileStore();
        RawFile.Cdc file = new RawFile.Cdc(TABLE, store.add(KEY, content, FLUSHED), RawFormat.PARQUET, FLUSHED);
        ChangeReader reader = ChangeReader.create(
                store, TABLE, shape, ChangeReadOptions.defaults().withBatchRows(13));
        List<ChangeBatch> batches = new ArrayList<>();
        try (ChangeCursor cursor = reader.open(file, context)) {
            for (var next = cursor.next(); next.isPresent(); next = cursor.next()) {
                batches.add(next.get());
            }
        }

        return batches;
    }
}
