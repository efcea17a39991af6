package io.convergence.curated;

/** The port to a lake format: writes a state of a table so that one commit can publish it. */
public interface CuratedTableWriter {
    /**
     * Writes the state; nothing becomes visible to readers.
     *
     * @param base the slot of the ledger the state was planned on, {@link io.convergence.ledger.LedgerSnapshot#slot()}
     * @throws CuratedTableException if a value cannot be written exactly
     * @throws io.convergence.store.StoreException if the store fails; what was written stays for clean-up
     */
    WrittenSnapshot write(CuratedTable table, long base);
}
