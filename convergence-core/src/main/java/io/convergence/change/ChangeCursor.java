package io.convergence.change;

import io.convergence.schema.Column;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads one file from its first row to its last, a batch at a time, in bounded memory. Not thread-safe. Close it. */
public interface ChangeCursor extends AutoCloseable {
    /**
     * The table's own columns in this file. Rows of a CSV file without a header may differ in width: then those of the rows read so
     * far, and {@link ChangeBatch#columns()} those of the batch.
     */
    List<Column> columns();

    /**
     * The next rows; empty at the end.
     *
     * @throws RawFileException if the file is broken; rows delivered before stay valid
     */
    Optional<ChangeBatch> next();

    /** What was passed over or could not be told in the rows read so far. */
    ReadCounts counts();

    @Override
    void close();

    /** The changes not yet read, one by one. Closing the stream closes the cursor; use one of both only. */
    default Stream<ChangeRecord> stream() {
        Stream<ChangeBatch> batches =
                Stream.iterate(next(), Optional::isPresent, ignored -> next()).map(Optional::orElseThrow);
        return batches.flatMap(batch -> StreamSupport.stream(batch.spliterator(), false))
                .onClose(this::close);
    }
}
