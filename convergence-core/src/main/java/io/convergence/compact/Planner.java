package io.convergence.compact;

import io.convergence.DataSize;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Walks along a table's history once. A file that stays raw for now ends the group before it, so that files stay in order. */
final class Planner {
    private final LedgerSnapshot snapshot;
    private final CompactionOptions options;
    private final Instant now;
    private final Set<RawFormat> formats;
    private final List<CompactionPlan.Group> groups = new ArrayList<>();
    private final List<CompactionPlan.Skipped> waiting = new ArrayList<>();
    private final List<CompactionPlan.Skipped> untouched = new ArrayList<>();
    private final List<PlacedFile> open = new ArrayList<>();
    private int compactedFiles;

    Planner(LedgerSnapshot snapshot, CompactionOptions options, Instant now, Set<RawFormat> formats) {
        this.snapshot = snapshot;
        this.options = options;
        this.now = now;
        this.formats = formats;
    }

    CompactionPlan plan(TableTimeline timeline) {
        for (PlacedFile file : timeline.files()) {
            take(file);
        }
        if (options.tail() == CompactionOptions.Tail.WAIT) {
            keepTailWaiting();
        }
        closeGroup();
        timeline.leftovers().forEach(file -> leave(file, "an earlier load left it behind"));
        timeline.beforeLoad().forEach(file -> leave(file, "it is older than the load"));
        return new CompactionPlan(
                timeline.table(), snapshot.slot(), options, groups, waiting, untouched, compactedFiles);
    }

    private void take(PlacedFile placed) {
        RawFile file = placed.file();
        if (snapshot.isCompacted(file.stat())) {
            // No end of a group: a file that came late must find neighbours, and its rows' positions tell their place.
            compactedFiles++;
            return;
        }
        if (!open.isEmpty() && !belongTogether(open.get(open.size() - 1), placed)) {
            closeGroup();
        }

        DataSize band = options.smallestOfBand();
        Instant settled = file.stat().lastModified().plus(options.settleTime());
        if (file instanceof RawFile.Transaction) {
            closeGroup();
            leave(file, "it has rows of other tables, too");
        } else if (!formats.contains(file.format())) {
            closeGroup();
            leave(file, CompactionPlan.CSV);
        } else if (!options.settleTime().isZero() && settled.isAfter(now)) {
            closeGroup();
            waiting.add(new CompactionPlan.Skipped(
                    file, "it was stored " + file.stat().lastModified() + " and settles at " + settled));
        } else if (file.stat().size() >= band.bytes()) {
            closeGroup();
            leave(file, "it has at least " + band + " already");
        } else {
            open.add(placed);
        }
    }

    private static boolean belongTogether(PlacedFile one, PlacedFile next) {
        return CompactionPlan.Kind.of(one.file()) == CompactionPlan.Kind.of(next.file())
                && one.context().generation().equals(next.context().generation());
    }

    /** Takes the files after the last full output out of the last group. */
    private void keepTailWaiting() {
        int start = 0;
        long filled = 0;
        for (int i = 0; i < open.size(); i++) {
            filled += CompactionPlan.size(open.get(i));
            if (filled >= options.targetSize().bytes()) {
                start = i + 1;
                filled = 0;
            }
        }
        if (filled >= options.smallestOfBand().bytes()) {
            return;
        }

        List<PlacedFile> tail = open.subList(start, open.size());
        String reason = "the " + tail.size() + " files at the end have " + DataSize.ofBytes(filled) + ", less than "
                + options.smallestOfBand();
        tail.forEach(placed -> waiting.add(new CompactionPlan.Skipped(placed.file(), reason)));
        tail.clear();
    }

    private void closeGroup() {
        if (open.size() == 1) {
            leave(open.get(0).file(), "it has no neighbour to be joined with");
        } else if (!open.isEmpty()) {
            groups.add(
                    new CompactionPlan.Group(CompactionPlan.Kind.of(open.get(0).file()), open, estimatedOutputs()));
        }

        open.clear();
    }

    private int estimatedOutputs() {
        int outputs = 0;
        long filled = 0;
        for (PlacedFile placed : open) {
            if (filled == 0) {
                outputs++;
            }
            filled += CompactionPlan.size(placed);
            if (filled >= options.targetSize().bytes()) {
                filled = 0;
            }
        }

        return outputs;
    }

    private void leave(RawFile file, String reason) {
        untouched.add(new CompactionPlan.Skipped(file, reason));
    }
}
