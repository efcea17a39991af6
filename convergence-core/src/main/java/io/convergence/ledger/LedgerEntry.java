package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.TableSchema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one slot of a table's log says. Closed. A commit covers all partitions of the table in one slot (rule L1).
 * {@code transaction} is a random id by which a writer recognises its own slot after a lost response.
 */
public sealed interface LedgerEntry {
    String transaction();

    /** The slot this one was planned on; it stands at {@code base + 1}. */
    long base();

    /**
     * Raw files, and compacted files of before, replaced by new compacted ones, row by row in order. Each raw source of a
     * replaced file is a source of one of the outputs, so that a raw file is always in at most one live compacted file.
     *
     * @param outputs with their sources, whose rows they hold in this order
     * @param replaced compacted files that are live at the base and no longer after this entry
     */
    record Compaction(String transaction, long base, List<CompactedFile> outputs, List<LedgerFile> replaced)
            implements LedgerEntry {
        public Compaction {
            requireNonNull(transaction, "transaction");
            outputs = List.copyOf(outputs);
            replaced = List.copyOf(replaced);
        }

        /** Of raw files only. */
        public Compaction(String transaction, long base, List<CompactedFile> outputs) {
            this(transaction, base, outputs, List.of());
        }
    }

    /** A compacted file and the raw files whose rows it holds, in order. */
    record CompactedFile(LedgerFile file, List<RawSource> sources) {
        public CompactedFile {
            requireNonNull(file, "file");
            sources = List.copyOf(sources);
        }
    }

    /**
     * A new state of the curated table, together with the raw files it has newly applied: data and bookkeeping in one commit.
     *
     * @param schema the published columns
     * @param generation the load generation the state belongs to
     * @param applied raw files whose changes this commit applied, whatever physical file they were read from
     * @param data all files of the table after this commit
     * @param state all bookkeeping files (positions, masks, tombstones) after this commit
     * @param completeThrough exclusive: every change committed before it is in the table; null if not known (no timestamp column)
     */
    record Merge(
            String transaction,
            long base,
            TableSchema schema,
            Instant generation,
            List<RawSource> applied,
            List<LedgerFile> data,
            List<LedgerFile> state,
            @Nullable Instant completeThrough)
            implements LedgerEntry {
        public Merge {
            requireNonNull(transaction, "transaction");
            requireNonNull(schema, "schema");
            requireNonNull(generation, "generation");
            applied = List.copyOf(applied);
            data = List.copyOf(data);
            state = List.copyOf(state);
        }

        public Optional<Instant> complete() {
            return Optional.ofNullable(completeThrough);
        }
    }

    /** Takes a slot so that no commit planned before it can succeed; clean-up of unreferenced files is safe only behind one. */
    record Fence(String transaction, long base) implements LedgerEntry {
        public Fence {
            requireNonNull(transaction, "transaction");
        }
    }
}
