package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.change.BadInput;
import io.convergence.change.BadInputPolicy;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.CompactionSource;
import io.convergence.compact.Compactor;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TableTimeline;
import io.convergence.store.InMemoryObjectStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Values that their own type does not allow, or that no wider type takes: whoever reads the raw files gets them, or an error for
 * their rows, and from compacted files the same (rules S15, S18).
 */
class UnfitValuesTest {
    private static final RawLayout LAYOUT = RawLayout.detect(TestTable.ID);

    /** A file's column {@code c}, and its values. */
    private record Cells(String column, List<Object> values) {
        static Cells of(String column, Object... values) {
            return new Cells(column, Arrays.asList(values));
        }

        void put(TypedFiles files) {
            files.put(column + ";", values, Cells::fill);
        }

        private static void fill(Group row, Object value) {
            if (value instanceof Integer number) {
                row.add("c", number);
            } else if (value instanceof Long number) {
                row.add("c", number);
            } else if (value instanceof Binary bytes) {
                row.add("c", bytes);
            }
        }
    }

    private static Binary bytes(int length, int... last) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < last.length; i++) {
            bytes[length - last.length + i] = (byte) last[i];
        }
        return Binary.fromConstantByteArray(bytes);
    }

    static Stream<Arguments> files() {
        String wide = "optional fixed_len_byte_array(16) c (DECIMAL(15,2))";
        String five = "optional fixed_len_byte_array(5) c (DECIMAL(9,2))";
        String text = "optional binary c (DECIMAL(15,2))";
        Cells more = Cells.of("optional int64 c (DECIMAL(18,3))", 5L, null, 999_999_999_999_999_999L);
        return Stream.of(
                // That do not fit the whole numbers decimals are laid out as
                Arguments.of(
                        Cells.of(wide, bytes(16, 1, 2), null),
                        Cells.of(wide, bytes(16, 9, 0, 0, 0, 0, 0, 0, 0, 0), bytes(16, 3))),
                Arguments.of(
                        Cells.of("optional int64 c (DECIMAL(15,2))", 7L, null),
                        Cells.of(wide, bytes(16, 9, 0, 0, 0, 0, 0, 0, 0, 0), bytes(16, 3))),
                Arguments.of(Cells.of(five, bytes(5, 7)), Cells.of(five, null, bytes(5, 1, 0, 0, 0, 0))),
                Arguments.of(Cells.of(text, bytes(2, 7, 7)), Cells.of(text, null, bytes(0), bytes(1, 5))),
                Arguments.of(Cells.of(text, bytes(2, 7, 7)), Cells.of(text, bytes(11, 127, 1, 1, 1, 1, 1, 1, 1, 1))),
                // That are none of their type, and would be one of the wider type
                Arguments.of(Cells.of("optional int32 c (INT_8)", 300, -3), Cells.of("optional int32 c", 70_000)),
                Arguments.of(Cells.of("optional int32 c (INT_16)", 1 << 20), Cells.of("optional int64 c", 1L)),
                Arguments.of(Cells.of("optional int32 c (DECIMAL(9,2))", 2_000_000_000, 4), more),
                Arguments.of(more, Cells.of("optional int64 c (DECIMAL(10,2))", Long.MAX_VALUE, 4L)),
                // That no finer unit takes
                Arguments.of(
                        Cells.of("optional int64 c (TIMESTAMP_MILLIS)", Long.MAX_VALUE / 10, 5L),
                        Cells.of("optional int64 c (TIMESTAMP_MICROS)", 1L, null)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("files")
    @DisplayName("S15, S18: a value that no common type takes keeps its column as it is stored; no task fails for it")
    void theColumnIsKeptAsItIsStored(Cells first, Cells second) {
        for (boolean known : new boolean[] {true, false}) {
            InMemoryObjectStore store = TypedFiles.memory();
            var files = new TypedFiles(store);
            first.put(files);
            second.put(files);
            first.put(files);
            second.put(files);
            var copied = new ArrayList<CompactionSource>();

            CompactionResult result = compact(store, known, copied);

            assertThat(result.filesBefore()).isEqualTo(4);
            assertThat(copied).as("each told once").hasSize(4).doesNotHaveDuplicates();
            assertThat(result.findings())
                    .filteredOn(finding -> finding.code().equals("COLUMN_KEPT_AS_STORED"))
                    .hasSizeBetween(first.column().equals(second.column()) || known ? 1 : 0, 1)
                    .extracting(Finding::message)
                    .allMatch(text -> text.startsWith("Column 'c' has a value that its type does not take ("));
            assertThat(changes(store, true)).isEqualTo(changes(store, false));

            CompactionResult again = compact(store, known, copied);

            assertThat(again.outputs()).as("nothing is written again").isEmpty();
        }
    }

    private static CompactionResult compact(InMemoryObjectStore store, boolean known, List<CompactionSource> copied) {
        CompactionOptions options = CompactionOptions.builder()
                .settled()
                .verification(CompactionOptions.Verification.VERIFY_ROWS)
                .build();
        Ledger ledger = ledger(store);
        Compactor compactor = Compactor.create(store, store, ledger, "compacted/", options, new Random(1));
        ChangeReader reader = reader(store, new ArrayList<>());
        CompactionPlan plan = compactor.plan(
                timeline(store),
                ledger.snapshot(),
                file -> known ? Optional.of(reader.profile(file)) : Optional.empty());
        return compactor.execute(plan, new CompactionListener() {
            @Override
            public void copied(CompactionSource source) {
                if (source instanceof CompactionSource.Raw) {
                    copied.add(source);
                }
            }
        });
    }

    private static Ledger ledger(InMemoryObjectStore store) {
        return Ledger.open(store, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());
    }

    private static TableTimeline timeline(InMemoryObjectStore store) {
        return new TestTable(store, TypedFiles.SHAPE).timeline();
    }

    private static ChangeReader reader(InMemoryObjectStore store, List<BadInput> bad) {
        return ChangeReader.create(
                store,
                TestTable.ID,
                TypedFiles.SHAPE,
                ChangeReadOptions.defaults().withLayout(LAYOUT).withBadInput(BadInputPolicy.QUARANTINE_ROWS, bad::add));
    }

    /** What is read of each row by its origin: its image, or that it is quarantined. */
    private static Map<String, String> changes(InMemoryObjectStore store, boolean compacted) {
        TableTimeline timeline = timeline(store);
        Map<String, String> rows = new HashMap<>();
        List<BadInput> bad = new ArrayList<>();
        ChangeReader reader = reader(store, bad);
        if (compacted) {
            for (LedgerEntry.CompactedFile file : ledger(store).snapshot().compacted()) {
                read(reader.openCompacted(file.file().stat(), timeline.contexts(), Set.of()), rows);
            }
        } else {
            for (PlacedFile placed : timeline.files()) {
                read(reader.open(placed.file(), placed.context()), rows);
            }
        }
        bad.forEach(one -> rows.put(one.origin().orElseThrow().toString(), "quarantined"));
        return Collections.unmodifiableMap(rows);
    }

    private static void read(ChangeCursor opened, Map<String, String> rows) {
        try (ChangeCursor cursor = opened) {
            for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                batch.get()
                        .forEach(record -> rows.put(
                                record.origin().toString(), record.position() + " " + TestTable.cells(record.image())));
            }
        }
    }
}
