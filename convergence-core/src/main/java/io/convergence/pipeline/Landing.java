package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.schema.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table's raw files and what the log knows of them, taken at one moment. Immutable; thread-safe.
 *
 * @param files as listed; transaction files among them may hold no change of the table
 * @param timeline their order; compacted files stand in it by the raw files they replaced
 * @param snapshot the log when the files were listed
 * @param vanished raw files the log knows that are no longer there (rule S14)
 * @param unread raw files that were listed, and gone or others when they were looked into (rule L4)
 * @param removed keys of files in {@code files} that are gone as the log says they may be: retired, or declared expired
 * @param rowsGone keys of those whose rows are in no file any more, only in the published table
 * @param columns the table's columns in files that were read for this, by key; not of files applied before, nor of those without rows
 * @param newestCommit the newest commit of any table in the transaction files read for this; null if none was read
 * @param findings of the listing
 */
public record Landing(
        List<RawFile> files,
        TableTimeline timeline,
        LedgerSnapshot snapshot,
        List<RawSource> vanished,
        List<RawSource> unread,
        Set<String> removed,
        Set<String> rowsGone,
        Map<String, List<Column>> columns,
        @Nullable Instant newestCommit,
        List<Finding> findings) {
    private static final Duration HUNDREDTH = Duration.ofMillis(10);

    public Landing {
        files = List.copyOf(files);
        requireNonNull(timeline, "timeline");
        requireNonNull(snapshot, "snapshot");
        vanished = List.copyOf(vanished);
        unread = List.copyOf(unread);
        removed = Set.copyOf(removed);
        rowsGone = Set.copyOf(rowsGone);
        Map<String, List<Column>> copy = new LinkedHashMap<>();
        columns.forEach((key, names) -> copy.put(key, List.copyOf(names)));
        columns = Map.copyOf(copy);
        findings = List.copyOf(findings);
    }

    /** Whether a later commit of another table shows that the table's newest transaction is whole (rule S7). */
    boolean laterCommitSeen() {
        Instant commit = newestCommit;
        Optional<Instant> own = timeline.files().stream()
                .filter(file -> file.file() instanceof RawFile.Changes)
                .flatMap(file -> latest(file.evidence()).stream())
                .max(Comparator.naturalOrder());
        return commit != null && own.filter(commit::isAfter).isPresent();
    }

    /** Without a timestamp column the end of the hundredth of a second that the change sequence tells. */
    private static Optional<Instant> latest(FileEvidence evidence) {
        return evidence.largest()
                .or(() -> evidence.newestCommit().map(time -> time.plus(HUNDREDTH).minusNanos(1)));
    }

    /** The timeline without files whose rows nothing holds. */
    TableTimeline readable() {
        return timeline.without(rowsGone);
    }

    /** Listed files without transaction files that hold no change of the table. */
    List<RawFile> filesWithRows() {
        Set<String> empty = timeline.files().stream()
                .filter(Landing::isOfOthers)
                .map(PlacedFile::key)
                .collect(Collectors.toSet());
        return files.stream().filter(file -> !empty.contains(file.key())).toList();
    }

    /** Placed files without such transaction files. */
    List<PlacedFile> placedWithRows() {
        return withRows(timeline.files());
    }

    static List<PlacedFile> withRows(List<PlacedFile> files) {
        return files.stream().filter(file -> !isOfOthers(file)).toList();
    }

    /** Whether it is a transaction file without changes of the table. */
    static boolean isOfOthers(PlacedFile file) {
        return file.file() instanceof RawFile.Transaction && file.evidence().rows() == 0;
    }
}
