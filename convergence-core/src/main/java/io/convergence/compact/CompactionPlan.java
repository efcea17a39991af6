package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which raw files of a table are compacted next, which wait, and why the others stay as they are. Computed without
 * reading a file; its text is the dry run. Immutable and thread-safe.
 *
 * @param base the slot of the ledger it was planned on
 * @param groups files whose rows go into new files, in order; a group's files share outputs, groups never do
 * @param waiting files a later run will take
 * @param untouched files that stay as they are
 * @param compactedFiles how many of the table's placed files are compacted already
 */
public record CompactionPlan(
        TableId table,
        long base,
        CompactionOptions options,
        List<Group> groups,
        List<Skipped> waiting,
        List<Skipped> untouched,
        int compactedFiles) {
    /** Why CSV files are left as they are: what is compacted has types. */
    static final String CSV = "it is CSV, and the types of its columns are not declared";

    public CompactionPlan {
        requireNonNull(table, "table");
        requireNonNull(options, "options");
        groups = List.copyOf(groups);
        waiting = List.copyOf(waiting);
        untouched = List.copyOf(untouched);
    }

    /** What rows files hold: these never share an output. */
    public enum Kind {
        LOAD,
        CDC;

        static Kind of(RawFile file) {
            return file instanceof RawFile.Load ? LOAD : CDC;
        }
    }

    /**
     * Files that follow each other in the table's history and share outputs. Where an output ends is measured while it
     * is written, always between two of these files; an output also ends where a column is new or changes its type.
     *
     * @param estimatedOutputs how many outputs there would be if rows kept the size they have in the raw files
     */
    public record Group(Kind kind, List<PlacedFile> sources, int estimatedOutputs) {
        public Group {
            requireNonNull(kind, "kind");
            sources = List.copyOf(sources);
        }

        public long rows() {
            return sources.stream()
                    .mapToLong(source -> source.evidence().rows())
                    .sum();
        }

        /** Size of the raw files, and the estimate of what is written. */
        public long bytes() {
            return sources.stream().mapToLong(CompactionPlan::size).sum();
        }
    }

    /** A file that is not compacted. @param reason a clause, e.g. {@code it is older than the load} */
    public record Skipped(RawFile file, String reason) {
        public Skipped {
            requireNonNull(file, "file");
            requireNonNull(reason, "reason");
        }
    }

    /**
     * Plans.
     *
     * @param now by the clock of the store of the raw files
     * @throws IllegalArgumentException if timeline and snapshot are of different tables
     */
    public static CompactionPlan of(
            TableTimeline timeline, LedgerSnapshot snapshot, CompactionOptions options, Instant now) {
        return of(timeline, snapshot, options, now, EnumSet.of(RawFormat.PARQUET));
    }

    /**
     * Plans.
     *
     * @param now by the clock of the store of the raw files
     * @param formats of raw files that are compacted; CSV where the types of its columns are declared
     * @throws IllegalArgumentException if timeline and snapshot are of different tables
     */
    public static CompactionPlan of(
            TableTimeline timeline,
            LedgerSnapshot snapshot,
            CompactionOptions options,
            Instant now,
            Set<RawFormat> formats) {
        if (!timeline.table().equals(snapshot.table())) {
            throw new IllegalArgumentException("Cannot plan a compaction of table " + timeline.table()
                    + " on the ledger of table " + snapshot.table() + ".");
        }

        return new Planner(snapshot, options, now, formats).plan(timeline);
    }

    static long size(PlacedFile source) {
        return source.file().stat().size();
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return groups.isEmpty();
    }

    /** All files to compact, in order. */
    public List<PlacedFile> sources() {
        return groups.stream().flatMap(group -> group.sources().stream()).toList();
    }

    /** The parts that can be executed apart from each other, in order; one for each group. */
    public List<CompactionTask> tasks() {
        List<CompactionTask> tasks = new ArrayList<>();
        for (Group group : groups) {
            List<CompactionSource> files = group.sources().stream()
                    .<CompactionSource>map(CompactionSource.Raw::of)
                    .toList();
            tasks.add(new CompactionTask(table, base, tasks.size(), group.kind(), files, options));
        }

        return tasks;
    }

    public long rows() {
        return groups.stream().mapToLong(Group::rows).sum();
    }

    public long bytes() {
        return groups.stream().mapToLong(Group::bytes).sum();
    }

    /** What a person should know of the plan; empty if it will take every file in time. */
    public List<Finding> findings() {
        List<RawFile> csv = untouched.stream()
                .filter(skipped -> skipped.reason().equals(CSV))
                .map(Skipped::file)
                .toList();
        return csv.isEmpty()
                ? List.of()
                : List.of(
                        Finding.info(
                                "CSV_NOT_COMPACTED",
                                table.toString(),
                                csv.size()
                                        + " files are left as they are: CSV whose columns have no declared types; the first is '"
                                        + csv.get(0).key() + "'.",
                                "Nothing to do for the merge, which reads them. To compact, declare the table's schema, or let DMS write Parquet."));
    }

    /** The dry run: every file with what happens to it; files compacted before are only counted. */
    @Override
    public String toString() {
        return PlanText.of(this);
    }
}
