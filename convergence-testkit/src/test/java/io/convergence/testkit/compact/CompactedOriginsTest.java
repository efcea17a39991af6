package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.change.SourceSpan;
import io.convergence.compact.CompactionException;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.CompactionSource;
import io.convergence.compact.CompactionTask;
import io.convergence.compact.Compactor;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.store.internal.ParquetInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every row of a compacted file can be traced to the raw file and row it was first written in (rule S18). */
class CompactedOriginsTest {
    private final InMemoryObjectStore store = TypedFiles.memory();
    private final TypedFiles files = new TypedFiles(store);
    private final TestTable table = new TestTable(store, TypedFiles.SHAPE);
    private final Ledger ledger = Ledger.open(store, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());
    private final Random random = new Random(1);

    private Compactor compactor() {
        return Compactor.create(
                store,
                store,
                ledger,
                "compacted/",
                CompactionOptions.builder()
                        .settled()
                        .verification(CompactionOptions.Verification.VERIFY_ROWS)
                        .build(),
                random);
    }

    private CompactionResult compact() {
        Compactor compactor = compactor();
        CompactionPlan plan = compactor.plan(table.timeline(ledger.snapshot()), ledger.snapshot());
        return compactor.execute(plan, CompactionListener.none());
    }

    /** The column {@code id} as parquet-java's own reader of examples sees it. */
    private List<Long> ids(ObjectStat file) {
        List<Long> ids = new ArrayList<>();
        try (ParquetReader<Group> reader = new Groups(ParquetInput.of(store, file)).build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                ids.add(row.getLong("id", 0));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return ids;
    }

    private static final class Groups extends ParquetReader.Builder<Group> {
        Groups(InputFile file) {
            super(file, new PlainParquetConfiguration());
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }

    /** By place of origin, the id there: of all rows of the compacted files, as their footers trace them. */
    private TreeMap<String, Long> traced() {
        var traced = new TreeMap<String, Long>();
        for (LedgerEntry.CompactedFile output : ledger.snapshot().compacted()) {
            List<Long> ids = ids(output.file().stat());
            assertThat(ids).hasSize((int) output.file().rows());
            for (SourceSpan span : table.spans(store, output)) {
                for (long row = 0; row < span.rows(); row++) {
                    traced.put(span.key() + " row " + row, ids.get((int) (span.firstRow() + row)));
                }
            }
        }

        return traced;
    }

    private TreeMap<String, Long> original() {
        var original = new TreeMap<String, Long>();
        store.listAll(TestTable.RAW).forEach(file -> {
            List<Long> ids = ids(file);
            for (int row = 0; row < ids.size(); row++) {
                original.put(file.key() + " row " + row, ids.get(row));
            }
        });
        return original;
    }

    private void assertSameChanges() {
        LedgerSnapshot snapshot = ledger.snapshot();
        assertThat(table.changes(store, table.timeline(snapshot), snapshot, Set.of()))
                .isEqualTo(table.rawChanges(table.timeline()));
    }

    @Test
    @DisplayName("S18: rows of compacted files that were compacted again lead to their raw files, over all generations")
    void rowsAreTracedThroughAllGenerations() {
        files.put(5);
        files.put(0);
        files.put("optional int32 c;", List.of(1, 2), (row, value) -> row.add("c", value));
        compact();
        int first = ledger.snapshot().compacted().size();
        assertThat(traced()).isEqualTo(original()).hasSize(7);

        files.put("optional int64 c;", List.of(3L, 4L, 5L), (row, value) -> row.add("c", value));
        files.put(4);
        CompactionResult second = compact();
        assertThat(traced()).isEqualTo(original()).hasSize(14);
        assertSameChanges();

        // As many bytes as the compacted file has, or it would not be worth writing again.
        for (int i = 0; i < 5; i++) {
            files.put("required int32 c;", List.of(6 + i), (row, value) -> row.add("c", value));
        }
        CompactionResult third = compact();
        assertThat(traced()).isEqualTo(original()).hasSize(19);
        assertSameChanges();

        assertThat(first).isEqualTo(2);
        assertThat(second.filesBefore())
                .as("two compacted files and two raw ones")
                .isEqualTo(4);
        assertThat(third.filesBefore()).isGreaterThan(1);
        assertThat(ledger.entries()).hasSize(3);
        assertThat(ledger.snapshot().compactedSources()).hasSize(10);
    }

    @Test
    @DisplayName("L3: compacted files that were replaced are live no more, and nothing reads them")
    void replacedFilesAreLiveNoMore() {
        files.put(5);
        files.put(3);
        CompactionResult first = compact();
        files.put(300);
        files.put(1);
        CompactionResult second = compact();

        String replaced = first.outputs().get(0).file().key();
        assertThat(ledger.snapshot().compacted())
                .extracting(output -> output.file().key())
                .containsExactly(second.outputs().get(0).file().key())
                .doesNotContain(replaced);
        assertThat(second.rowsBefore()).isEqualTo(309);
        store.delete(replaced);
        assertSameChanges();
    }

    @Test
    @DisplayName("L4: raw files of a compacted file may be gone when it is compacted again")
    void retiredRawFilesAreNotNeeded() {
        String oldest = files.put(5);
        files.put(3);
        compact();
        files.put(300);
        files.put(1);
        TreeMap<String, Long> expected = original();
        CompactionPlan plan = compactor().plan(table.timeline(ledger.snapshot()), ledger.snapshot());
        store.delete(oldest);

        compactor().execute(plan, CompactionListener.none());

        assertThat(ledger.snapshot().compacted()).hasSize(1);
        assertThat(traced()).isEqualTo(expected);
    }

    private CompactionTask taskOf(LedgerEntry.CompactedFile file) {
        return new CompactionTask(
                TestTable.ID,
                ledger.snapshot().slot(),
                0,
                CompactionPlan.Kind.CDC,
                List.of(new CompactionSource.Compacted(file)),
                CompactionOptions.defaults());
    }

    @Test
    void aCompactedFileThatIsGoneOrAnotherIsAnAlarm() {
        files.put(5);
        files.put(3);
        LedgerEntry.CompactedFile file = compact().outputs().get(0);
        String key = file.file().key();
        byte[] content = store.get(key).orElseThrow().content();

        store.put(key, new byte[] {1}, WriteCondition.none());
        assertThatThrownBy(() -> compactor().run(taskOf(file), CompactionListener.none()))
                .isInstanceOf(CompactionException.class)
                .hasMessage(
                        "Cannot compact '" + key
                                + "' again: this compacted file was written anew, although the ledger refers to it. Nothing was committed; restore the object before anything else, its rows may be nowhere else.");

        store.delete(key);
        assertThatThrownBy(() -> compactor().run(taskOf(file), CompactionListener.none()))
                .isInstanceOf(CompactionException.class)
                .hasMessageContaining("this compacted file vanished");
        assertThat(content).isNotEmpty();
    }

    @Test
    void aCompactedFileThatNamesOtherRawFilesThanTheLedgerIsRefused() {
        files.put(5);
        files.put(3);
        LedgerEntry.CompactedFile file = compact().outputs().get(0);
        RawSource first = file.sources().get(0);
        RawSource other = new RawSource(
                first.key(),
                first.etag(),
                first.lastModified().plusSeconds(1),
                first.size(),
                FileEvidence.ofRows(first.evidence().rows()));
        var wrong = new LedgerEntry.CompactedFile(
                file.file(), List.of(other, file.sources().get(1)));

        assertThatThrownBy(() -> compactor().run(taskOf(wrong), CompactionListener.none()))
                .isInstanceOf(CompactionException.class)
                .hasMessageContaining("its footer names other raw files than the ledger says it holds");
    }
}
