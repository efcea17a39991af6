package io.convergence.change;

import java.util.Map;
import java.util.TreeMap;

/** What is wrong with single rows of a batch in making; the first fault of a row counts. Not thread-safe. */
final class RowFaults implements CellReader.Faults {
    private final String key;
    private final long firstRow;
    private final boolean collecting;
    private final Map<Integer, RawFileException> faults = new TreeMap<>();

    /**
     * @param key of the raw file the rows come from
     * @param firstRow of the batch in that file
     * @param collecting whether to go on after a fault
     */
    RowFaults(String key, long firstRow, boolean collecting) {
        this.key = key;
        this.firstRow = firstRow;
        this.collecting = collecting;
    }

    @Override
    public void add(CellReader.BadValue fault) {
        add(
                fault.index(),
                RawFileException.ofRow(key, firstRow + fault.index(), fault.reason() + ".", BadRow.DAMAGED, null));
    }

    void add(int row, BadRow fault) {
        add(row, fault.in(key, firstRow + row));
    }

    private void add(int row, RawFileException fault) {
        if (!collecting) {
            throw fault;
        }

        faults.putIfAbsent(row, fault);
    }

    boolean has(int row) {
        return !faults.isEmpty() && faults.containsKey(row);
    }

    void report(BadInputLog log) {
        faults.forEach((row, fault) -> log.row(fault, firstRow + row));
    }
}
