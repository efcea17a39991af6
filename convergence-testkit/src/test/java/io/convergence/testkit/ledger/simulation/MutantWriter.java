package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.CommitStateUnknownException;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;

/** Commits as writers do, or as a mutant would. */
final class MutantWriter {
    private MutantWriter() {}

    static void commit(World world, Actor.Process process, LedgerEntry entry) {
        try {
            process.ledger().commit(entry);
        } catch (CommitStateUnknownException unknown) {
            if (world.mutant().is(Mutant.DELETES_OUTPUTS_AFTER_UNKNOWN)
                    && entry instanceof LedgerEntry.Compaction compaction) {
                compaction.outputs().stream()
                        .map(LedgerEntry.CompactedFile::file)
                        .map(LedgerFile::key)
                        .forEach(process.store()::delete);
            }
            throw unknown;
        }
    }
}
