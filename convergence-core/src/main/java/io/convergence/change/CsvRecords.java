package io.convergence.change;

import io.convergence.TableId;
import io.convergence.raw.RawFile;
import io.convergence.store.ObjectStore;
import io.convergence.target.CsvForm;
import java.util.function.Predicate;

/** The records of a CSV file one after the other, numbered; the header and records without any text have no number. */
final class CsvRecords implements AutoCloseable {
    private final String key;
    private final CsvSplitter splitter;
    private final TransactionRows tables;
    private final Predicate<CsvSplitter> emptyIsRow;
    private long row = -1;
    private long emptyRecords;

    private CsvRecords(String key, CsvSplitter splitter, TransactionRows tables, Predicate<CsvSplitter> emptyIsRow) {
        this.key = key;
        this.splitter = splitter;
        this.tables = tables;
        this.emptyIsRow = emptyIsRow;
    }

    static CsvRecords open(
            ObjectStore store,
            RawFile file,
            CsvForm form,
            CsvLimits limits,
            TransactionRows tables,
            Predicate<CsvSplitter> emptyIsRow) {
        CsvSplitter splitter = new CsvSplitter(CsvInput.open(store, file, limits), form);
        return new CsvRecords(file.key(), splitter, tables, emptyIsRow);
    }

    /** Moves to the header. @return whether there is a record at all */
    boolean header() {
        try {
            return splitter.next();
        } catch (BadRow e) {
            throw e.in(key, 0, splitter.offset());
        }
    }

    /** Moves to the next record with text. @throws RawFileException if the text cannot be split */
    boolean next() {
        try {
            while (splitter.next()) {
                if (!splitter.isEmpty() || emptyIsRow.test(splitter)) {
                    row++;
                    return true;
                }
                emptyRecords++;
            }

            return false;
        } catch (BadRow e) {
            throw e.in(key, row + 1, splitter.offset());
        }
    }

    CsvSplitter fields() {
        return splitter;
    }

    /** Number of the record at hand, from 0. */
    long row() {
        return row;
    }

    /** The table of the record at hand, of a transaction file. @throws BadRow if it names none */
    TableId table() {
        return tables.tableOf(splitter);
    }

    RawFileException fault(BadRow fault) {
        return fault.in(key, row, splitter.offset());
    }

    long emptyRecords() {
        return emptyRecords;
    }

    boolean byteOrderMark() {
        return splitter.byteOrderMark();
    }

    @Override
    public void close() {
        splitter.close();
    }
}
