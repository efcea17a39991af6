package io.convergence.change;

import io.convergence.TableId;
import io.convergence.raw.RawFile;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads files one after the other and groups their changes by commit time. */
final class TransactionFilesCursor implements TransactionCursor {
    private final List<RawFile.Transaction> files;
    private final Function<RawFile.Transaction, TransactionFile> opener;
    private final int partRows;
    private final BadInputLog unopened;
    private final Deque<ChangeRecord> ready = new ArrayDeque<>();
    private final Map<TableId, Long> unread = new TreeMap<>();
    private ReadCounts counts = ReadCounts.NONE;
    private @Nullable TransactionFile file;
    private int opened;
    private @Nullable Instant unfinished;
    private boolean failed;
    private boolean closed;

    TransactionFilesCursor(
            List<RawFile.Transaction> files,
            Function<RawFile.Transaction, TransactionFile> opener,
            ChangeReadOptions options) {
        this.files = files;
        this.opener = opener;
        this.partRows = options.batchRows();
        this.unopened = new BadInputLog(options);
    }

    @Override
    public Optional<CommittedChanges> next() {
        if (closed || failed) {
            throw new IllegalStateException(
                    "Cannot read on in transaction files: the cursor " + (closed ? "is closed." : "failed before."));
        }

        boolean done = false;
        try {
            Optional<CommittedChanges> changes = group();
            done = true;
            return changes;
        } finally {
            failed = !done;
        }
    }

    private Optional<CommittedChanges> group() {
        ChangeRecord first = peek();
        if (first == null) {
            return Optional.empty();
        }

        Instant commit = commitTime(first);
        boolean begins = !commit.equals(unfinished);
        List<ChangeRecord> changes = new ArrayList<>();
        ChangeRecord next = first;
        while (next != null && changes.size() < partRows && commitTime(next).equals(commit)) {
            changes.add(next);
            ready.remove();
            next = peek();
        }

        boolean ends = next != null && !commitTime(next).equals(commit);
        unfinished = ends ? null : commit;
        return Optional.of(new CommittedChanges(commit, changes, begins, ends));
    }

    private @Nullable ChangeRecord peek() {
        while (ready.isEmpty()) {
            TransactionFile current = file;
            if (current == null) {
                if (opened == files.size()) {
                    return null;
                }
                current = opened();
                if (current == null) {
                    continue;
                }
                file = current;
            }

            List<ChangeRecord> chunk = current.chunk();
            ready.addAll(chunk);
            if (chunk.isEmpty()) {
                leave(current);
            }
        }

        return ready.element();
    }

    /** The next file; null if it is left out. */
    private @Nullable TransactionFile opened() {
        try {
            return opener.apply(files.get(opened++));
        } catch (RawFileException e) {
            unopened.restOfFile(e, 0);
            return null;
        }
    }

    private void leave(TransactionFile current) {
        counts = counts.plus(current.counts());
        current.unread().forEach((table, rows) -> unread.merge(table, rows, Long::sum));
        file = null;
        current.close();
    }

    private static Instant commitTime(ChangeRecord change) {
        return change.timestamp()
                .or(() -> change.sequence().map(ChangeSequence::commitTime))
                .orElseThrow(() -> RawFileException.ofRow(
                        change.origin().key(),
                        change.origin().row(),
                        "it has neither a commit time nor a change sequence.",
                        BadRow.DAMAGED,
                        null));
    }

    @Override
    public Map<TableId, Long> unread() {
        Map<TableId, Long> all = new TreeMap<>(unread);
        if (file != null) {
            file.unread().forEach((table, rows) -> all.merge(table, rows, Long::sum));
        }

        return all;
    }

    @Override
    public ReadCounts counts() {
        ReadCounts all = counts.plus(new ReadCounts(0, 0, 0, 0, unopened.report()));
        return file == null ? all : all.plus(file.counts());
    }

    @Override
    public void close() {
        closed = true;
        TransactionFile current = file;
        if (current != null) {
            leave(current);
        }
    }
}
