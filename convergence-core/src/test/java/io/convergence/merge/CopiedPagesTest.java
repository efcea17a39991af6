package io.convergence.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.change.ChangeRecord;
import io.convergence.compact.IndexedPages;
import io.convergence.curated.CuratedTable;
import io.convergence.curated.CuratedTableException;
import io.convergence.curated.MergeWorkers;
import io.convergence.curated.SnapshotMerge;
import io.convergence.curated.SnapshotSettings;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.internal.ParquetInput;
import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PageLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;

/** What a merge makes of the pages of a row group that changes fall into. */
class CopiedPagesTest {
    private static final Column FEW = Column.nullable("few", DataType.wstring(10));
    private static final Column MANY = Column.nullable("many", DataType.wstring(20));
    private static final Column NUMBER = Column.nullable("number", DataType.of(DataType.Kind.INT8));
    private static final Column TEXT = Column.nullable("text", DataType.wstring(200));
    private static final Column FLAG = Column.nullable("flag", DataType.of(DataType.Kind.BOOLEAN));
    private static final Column REAL = Column.nullable("real", DataType.of(DataType.Kind.REAL8));
    private static final Column SPARSE = Column.nullable("sparse", DataType.of(DataType.Kind.INT4));
    private static final TableSchema SCHEMA = new TableSchema(
            Sample.TABLE, List.of(Sample.ID, FEW, MANY, NUMBER, TEXT, FLAG, REAL, SPARSE), List.of("id"));
    private static final MergePolicy POLICY = MergePolicy.of(SCHEMA);

    /** Three pages, if every second key is there. */
    private static final int ROWS = 60_000;

    private static final int PAGE = 20_000;

    private final InMemoryObjectStore store = new InMemoryObjectStore(() -> Sample.GENERATION);
    private final Ledger ledger = Ledger.open(store, "control/", Sample.TABLE, new Random(1), Ledger.Backoff.none());
    private final Map<Long, Map<Column, Object>> expected = new HashMap<>();
    private int transaction = 1;

    private static Map<Column, Object> row(long id, int salt) {
        var random = new Random(id * 31 + salt);
        return Sample.cells(
                Sample.ID,
                id,
                FEW,
                random.nextInt(10) == 0 ? null : "few " + random.nextInt(5),
                MANY,
                "value " + random.nextInt(3_000) + (salt == 0 ? "" : " of " + salt),
                NUMBER,
                random.nextLong(),
                TEXT,
                "text " + Long.toString(random.nextLong(), 36).repeat(random.nextInt(8)),
                FLAG,
                random.nextBoolean(),
                REAL,
                random.nextInt(50) == 0 ? -0.0 : random.nextDouble(),
                SPARSE,
                id > 3 * PAGE && random.nextInt(100) == 0 ? (long) random.nextInt() : null);
    }

    private ChangeRecord update(long id) {
        expected.put(id, row(id, transaction));
        return Sample.update(transaction, transaction++, expected.get(id));
    }

    private ChangeRecord insert(long id) {
        expected.put(id, row(id, transaction));
        return Sample.insert(transaction, transaction++, expected.get(id));
    }

    private ChangeRecord delete(long id) {
        expected.remove(id);
        return Sample.delete(transaction, transaction++, id);
    }

    private LedgerEntry.Merge published() {
        return ledger.snapshot().published().orElseThrow();
    }

    private LedgerEntry.Merge merge(MergeWorkers workers, List<ChangeRecord> changes) {
        var complete = ledger.snapshot().completeThrough().orElse(null);
        try (var merge = SnapshotMerge.begin(
                store,
                "lake",
                new Random(transaction),
                SnapshotSettings.defaults().withWorkers(workers),
                ledger.snapshot().published(),
                List.of("id"),
                name -> name,
                0,
                new CommitMark(NewestTransaction.SETTLED, complete))) {
            changes.forEach(merge::add);
            var written = (SnapshotMerge.Written) merge.merge(new SnapshotMerge.Task(
                    POLICY,
                    Map.of(),
                    Map.of(),
                    change -> change,
                    NewestTransaction.SETTLED,
                    complete,
                    Set.of(),
                    ledger.snapshot().slot(),
                    null));
            return ledger.commit(written.snapshot()
                            .toEntry(
                                    ledger.newTransaction(),
                                    Sample.GENERATION,
                                    List.of(),
                                    written.completeThrough().orElse(null)))
                    .published()
                    .orElseThrow();
        }
    }

    private LedgerEntry.Merge load() {
        List<ChangeRecord> changes = new ArrayList<>();
        for (int i = 1; i <= ROWS; i++) {
            expected.put(2L * i, row(2L * i, 0));
            changes.add(Sample.load(i, expected.get(2L * i)));
        }
        return merge(MergeWorkers.none(), changes);
    }

