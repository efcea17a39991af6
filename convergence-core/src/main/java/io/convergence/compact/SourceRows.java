package io.convergence.compact;

import io.convergence.Finding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a task in order, each opened once and one at a time (rule L7) unless it has to go back. Not thread-safe. */
final class SourceRows implements AutoCloseable {
    private final FileOpener opener;
    private final List<CompactionSource> sources;
    private final List<CompactionSource.Raw> left = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private int next;
    private long bytesFromHere;
    private @Nullable CompactionSource source;
    private @Nullable OpenFile opened;
    private boolean afterGap;

    SourceRows(FileOpener opener, CompactionTask task) {
        this.opener = opener;
        this.sources = task.sources();
        this.bytesFromHere = task.bytes();
    }

    /** Where the file at hand stands. */
    record Place(int index, long bytesFromHere, int left, int findings, boolean afterGap) {}

    Place place() {
        return new Place(next - 1, bytesFromHere, left.size(), findings.size(), afterGap);
    }

    /** Opens a file anew that was at hand before. */
    void backTo(Place place) {
        close();
        left.subList(place.left(), left.size()).clear();
        findings.subList(place.findings(), findings.size()).clear();
        next = place.index();
        bytesFromHere = place.bytesFromHere();
        source = null;
        next();
        afterGap = place.afterGap();
    }

    /**
     * Closes the file at hand and opens the next that can be copied; false after the last.
     *
     * @throws CompactionException if the file is not as it was planned
     */
    boolean next() {
        close();
        afterGap = false;
        if (source != null) {
            bytesFromHere -= source.bytes();
            source = null;
        }
        while (next < sources.size()) {
            CompactionSource candidate = sources.get(next++);
            try {
                opened = opener.open(candidate);
                source = candidate;
                return true;
            } catch (LeftAloneException e) {
                leave((CompactionSource.Raw) candidate, e);
                bytesFromHere -= candidate.bytes();
                afterGap = true;
            }
        }

        return false;
    }

    private void leave(CompactionSource.Raw file, LeftAloneException e) {
        left.add(file);
        findings.add(Finding.warning(
                "CSV_LEFT_ALONE",
                file.key(),
                "It stays as it is: " + e.getMessage(),
                "Nothing to do for compaction; what reads the file will tell of it again."));
    }

    /** False after the last. */
    boolean hasOpened() {
        return opened != null;
    }

    CompactionSource source() {
        return present(source);
    }

    OpenFile opened() {
        return present(opened);
    }

    /** Whether a file before this one was left alone: then files would not stay in order if they shared an output. */
    boolean afterGap() {
        return afterGap;
    }

    /** Size of the file at hand and of all after it. */
    long bytesFromHere() {
        return bytesFromHere;
    }

    List<CompactionSource.Raw> left() {
        return left;
    }

    List<Finding> findings() {
        return findings;
    }

    private static <T> T present(@Nullable T atHand) {
        if (atHand == null) {
            throw new IllegalStateException("Cannot read rows: no file is open.");
        }

        return atHand;
    }

    @Override
    public void close() {
        OpenFile open = opened;
        opened = null;
        if (open != null) {
            open.close();
        }
    }
}
