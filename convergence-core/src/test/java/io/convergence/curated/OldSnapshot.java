package io.convergence.curated;

import io.convergence.change.ChangePosition;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.LiveRow;
import io.convergence.merge.StoredRow;
import io.convergence.schema.Bytes;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStore;
import java.time.Instant;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/** A published table as versions before {@link SnapshotLayout} wrote it. */
public final class OldSnapshot {
    private OldSnapshot() {}

    /** Writes the files under a folder. @param rows in key order */
    public static LedgerEntry.Merge write(
            ObjectStore store,
            String folder,
            TableSchema schema,
            Collection<StoredRow> rows,
            String transaction,
            long base,
            Instant generation) {
        LedgerFile data;
        LedgerFile state;
        try (var file = OldRowFileWriter.open(
                        store, folder + "part-00000.parquet", ParquetSnapshotWriter.dataColumns(schema));
                var bookkeeping =
                        OldRowFileWriter.open(store, folder + "state-00000.parquet", StateFiles.columns(schema))) {
            for (StoredRow row : rows) {
                bookkeeping.write(entry(row));
                if (row instanceof LiveRow live) {
                    Object[] values = new Object[schema.columns().size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = live.cells().published(i);
                    }
                    file.write(values);
                }
            }
            data = file.commit();
            state = bookkeeping.commit();
        }
        return new LedgerEntry.Merge(
                transaction, base, schema, generation, List.of(), List.of(data), List.of(state), null);
    }

    private static Object[] entry(StoredRow row) {
        List<Object> key = row.key().values();
        Object[] entry = new Object[6 + key.size()];
        entry[0] = !(row instanceof LiveRow);
        entry[1] = row.position().encode();
        entry[2] = row.keyChangedAt().map(ChangePosition::encode).orElse(null);
        if (row instanceof LiveRow live) {
            entry[3] = live.overTransaction();
            entry[4] = mask(live.cells().inherited());
            entry[5] = mask(live.cells().unknown());
        }
        for (int i = 0; i < key.size(); i++) {
            entry[6 + i] =
                    key.get(i) instanceof Number number && !(number instanceof Double) ? number.toString() : key.get(i);
        }
        return entry;
    }

    private static Bytes mask(BitSet bits) {
        return bits.isEmpty() ? null : Bytes.of(bits.toByteArray());
    }
}