    private void assertRows() throws IOException {
        Map<Object, Map<String, Object>> shown =
                Sample.shown(CuratedTable.load(store, published()).entries());
        assertThat(shown).hasSameSizeAs(expected);
        List<String> wrong = new ArrayList<>();
        expected.forEach((id, row) -> row.forEach((column, value) -> {
            if (!Objects.equals(shown.get(id).get(column.name()), value)) {
                wrong.add(column.name() + " of " + id);
            }
        }));
        long last = 0;
        int rows = 0;
        for (Group group : groups(published().data().get(0))) {
            long id = group.getLong("id", 0);
            if (id <= last) {
                wrong.add("place of " + id);
            }
            last = id;
            rows++;
            Map<Column, Object> row = expected.get(id);
            Object few = group.getFieldRepetitionCount("few") == 0 ? null : group.getString("few", 0);
            boolean same = group.getString("many", 0).equals(row.get(MANY))
                    && row.get(NUMBER).equals(group.getLong("number", 0))
                    && Objects.equals(few, row.get(FEW));
            if (!same) {
                wrong.add("row " + id + " by parquet-java");
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(rows).isEqualTo(expected.size());
    }

    private ParquetFileReader reader(LedgerFile file) throws IOException {
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .usePageChecksumVerification()
                .build();
        return ParquetFileReader.open(ParquetInput.of(store, file.stat()), options);
    }

    /** The rows as parquet-java reads them. */
    private List<Group> groups(LedgerFile file) throws IOException {
        List<Group> rows = new ArrayList<>();
        try (ParquetFileReader reader = reader(file)) {
            MessageType schema = reader.getFileMetaData().getSchema();
            for (PageReadStore pages = reader.readNextRowGroup(); pages != null; pages = reader.readNextRowGroup()) {
                RecordReader<Group> records = new ColumnIOFactory()
                        .getColumnIO(schema)
                        .getRecordReader(pages, new GroupRecordConverter(schema));
                for (long i = 0; i < pages.getRowCount(); i++) {
                    rows.add(records.read());
                }
            }
        }
        return rows;
    }

    /** By column, the pages with their headers. */
    private Map<String, List<ByteBuffer>> pages(LedgerFile file) throws IOException {
        Map<String, List<ByteBuffer>> pages = new HashMap<>();
        byte[] bytes = store.get(file.key()).orElseThrow().content();
        try (ParquetFileReader reader = reader(file);
                var codecs = new PageCodecs()) {
            for (BlockMetaData block : reader.getRowGroups()) {
                for (ColumnChunkMetaData chunk : block.getColumns()) {
                    OffsetIndex offsets = reader.readOffsetIndex(chunk);
                    List<ByteBuffer> ofColumn =
                            pages.computeIfAbsent(chunk.getPath().toDotString(), name -> new ArrayList<>());
                    for (int i = 0; i < offsets.getPageCount(); i++) {
                        int start = (int) offsets.getOffset(i);
                        ofColumn.add(ByteBuffer.wrap(
                                Arrays.copyOfRange(bytes, start, start + offsets.getCompressedPageSize(i))));
                    }
                    var walk = new ColumnPages(
                            reader.getFileMetaData()
                                    .getSchema()
                                    .getColumnDescription(chunk.getPath().toArray()),
                            codecs,
                            PageLimits.defaults());
                    walk.open(bytes, (int) chunk.getStartingPos(), chunk, "");
                    IndexedPages.check(bytes, chunk, reader, walk);
                }
            }
        }
        return pages;
    }

    /** By column, how many pages stand in both files. */
    private Map<String, Integer> copied(LedgerFile before, LedgerFile after) throws IOException {
        Map<String, List<ByteBuffer>> old = pages(before);
        Map<String, Integer> copied = new HashMap<>();
        pages(after).forEach((column, ofColumn) -> {
            var known = new HashSet<>(old.getOrDefault(column, List.of()));
            copied.put(column, (int) ofColumn.stream().filter(known::contains).count());
        });
        return copied;
    }

    @Test
    void pagesWithoutAChangeAreCopiedAsTheyAre() throws IOException {
        LedgerEntry.Merge before = load();
        List<ChangeRecord> changes = new ArrayList<>();
        for (long id = 5L * PAGE; id < 5L * PAGE + 100; id += 2) {
            changes.add(update(id));
        }
        changes.add(delete(5L * PAGE + 200));
        changes.add(insert(5L * PAGE + 201));
        changes.add(insert(2L * ROWS + 2));

        LedgerEntry.Merge after = merge(MergeWorkers.none(), changes);

        assertThat(copied(before.data().get(0), after.data().get(0)))
                .hasSize(SCHEMA.columns().size())
                .allSatisfy((column, pages) -> assertThat(pages).as(column).isEqualTo(2));
        assertThat(copied(before.state().get(0), after.state().get(0)))
                .allSatisfy((column, pages) -> assertThat(pages).as(column).isGreaterThanOrEqualTo(2));
        assertRows();
    }

    @Test
    void rowsThatComeToAPageDoNotMoveThePagesBehindIt() throws IOException {
        load();
        for (int round = 0; round < 3; round++) {
            LedgerEntry.Merge before = published();
            LedgerEntry.Merge after = merge(MergeWorkers.none(), List.of(insert(PAGE + 1 + 2 * round)));

            assertThat(copied(before.data().get(0), after.data().get(0)))
                    .as("round " + round)
                    .allSatisfy((column, pages) -> assertThat(pages).as(column).isEqualTo(2));
        }
        assertRows();
    }

    @Test
    void changesOfEveryPageLeaveTheOtherRowsAsTheyWere() throws IOException {
        LedgerEntry.Merge before = load();
        List<ChangeRecord> changes = new ArrayList<>();
        for (long id = 2; id <= 2L * ROWS; id += 998) {
            changes.add(id % 3 == 0 ? delete(id) : update(id));
            changes.add(insert(id + 1));
        }

        LedgerEntry.Merge after = merge(MergeWorkers.none(), changes);

        assertThat(copied(before.data().get(0), after.data().get(0)))
                .allSatisfy((column, pages) -> assertThat(pages).as(column).isZero());
        assertRows();
    }

    @Test
    void aPageWhoseFirstOrLastRowChangesIsNoneThatIsCopied() throws IOException {
        LedgerEntry.Merge before = load();

        LedgerEntry.Merge after = merge(MergeWorkers.none(), List.of(update(2L * PAGE), delete(4L * PAGE + 2)));

        assertThat(copied(before.data().get(0), after.data().get(0)))
                .containsEntry("number", 1)
                .containsEntry("text", 1)
                .containsEntry("few", 1);
        assertRows();
    }

    @Test
    void helpersChangeNothingOfWhatIsWritten() throws IOException {
        load();
        LedgerEntry.Merge start = published();
        List<ChangeRecord> changes = new ArrayList<>();
        for (long id = 4; id <= 2L * ROWS; id += 6) {
            changes.add(id % 5 == 0 ? delete(id) : update(id));
        }
        var helped = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(3);
        try {
            List<byte[]> alone = contents(write(start, MergeWorkers.none(), changes));
            List<byte[]> together = contents(write(
                    start,
                    new MergeWorkers(
                            task -> {
                                helped.incrementAndGet();
                                executor.execute(task);
                            },
                            3),
                    changes));

            assertThat(helped).hasPositiveValue();
            assertThat(together).hasSameSizeAs(alone);
            for (int i = 0; i < alone.size(); i++) {
                assertThat(together.get(i)).isEqualTo(alone.get(i));
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private List<byte[]> contents(SnapshotMerge.Written written) {
        List<LedgerFile> files = new ArrayList<>(written.snapshot().data());
        files.addAll(written.snapshot().state());
        return files.stream()
                .map(file -> store.get(file.key()).orElseThrow().content())
                .toList();
    }

    private SnapshotMerge.Written write(LedgerEntry.Merge start, MergeWorkers workers, List<ChangeRecord> changes) {
        try (var merge = SnapshotMerge.begin(
                store,
                "lake",
                new Random(workers.count() + 77L),
                SnapshotSettings.defaults().withWorkers(workers),
                Optional.of(start),
                List.of("id"),
                name -> name,
                0,
                new CommitMark(NewestTransaction.SETTLED, null))) {
            changes.forEach(merge::add);
            return (SnapshotMerge.Written) merge.merge(new SnapshotMerge.Task(
                    POLICY, Map.of(), Map.of(), change -> change, NewestTransaction.SETTLED, null, Set.of(), 0, null));
        }
    }

    @Test
    void whatStopsAHelperStopsTheMerge() {
        Column fine = Column.nullable("fine", DataType.datetime(9));
        var schema = new TableSchema(Sample.TABLE, List.of(Sample.ID, fine), List.of("id"));
        var helped = new AtomicInteger();
        var workers = new MergeWorkers(
                task -> {
                    helped.incrementAndGet();
                    task.run();
                },
                1);
        try (var merge = SnapshotMerge.begin(
                store,
                "lake",
                new Random(5),
                SnapshotSettings.defaults().withWorkers(workers),
                Optional.empty(),
                List.of("id"),
                name -> name,
                0,
                new CommitMark(NewestTransaction.SETTLED, null))) {
            merge.add(Sample.insert(1, 1, Sample.cells(Sample.ID, 1L, fine, LocalDateTime.of(2026, 1, 1, 0, 0, 0, 1))));

            assertThatThrownBy(() -> merge.merge(new SnapshotMerge.Task(
                            MergePolicy.of(schema),
                            Map.of(),
                            Map.of(),
                            change -> change,
                            NewestTransaction.SETTLED,
                            null,
                            Set.of(),
                            -1,
                            null)))
                    .isInstanceOf(CuratedTableException.class)
                    .hasMessageContaining("finer than a microsecond");
        }
        assertThat(helped).hasPositiveValue();
    }
}
