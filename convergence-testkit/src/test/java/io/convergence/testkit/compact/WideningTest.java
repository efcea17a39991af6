package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.compact.SourceFacts;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.TableTimeline;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import io.convergence.target.RowShape;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import io.convergence.testkit.store.StoreRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rule S15: files whose columns have different types share an output where one type takes the values of all exactly. */
class WideningTest {
    /** Requests for a raw file. */
    private static final long COPIED_AND_VERIFIED = 2;

    /** A column {@code c} of a file, and its values; null is a null. */
    private record Cells(String column, List<Object> values) {
        static Cells of(String column, Object... values) {
            return new Cells(column, Arrays.asList(values));
        }

        void put(TypedFiles files) {
            files.put(column + ";", values, WideningTest::fill);
        }
    }

    private static void fill(Group row, Object value) {
        if (value instanceof Integer number) {
            row.add("c", number);
        } else if (value instanceof Long number) {
            row.add("c", number);
        } else if (value instanceof Float number) {
            row.add("c", number);
        } else if (value instanceof Double number) {
            row.add("c", number);
        } else if (value instanceof String text) {
            row.add("c", text);
        } else if (value instanceof Binary bytes) {
            row.add("c", bytes);
        }
    }

    private static Binary fixed(int length, String number) {
        byte[] shortest = new BigInteger(number).toByteArray();
        byte[] padded = new byte[length];
        Arrays.fill(padded, shortest[0] < 0 ? (byte) -1 : 0);
        System.arraycopy(shortest, 0, padded, length - shortest.length, shortest.length);
        return Binary.fromConstantByteArray(padded);
    }

