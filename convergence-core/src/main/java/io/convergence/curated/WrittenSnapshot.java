package io.convergence.curated;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.RawSource;
import io.convergence.schema.TableSchema;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of one state of a curated table, written but not published. They become the table by
 * {@link io.convergence.ledger.Ledger#commit} of {@link #toEntry}; if that fails they are left for clean-up, never deleted by the writer.
 *
 * @param base the slot the state was planned on
 * @param data files with the table's columns alone, each in key order
 * @param state files with positions, masks and tombstones, each in key order
 * @param notes of the commit, by name
 */
public record WrittenSnapshot(
        long base, TableSchema schema, List<LedgerFile> data, List<LedgerFile> state, Map<String, String> notes) {
    public WrittenSnapshot {
        data = List.copyOf(data);
        state = List.copyOf(state);
        notes = Map.copyOf(notes);
    }

    /** Without notes. */
    public WrittenSnapshot(long base, TableSchema schema, List<LedgerFile> data, List<LedgerFile> state) {
        this(base, schema, data, state, Map.of());
    }

    /** With what the writer or others must find again at the next merge, see {@link LedgerEntry.Merge#notes()}. */
    public WrittenSnapshot with(String note, String text) {
        Map<String, String> more = new HashMap<>(notes);
        more.put(note, text);
        return new WrittenSnapshot(base, schema, data, state, more);
    }

    public long rows() {
        return data.stream().mapToLong(LedgerFile::rows).sum();
    }

    public long bytes() {
        return data.stream().mapToLong(LedgerFile::size).sum();
    }

    /**
     * The commit that publishes these files together with what they are made of.
     *
     * @param transaction from {@link io.convergence.ledger.Ledger#newTransaction}
     * @param applied raw files all of whose changes are in the state
     * @param completeThrough exclusive; null if not known
     */
    public LedgerEntry.Merge toEntry(
            String transaction, Instant generation, List<RawSource> applied, @Nullable Instant completeThrough) {
        return new LedgerEntry.Merge(
                transaction, base, schema, generation, applied, data, state, completeThrough, notes);
    }
}
