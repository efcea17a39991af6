package io.convergence.ledger;

import static io.convergence.ledger.Entries.ORDERS;
import static io.convergence.ledger.Entries.file;
import static io.convergence.ledger.Entries.raw;
import static io.convergence.ledger.Entries.replacing;
import static io.convergence.ledger.Entries.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** L6: what a reader was told stays as it was told. */
class LedgerSnapshotTest {
    private static final TableSchema NARROW = schema("id");
    private static final TableSchema WIDE = schema("id", "price");
    private static final Instant LOADED = Instant.parse("2024-06-12T10:00:00Z");
    private static final Instant COMPLETE = Instant.parse("2024-06-12T10:30:27.362108Z");

    private Instant now = Instant.parse("2024-06-12T11:00:00Z");
    private final InMemoryObjectStore store = new InMemoryObjectStore(() -> now);
    private final Ledger ledger = open(1);

    @Test
    void l6ASnapshotTellsSlotFilesSchemaAndCompletenessOfItsSlotAndExpiresADayAfterItWasTaken() {
        LedgerSnapshot none = ledger.snapshot();
        LedgerEntry.Merge merge = merge(-1, NARROW, LOADED, COMPLETE, raw("a"));
        ledger.commit(merge);

        LedgerSnapshot snapshot = open(2).snapshot();

        assertThat(none.schema()).isEmpty();
        assertThat(none.completeThrough()).isEmpty();
        assertThat(Told.by(snapshot))
                .isEqualTo(new Told(
                        0,
                        Optional.of(NARROW),
                        Optional.of(COMPLETE),
                        Optional.of(merge),
                        List.of(),
                        List.of(raw("b")),
                        now,
                        now.plus(Duration.ofHours(24))));
    }

    @Test
    void l6EverySnapshotStaysAsItWasWhateverIsCommittedAfterIt() {
        LedgerSnapshot first = ledger.commit(merge(-1, NARROW, LOADED, COMPLETE, raw("a")));
        LedgerSnapshot compacted = later(replacing("c1", 0, List.of(), raw("b")));
        List<LedgerFile> replaced = compacted.compacted().stream()
                .map(LedgerEntry.CompactedFile::file)
                .toList();
        LedgerSnapshot read = open(2).snapshot();
        List<LedgerSnapshot> before = List.of(first, compacted, read);
        List<Told> told = before.stream().map(Told::by).toList();

        later(replacing("c2", 1, replaced, raw("a"), raw("b")));
        LedgerSnapshot widened = later(merge(2, WIDE, LOADED, COMPLETE.plusSeconds(60), raw("b")));
        Told toldOfWidened = Told.by(widened);
        LedgerSnapshot unknown = later(merge(3, WIDE, LOADED, null, raw("c")));
        LedgerSnapshot reloaded =
                later(merge(4, NARROW, LOADED.plusSeconds(3600), COMPLETE.plusSeconds(7200), raw("d")));
        LedgerSnapshot undone = later(new LedgerEntry.Undo("u", 5, 5));

        assertThat(before.stream().map(Told::by).toList()).isEqualTo(told);
        assertThat(told.get(2).schema()).contains(NARROW);
        assertThat(told.get(2).completeThrough()).contains(COMPLETE);
        assertThat(Told.by(widened)).isEqualTo(toldOfWidened);
        assertThat(widened.schema()).contains(WIDE);
        assertThat(widened.completeThrough()).contains(COMPLETE.plusSeconds(60));
        assertThat(unknown.completeThrough()).isEmpty();
        assertThat(reloaded.schema()).contains(NARROW);
        assertThat(reloaded.completeThrough()).contains(COMPLETE.plusSeconds(7200));
        assertThat(undone.schema()).contains(WIDE);
        assertThat(undone.completeThrough()).isEmpty();
    }

    /** What a process is told that begins with a checkpoint is what the writer was told. */
    @Test
    void l6SchemaAndCompletenessAreThoseOfTheLogAlsoWhereACheckpointTellsThem() {
        LedgerSnapshot snapshot = ledger.commit(merge(-1, WIDE, LOADED, COMPLETE, raw("a")));
        for (int i = 0; i < Ledger.CHECKPOINT_EVERY; i++) {
            snapshot = ledger.commit(new LedgerEntry.Fence("f" + i, snapshot.slot()));
        }

        LedgerSnapshot read = open(2).snapshot();

        assertThat(store.listAll("control/public/orders/checkpoints/")).isNotEmpty();
        assertThat(Told.by(read)).isEqualTo(Told.by(snapshot));
        assertThat(read.completeThrough()).contains(COMPLETE);
        assertThat(read.schema()).contains(WIDE);
    }

    /** All that rule L6 names. */
    private record Told(
            long slot,
            Optional<TableSchema> schema,
            Optional<Instant> completeThrough,
            Optional<LedgerEntry.Merge> published,
            List<LedgerEntry.CompactedFile> compacted,
            List<ObjectStat> tail,
            Instant taken,
            Instant expiry) {
        static Told by(LedgerSnapshot snapshot) {
            return new Told(
                    snapshot.slot(),
                    snapshot.schema(),
                    snapshot.completeThrough(),
                    snapshot.published(),
                    snapshot.compacted(),
                    snapshot.tail(List.of(raw("b"))),
                    snapshot.taken(),
                    snapshot.expiry());
        }
    }

    private LedgerSnapshot later(LedgerEntry entry) {
        now = now.plus(Duration.ofHours(1));
        return ledger.commit(entry);
    }

    private Ledger open(int process) {
        return Ledger.open(store, "control", ORDERS, new Random(process), Ledger.Backoff.none());
    }

    private static LedgerEntry.Merge merge(
            long base, TableSchema schema, Instant generation, @Nullable Instant complete, ObjectStat... applied) {
        return new LedgerEntry.Merge(
                "m" + (base + 1),
                base,
                schema,
                generation,
                Stream.of(applied).map(source -> source(source)).toList(),
                List.of(file("curated/m" + (base + 1) + "/data.parquet", 7)),
                List.of(),
                complete);
    }

    private static TableSchema schema(String... columns) {
        List<Column> all = Stream.of(columns)
                .map(column -> Column.required(column, DataType.parse("int8")))
                .toList();
        return new TableSchema(ORDERS, all, List.of("id"));
    }
}