    private static Binary bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return Binary.fromConstantByteArray(bytes);
    }

    static Stream<Arguments> widened() {
        Cells ints = Cells.of("optional int32 c", Integer.MIN_VALUE, null, 7, Integer.MAX_VALUE, -1);
        Cells longs = Cells.of("optional int64 c", Long.MIN_VALUE, 3L, null, Long.MAX_VALUE);
        Cells smallDecimals = Cells.of("optional int32 c (DECIMAL(9,2))", -999_999_999, null, 150, 999_999_999);
        Cells decimals = Cells.of("optional int64 c (DECIMAL(18,3))", -999_999_999_999_999_999L, null, 0L, 1_234_567L);
        Cells wideDecimals = Cells.of(
                "optional fixed_len_byte_array(9) c (DECIMAL(20,4))",
                fixed(9, "-99999999999999999999"),
                null,
                fixed(9, "15000"));
        return Stream.of(
                Arguments.of(ints, longs, "INT64"),
                Arguments.of(longs, ints, "INT64"),
                Arguments.of(Cells.of("required int32 c", 1, -2), ints, "INT32"),
                Arguments.of(Cells.of("optional int32 c (INT_8)", -128, 127, null), ints, "INT32"),
                Arguments.of(
                        Cells.of("optional int32 c (UINT_8)", 255, 0),
                        Cells.of("optional int32 c (INT_8)", -128, 127),
                        "INT32 INTEGER(16,true)"),
                Arguments.of(Cells.of("optional int32 c (UINT_32)", -1, null, 5), ints, "INT64"),
                Arguments.of(
                        Cells.of("optional int64 c (UINT_64)", -1L, 5L, null),
                        longs,
                        "FIXED_LEN_BYTE_ARRAY DECIMAL(20,0)"),
                Arguments.of(ints, smallDecimals, "INT64 DECIMAL(12,2)"),
                Arguments.of(longs, decimals, "FIXED_LEN_BYTE_ARRAY DECIMAL(22,3)"),
                Arguments.of(smallDecimals, decimals, "INT64 DECIMAL(18,3)"),
                Arguments.of(smallDecimals, wideDecimals, "FIXED_LEN_BYTE_ARRAY DECIMAL(20,4)"),
                Arguments.of(wideDecimals, decimals, "FIXED_LEN_BYTE_ARRAY DECIMAL(20,4)"),
                Arguments.of(
                        Cells.of("optional binary c (DECIMAL(25,0))", fixed(11, "-1234567890123456789012345"), null),
                        smallDecimals,
                        "FIXED_LEN_BYTE_ARRAY DECIMAL(27,2)"),
                Arguments.of(
                        Cells.of("optional float c", 1.5f, -0.0f, Float.NaN, null, Float.MIN_VALUE, 0.1f),
                        Cells.of("optional double c", 0.1, Double.NEGATIVE_INFINITY, null),
                        "DOUBLE"),
                Arguments.of(
                        Cells.of("optional int64 c (TIMESTAMP_MILLIS)", -1L, null, 253_402_300_799_999L),
                        Cells.of("optional int64 c (TIMESTAMP_MICROS)", 1L, -62_135_596_800_000_000L),
                        "INT64 TIMESTAMP(MICROS,true)"),
                Arguments.of(
                        Cells.of("optional int32 c (TIME_MILLIS)", 86_399_999, null, 0),
                        Cells.of("optional int64 c (TIME_MICROS)", 86_399_999_999L, 1L),
                        "INT64 TIME(MICROS,true)"),
                Arguments.of(
                        Cells.of("optional fixed_len_byte_array(2) c", bytes(1, 2), null),
                        Cells.of("optional fixed_len_byte_array(3) c", bytes(0, 0, 0)),
                        "BINARY"),
                Arguments.of(
                        Cells.of("optional binary c (ENUM)", "one", ""),
                        Cells.of("optional binary c (UTF8)", "two", null),
                        "BINARY ENUM"));
    }

    @ParameterizedTest(name = "{0}, {1} -> {2}")
    @MethodSource("widened")
    @DisplayName("S15, S18: cells of two types are stored as the wider one and read as they were in their raw files")
    void cellsAreReadWithTheTypesOfTheirRawFiles(Cells first, Cells second, String stored) {
        var scene = new Scene(TypedFiles.SHAPE);
        first.put(scene.files);
        second.put(scene.files);
        first.put(scene.files);
        second.put(scene.files);

        CompactionResult result = scene.compact();

        scene.assertSameChanges();
        assertThat(result.outputs()).singleElement().extracting(scene::typeOf).isEqualTo(stored);
        assertThat(scene.readsOfRawFiles()).containsOnly(COPIED_AND_VERIFIED);
    }

    static Stream<Arguments> apart() {
        Cells ints = Cells.of("optional int32 c", 7);
        return Stream.of(
                Arguments.of(ints, Cells.of("optional binary c (UTF8)", "x")),
                Arguments.of(ints, Cells.of("optional double c", 0.5)),
                Arguments.of(ints, Cells.of("optional int32 c (DATE)", 3)),
                Arguments.of(
                        Cells.of("optional fixed_len_byte_array(16) c (DECIMAL(38,0))", fixed(16, "-5")),
                        Cells.of("optional int32 c (DECIMAL(9,2))", 3)),
                Arguments.of(
                        Cells.of("optional int64 c (TIMESTAMP(MICROS,true))", 3L),
                        Cells.of("optional int64 c (TIMESTAMP(NANOS,true))", 3L)),
                Arguments.of(
                        Cells.of("optional int64 c (TIMESTAMP(MICROS,true))", 3L),
                        Cells.of("optional int64 c (TIMESTAMP(MICROS,false))", 3L)),
                Arguments.of(Cells.of("optional binary c", bytes(1)), Cells.of("optional binary c (UTF8)", "x")),
                Arguments.of(Cells.of("optional boolean c"), Cells.of("optional binary c (UTF8)", "t")));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("apart")
    @DisplayName("S15: where no type takes the values of both exactly, an output ends, and a finding says so")
    void typesWithoutACommonOneAreKeptApart(Cells first, Cells second) {
        var scene = new Scene(TypedFiles.SHAPE);
        first.put(scene.files);
        second.put(scene.files);

        CompactionResult result = scene.compact(SourceFacts.none());

        assertThat(result.outputs()).hasSize(2);
        assertThat(result.findings()).extracting(Finding::code).containsExactly("COLUMN_TYPE_CHANGED");
        assertThat(result.findings().get(0).message()).contains("column 'c'").contains("a new compacted file begins");
        scene.assertSameChanges();
    }

    @Test
    @DisplayName("S15: a wider type and a new column are told and end no output, and no file is read twice for them")
    void whatThePlanKnowsOfFilesEndsNoOutput() {
        var scene = filesThatBringSomething();

        CompactionResult result = scene.compact();

        assertThat(result.outputs())
                .extracting(output -> output.sources().size())
                .containsExactly(5);
        assertThat(scene.readsOfRawFiles()).hasSize(5).containsOnly(COPIED_AND_VERIFIED);
        assertThat(result.findings()).extracting(Finding::code).containsExactly("COLUMN_TYPE_WIDENED", "COLUMN_ADDED");
        scene.assertSameChanges();
    }

    @Test
    @DisplayName(
            "S15, L7: what the plan did not know begins an output, raw files are read once, and a later compaction joins all")
    void whatThePlanDoesNotKnowBeginsAnOutputOnce() {
        var scene = filesThatBringSomething();

        CompactionResult result = scene.compact(SourceFacts.none());

        assertThat(result.outputs())
                .extracting(output -> output.sources().size())
                .containsExactly(1, 1, 3);
        assertThat(scene.readsOfRawFiles()).hasSize(5).containsOnly(COPIED_AND_VERIFIED);
        assertThat(result.findings()).extracting(Finding::code).containsExactly("COLUMN_TYPE_WIDENED", "COLUMN_ADDED");
        assertThat(result.findings().get(0).message())
                .contains("'c' (INT32 to INT64)")
                .contains("read from them with the types of their raw files");
        scene.assertSameChanges();

        CompactionResult again = scene.compact(SourceFacts.none());

        assertThat(again.outputs())
                .extracting(output -> output.sources().size())
                .containsExactly(5);
        scene.assertSameChanges();
    }

    private static Scene filesThatBringSomething() {
        var scene = new Scene(TypedFiles.SHAPE);
        Cells ints = Cells.of("optional int32 c", 7, null);
        Cells longs = Cells.of("optional int64 c", 1L << 40);
        ints.put(scene.files);
        longs.put(scene.files);
        scene.files.put(
                "optional int32 c; optional binary d (UTF8);", List.of("x"), (row, value) -> row.add("d", value));
        ints.put(scene.files);
        scene.files.put(2);
        return scene;
    }

    @Test
    @DisplayName("S15, S18: a declared type is what changes have, from raw files and from a widened one")
    void declaredTypesHoldForWidenedFiles() {
        TableId id = TestTable.ID;
        RowShape declared = TypedFiles.SHAPE.withSchema(new TableSchema(
                id,
                List.of(
                        new Column("id", DataType.of(DataType.Kind.INT8), false),
                        Column.nullable("c", DataType.numeric(20, 2))),
                List.of("id")));
        var scene = new Scene(declared);
        Cells.of("optional int32 c", 7, null, -3).put(scene.files);
        Cells.of("optional int32 c (DECIMAL(9,2))", 150, -150).put(scene.files);
        Cells.of("optional int32 c", 7, null, -3).put(scene.files);

        scene.compact();

        scene.assertSameChanges();
        assertThat(scene.table.rawChanges(scene.timeline()).values())
                .allSatisfy(facts -> assertThat(facts)
                        .extracting(fact -> fact.image().getOrDefault("c", ""))
                        .allMatch(cell -> cell.startsWith("numeric(20,2)")));
    }

    @Test
    @DisplayName("S18: provenance names the types of the raw files, those of a required column too")
    void spansTellTheTypesOfTheRawFiles() {
        var scene = new Scene(TypedFiles.SHAPE);
        Cells.of("optional int64 c", 7L).put(scene.files);
        Cells.of("required int32 c", 7).put(scene.files);

        CompactionResult result = scene.compact();

        assertThat(scene.table.spans(scene.store, result.outputs().get(0)))
                .extracting(span -> span.types().get(2))
                .containsExactly(
                        Column.nullable("c", DataType.of(DataType.Kind.INT8)),
                        new Column("c", DataType.of(DataType.Kind.INT4), false));
    }

    /** One table that is compacted with all rows compared. */
    private static final class Scene {
        private final ObjectStore store = TypedFiles.memory();
        private final TypedFiles files = new TypedFiles(store);
        private final FaultyObjectStore raw = FaultyObjectStore.counting(store);
        private final Random random = new Random(1);
        private final TestTable table;
        private final Ledger ledger =
                Ledger.open(store, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());

        Scene(RowShape shape) {
            this.table = new TestTable(store, shape);
        }

        TableTimeline timeline() {
            return table.timeline();
        }

        /** As a pipeline does, which has read the files to put them in order. */
        CompactionResult compact() {
            ChangeReader reader = ChangeReader.create(store, TestTable.ID, table.shape(), ChangeReadOptions.defaults());
            return compact(file -> Optional.of(reader.profile(file)));
        }

        CompactionResult compact(SourceFacts facts) {
            CompactionOptions options = CompactionOptions.builder()
                    .settled()
                    .verification(CompactionOptions.Verification.VERIFY_ROWS)
                    .build();
            Compactor compactor = Compactor.create(raw, store, ledger, "compacted/", options, random);
            raw.log().clear();
            return compactor.execute(compactor.plan(timeline(), ledger.snapshot(), facts), CompactionListener.none());
        }

        /** Of each raw file that was read in the last compaction. */
        Collection<Long> readsOfRawFiles() {
            return raw.log().requests().stream()
                    .filter(request -> request.operation() == Operation.READ)
                    .collect(Collectors.groupingBy(StoreRequest::key, Collectors.counting()))
                    .values();
        }

        void assertSameChanges() {
            LedgerSnapshot snapshot = ledger.snapshot();
            assertThat(snapshot.compactedSources()).extracting(RawSource::key).hasSizeGreaterThan(1);
            assertThat(table.changes(store, timeline(), snapshot, Set.of())).isEqualTo(table.rawChanges(timeline()));
        }

        String typeOf(LedgerEntry.CompactedFile output) {
            ParquetReadOptions settings =
                    ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
            try (ParquetFileReader reader =
                    ParquetFooter.open(ParquetInput.of(store, output.file().stat()), settings)) {
                var type = reader.getFileMetaData().getSchema().getType("c").asPrimitiveType();
                var annotation = type.getLogicalTypeAnnotation();
                return type.getPrimitiveTypeName() + (annotation == null ? "" : " " + annotation);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
