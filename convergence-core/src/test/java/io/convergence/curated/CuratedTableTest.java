package io.convergence.curated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeSequence;
import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.LiveRow;
import io.convergence.merge.MergeCounts;
import io.convergence.merge.MergeKey;
import io.convergence.merge.MergeResult;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.merge.StoredRow;
import io.convergence.merge.Tombstone;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CuratedTableTest {
    private static final TableId TABLE = TableId.of("public", "orders");
    private static final Instant GENERATION = Instant.parse("2026-01-01T00:00:00Z");
    private static final Column ID = Column.required("id", DataType.of(Kind.INT8));
    private static final Column NAME = Column.nullable("name", DataType.of(Kind.NCLOB));
    private static final TableSchema SCHEMA = new TableSchema(TABLE, List.of(ID, NAME), List.of("id"));

    private final InMemoryObjectStore store = new InMemoryObjectStore(Clock.fixed(GENERATION, ZoneOffset.UTC));
    private final Ledger ledger = Ledger.open(store, "control/", TABLE, new Random(1), Ledger.Backoff.none());
    private final ParquetSnapshotWriter writer = ParquetSnapshotWriter.create(store, "lake", new Random(2));

    private static ChangePosition at(long number) {
        return new ChangePosition.Load(GENERATION, "a|b", 1, number);
    }

    private static ChangePosition cdc(long number) {
        var sequence = new ChangeSequence("2026010100000000" + String.format("%019d", number));
        return new ChangePosition.Sequenced(GENERATION, sequence, GENERATION, GENERATION.plusSeconds(60), number);
    }

    private static LiveRow row(TableSchema schema, long number, Object... values) {
        var cells = RowCells.of(RowLayout.of(schema.columns()), values);
        var key = schema.primaryKey().stream()
                .map(name -> values[schema.indexOf(name)])
                .toList();
        return new LiveRow(MergeKey.of(key), at(number), null, null, cells);
    }

    private static MergeResult.Merged result(StoredRow... rows) {
        var upserts = new ArrayList<LiveRow>();
        var tombstones = new ArrayList<Tombstone>();
        for (StoredRow row : rows) {
            if (row instanceof LiveRow live) {
                upserts.add(live);
            } else {
                tombstones.add((Tombstone) row);
            }
        }
        return new MergeResult.Merged(
                upserts, tombstones, java.util.Set.of(), List.of(), null, MergeCounts.none(), List.of());
    }

    private LedgerEntry.Merge publish(CuratedTable table) {
        var written = writer.write(table, ledger.snapshot().slot());
        return ledger.commit(written.toEntry(ledger.newTransaction(), GENERATION, List.of(), null))
                .published()
                .orElseThrow();
    }

    private static CuratedTable table(TableSchema schema, StoredRow... rows) {
        return CuratedTable.empty(schema).apply(result(rows), null);
    }

    private List<RowCells> read(LedgerEntry.Merge published) {
        var rows = new ArrayList<RowCells>();
        try (var reader = CuratedReader.open(store, published)) {
            for (Optional<RowCells> row = reader.next(); row.isPresent(); row = reader.next()) {
                rows.add(row.get());
            }
        }
        return rows;
    }

    @Test
    void rowsTombstonesAndBookkeepingComeBackAsTheyWere() {
        var unknown = new BitSet();
        unknown.set(1);
        var inherited = new BitSet();
        inherited.set(1);
        var partly = new LiveRow(
                MergeKey.of(2L),
                cdc(8),
                cdc(4),
                "2026-01-01T00:00:00Z",
                RowCells.of(RowLayout.of(SCHEMA.columns()), new Object[] {2L, null}, inherited, unknown));
        var table = table(
                SCHEMA,
                row(SCHEMA, 1, 1L, "one"),
                partly,
                new Tombstone(MergeKey.of(3L), cdc(12), null),
                new Tombstone(MergeKey.of(0L), cdc(9), cdc(9)));

        publish(table);
        var loaded = CuratedTable.load(store, ledger.snapshot(), SCHEMA);

        assertThat(loaded.entries()).containsExactlyElementsOf(table.entries());
        assertThat(loaded.unknownCells()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyTypeRoundTripsAtItsEdges(Kind kind) {
        for (DataType type : types(kind)) {
            Column column = Column.nullable("value", type);
            var schema = new TableSchema(TABLE, List.of(ID, column), List.of("id"));
            List<Object> values = edges(type);
            var rows = new ArrayList<StoredRow>();
            for (int i = 0; i < values.size(); i++) {
                rows.add(row(schema, i, (long) i, values.get(i)));
            }
            rows.add(row(schema, values.size(), (long) values.size(), null));

            var read = read(publish(table(schema, rows.toArray(StoredRow[]::new))));

            assertThat(read)
                    .extracting(cells -> cells.published(1))
                    .startsWith(values.toArray())
                    .endsWith((Object) null)
                    .hasSize(rows.size());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"BOOLEAN"})
    void everyTypeServesAsKeyAndOrdersTheFile(Kind kind) {
        for (DataType type : types(kind)) {
            var schema = new TableSchema(TABLE, List.of(Column.required("key", type)), List.of("key"));
            var rows = new ArrayList<StoredRow>();
            edges(type).forEach(value -> rows.add(row(schema, rows.size(), value)));
            rows.add(new Tombstone(MergeKey.of(List.of(edges(type).get(0))), cdc(4), null));
            var table = table(schema, rows.toArray(StoredRow[]::new));

            publish(table);
            var loaded = CuratedTable.load(store, ledger.snapshot(), schema);

            assertThat(loaded.entries()).containsExactlyElementsOf(table.entries());
            assertThat(loaded.entries()).extracting(StoredRow::key).isSorted();
        }
    }

    private static List<DataType> types(Kind kind) {
        return switch (kind) {
            case NUMERIC ->
                List.of(
                        DataType.numeric(4, 4),
                        DataType.numeric(9, 2),
                        DataType.numeric(10, 0),
                        DataType.numeric(18, 6),
                        DataType.numeric(19, 3),
                        DataType.numeric(38, 10));
            case TIME -> List.of(DataType.time(0), DataType.time(3), DataType.time(6), DataType.time(9));
            case DATETIME -> List.of(DataType.datetime(0), DataType.datetime(3), DataType.datetime(6));
            default -> List.of(DataType.of(kind));
        };
    }

    private static List<Object> edges(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> List.of(false, true);
            case INT1 -> List.of(-128L, 0L, 127L);
            case INT2 -> List.of(-32768L, 0L, 32767L);
            case INT4 -> List.of((long) Integer.MIN_VALUE, 0L, (long) Integer.MAX_VALUE);
            case INT8 -> List.of(Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE);
            case UINT1 -> List.of(0L, 255L);
            case UINT2 -> List.of(0L, 65535L);
            case UINT4 -> List.of(0L, 4294967295L);
            case UINT8 -> List.of(BigInteger.ZERO, new BigInteger("18446744073709551615"));
            case NUMERIC -> {
                BigInteger most = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
                yield List.of(
                        new BigDecimal(most.negate(), type.scale()),
                        new BigDecimal(BigInteger.ZERO, type.scale()),
                        new BigDecimal(BigInteger.ONE, type.scale()),
                        new BigDecimal(most, type.scale()));
            }
            case REAL4 -> List.of(Float.NEGATIVE_INFINITY, -1.5f, 0.1f, Float.MAX_VALUE, Float.NaN);
            case REAL8 -> List.of(Double.NEGATIVE_INFINITY, -1.5, 0.1, Double.MIN_VALUE, Double.NaN);
            case STRING, WSTRING, CLOB, NCLOB -> List.of("", " ", "Ünïcode \uD83D\uDE00", "line\nbreak", "\uFFFF");
            case BYTES, BLOB -> List.of(Bytes.of(), Bytes.of((byte) 0, (byte) -1), Bytes.of((byte) -128));
            case DATE -> List.of(LocalDate.of(-4712, 1, 1), LocalDate.of(1970, 1, 1), LocalDate.of(9999, 12, 31));
            case TIME -> List.of(LocalTime.MIDNIGHT, LocalTime.of(23, 59, 59, type.scale() == 0 ? 0 : 120_000_000));
            case DATETIME ->
                List.of(
                        LocalDateTime.of(-4712, 1, 1, 0, 0),
                        LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000),
                        LocalDateTime.of(9999, 12, 31, 23, 59, 59, 123_456_000));
        };
    }

    @Test
    void dataFilesAreCutAtTheTargetSizeInKeyOrder() {
        var rows = LongStream.range(0, 5000)
                .mapToObj(i -> row(SCHEMA, i, 4999 - i, "name " + i))
                .toArray(StoredRow[]::new);

        var written = writer.withTargetSize(DataSize.ofKilobytes(16)).write(table(SCHEMA, rows), -1);
        var entry = written.toEntry("t", GENERATION, List.of(), null);

        assertThat(written.data()).hasSizeGreaterThan(2);
        assertThat(written.rows()).isEqualTo(5000);
        assertThat(written.data())
                .extracting(LedgerFile::key)
                .allMatch(key -> key.matches("lake/public/orders/gen-0-[0-9a-f]{32}/part-00000-\\d{3}\\.parquet"));
        assertThat(written.state())
                .extracting(LedgerFile::key)
                .allMatch(key -> key.startsWith("lake/_state/public/orders/gen-0-"));
        assertThat(read(entry))
                .extracting(cells -> cells.longValue(0))
                .isSorted()
                .hasSize(5000);
    }

    @Test
    void aConflictingCommitLeavesTheOtherTableAndAllFiles() {
        publish(table(SCHEMA, row(SCHEMA, 1, 1L, "old")));
        long base = ledger.snapshot().slot();
        var winner = writer.write(table(SCHEMA, row(SCHEMA, 1, 1L, "winner")), base);
        var loser = writer.write(table(SCHEMA, row(SCHEMA, 1, 1L, "loser")), base);
        ledger.commit(winner.toEntry(ledger.newTransaction(), GENERATION, List.of(), null));

        assertThatThrownBy(() -> ledger.commit(loser.toEntry(ledger.newTransaction(), GENERATION, List.of(), null)))
                .isInstanceOf(CommitConflictException.class);

        assertThat(read(ledger.snapshot().published().orElseThrow()))
                .extracting(cells -> cells.textValue(1))
                .containsExactly("winner");
        assertThat(loser.data()).allMatch(file -> store.head(file.key()).isPresent());
    }

    @Test
    void aFailureBeforeTheCommitLeavesTheOldTableReadable() {
        publish(table(SCHEMA, row(SCHEMA, 1, 1L, "old")));
        Column fine = Column.nullable("at", DataType.datetime(9));
        var schema = new TableSchema(TABLE, List.of(ID, fine), List.of("id"));
        var broken = table(schema, row(schema, 1, 1L, LocalDateTime.of(2026, 1, 1, 0, 0, 0, 1)));
        List<String> before = store.listAll("").map(ObjectStat::key).toList();

        assertThatThrownBy(() -> writer.write(broken, 0))
                .isInstanceOf(CuratedTableException.class)
                .hasMessageContaining("column 'at' of type datetime(9)")
                .hasMessageContaining("finer than a microsecond");

        assertThat(store.listAll("").map(ObjectStat::key)).isEqualTo(before);
        assertThat(read(ledger.snapshot().published().orElseThrow()))
                .extracting(cells -> cells.textValue(1))
                .containsExactly("old");
    }

    @Test
    void s12TombstonesBelowTheFloorAreGivenUp() {
        var table = table(
                SCHEMA,
                new Tombstone(MergeKey.of(1L), cdc(4), null),
                new Tombstone(MergeKey.of(2L), cdc(8), null),
                row(SCHEMA, 1, 3L, "live"));

        var next = table.apply(result(), cdc(8));

        assertThat(next.entries()).extracting(StoredRow::key).containsExactly(MergeKey.of(2L), MergeKey.of(3L));
    }

    @Test
    void s14ANewNullableColumnIsAddedWithoutLosingRows() {
        publish(table(SCHEMA, row(SCHEMA, 1, 1L, "one")));
        var wider = new TableSchema(
                TABLE, List.of(ID, NAME, Column.nullable("added", DataType.of(Kind.INT4))), List.of("id"));

        var loaded = CuratedTable.load(store, ledger.snapshot(), CuratedSchema.evolve(SCHEMA, wider));
        var published = publish(loaded.apply(result(row(wider, 2, 2L, "two", 7L)), null));

        assertThat(published.schema()).isEqualTo(wider);
        assertThat(read(published)).extracting(cells -> cells.published(2)).containsExactly(null, 7L);
        assertThat(loaded.rows().findFirst().orElseThrow().cells().inherited().get(2))
                .isTrue();
    }

    @Test
    void s15AColumnWidensAndNeverNarrows() {
        var ints = new TableSchema(TABLE, List.of(ID, Column.nullable("n", DataType.of(Kind.INT4))), List.of("id"));
        var decimals =
                new TableSchema(TABLE, List.of(ID, Column.nullable("n", DataType.numeric(12, 2))), List.of("id"));
        publish(table(ints, row(ints, 1, 1L, 42L)));

        var loaded = CuratedTable.load(store, ledger.snapshot(), CuratedSchema.evolve(ints, decimals));

        assertThat(loaded.rows().map(row -> row.cells().published(1))).containsExactly(new BigDecimal("42.00"));
        assertThatThrownBy(() -> loaded.evolve(ints))
                .isInstanceOf(CuratedTableException.class)
                .hasMessageContaining("column 'n'");
        assertThatThrownBy(() -> loaded.evolve(SCHEMA))
                .isInstanceOf(CuratedTableException.class)
                .hasMessageContaining("vanish");
        assertThatThrownBy(() -> CuratedSchema.evolve(
                        SCHEMA,
                        new TableSchema(
                                TABLE, List.of(ID, Column.nullable("name", DataType.of(Kind.DATE))), List.of("id"))))
                .isInstanceOf(CuratedTableException.class)
                .hasMessage(
                        "Cannot change the published columns: column 'name' is published as nclob and becomes date, and no type holds both."
                                + " Reload the table, or map the column to text.");
    }

    @Test
    void aDamagedFileIsNamed() {
        var published = publish(table(SCHEMA, row(SCHEMA, 1, 1L, "one")));
        LedgerFile file = published.data().get(0);
        byte[] whole = store.get(file.key()).orElseThrow().content();
        // In the first page, and in the length of the footer.
        for (int place : new int[] {4 + 20, whole.length - 8}) {
            byte[] content = whole.clone();
            content[place] ^= 0x55;
            ObjectStat damaged = store.put(file.key(), content, io.convergence.store.WriteCondition.none());
            var entry = new LedgerEntry.Merge(
                    "t",
                    0,
                    SCHEMA,
                    GENERATION,
                    List.of(),
                    List.of(LedgerFile.of(damaged, 1)),
                    published.state(),
                    null,
                    published.notes());

            assertThatThrownBy(() -> CuratedTable.load(store, entry))
                    .as("byte " + place)
                    .isInstanceOf(CuratedTableException.class)
                    .hasMessageStartingWith("Cannot read curated file '" + file.key() + "'");
        }
    }

    @Test
    void aValueNoPublishedTypeHoldsIsRefusedWithAdviceThatWorks() {
        var schema = new TableSchema(TABLE, List.of(ID, Column.nullable("made", DataType.datetime(9))), List.of("id"));
        CuratedTable table = table(schema, row(schema, 1, 1L, LocalDateTime.parse("2026-01-01T00:00:00.000000001")));

        assertThatThrownBy(() -> publish(table))
                .isInstanceOf(CuratedTableException.class)
                .hasMessageEndingWith(
                        "column 'made' of type datetime(9) has a value that Parquet readers would not read"
                                + " back: its timestamp is finer than a microsecond. No published type"
                                + " holds it: let the source store microseconds, or remove the column in the table mappings, and"
                                + " reload the table.");
    }

    @Test
    void dataAndStateThatDoNotBelongTogetherAreRefused() {
        var one = publish(table(SCHEMA, row(SCHEMA, 1, 1L, "one")));
        var two = publish(table(SCHEMA, row(SCHEMA, 1, 2L, "two")));
        var mixed = new LedgerEntry.Merge(
                "t", 0, SCHEMA, GENERATION, List.of(), one.data(), two.state(), null, one.notes());
        var dataOnly =
                new LedgerEntry.Merge("t", 0, SCHEMA, GENERATION, List.of(), one.data(), List.of(), null, one.notes());

        assertThatThrownBy(() -> CuratedTable.load(store, mixed))
                .isInstanceOf(CuratedTableException.class)
                .hasMessageContaining("were not written together");
        assertThatThrownBy(() -> CuratedTable.load(store, dataOnly))
                .isInstanceOf(CuratedTableException.class)
                .hasMessageContaining("does not tell the files of the commit");
    }

    @Test
    void anEmptyTableIsPublishedWithoutFiles() {
        var published = publish(CuratedTable.empty(SCHEMA));

        assertThat(published.data()).isEmpty();
        assertThat(read(published)).isEmpty();
        assertThat(CuratedTable.load(store, ledger.snapshot(), SCHEMA).entries())
                .isEmpty();
    }
}
