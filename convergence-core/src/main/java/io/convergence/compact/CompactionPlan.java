package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
     * Files that follow each other in the table's history and share outputs: the unit of a {@linkplain #tasks task}, of a
     * few outputs where there are many files. Where an output ends is measured while it is written, always between two of
     * these files; an output also ends where a column gets a type that has none in common with the one before.
     *
     * @param partition the date folders the files lie in; empty for a full load, or if they lie in none
     * @param sources raw files whose rows are copied, in order; those in {@code replaced} too
     * @param replaced compacted files too small for the band, which are read in place of their raw files, in order
     * @param outputs what is expected of it, in order
     * @param schemaChange why it begins here, if it cannot share outputs with the files before it; a clause
     * @param columns of its outputs, as far as the files' columns are known
     */
    public record Group(
            Kind kind,
            String partition,
            List<PlacedFile> sources,
            List<LedgerEntry.CompactedFile> replaced,
            List<Output> outputs,
            @Nullable String schemaChange,
            List<OutputColumn> columns) {
        public Group {
            requireNonNull(kind, "kind");
            requireNonNull(partition, "partition");
            sources = List.copyOf(sources);
            replaced = List.copyOf(replaced);
            outputs = List.copyOf(outputs);
            columns = List.copyOf(columns);
        }

        /** Raw files for one output. */
        public static Group of(Kind kind, List<PlacedFile> sources) {
            long rows = sources.stream()
                    .mapToLong(source -> source.evidence().rows())
                    .sum();
            long bytes = sources.stream().mapToLong(CompactionPlan::size).sum();
            return new Group(
                    kind, "", sources, List.of(), List.of(new Output(0, sources.size(), rows, bytes)), null, List.of());
        }

        /** The files that are read, in order; {@link Output}s count them. */
        public List<CompactionSource> files() {
            List<CompactionSource> files = new ArrayList<>();
            int next = 0;
            int at = 0;
            while (at < sources.size()) {
                LedgerEntry.CompactedFile joined = next < replaced.size() ? replaced.get(next) : null;
                PlacedFile source = sources.get(at);
                if (joined != null && joined.sources().get(0).same(source.file().stat())) {
                    files.add(new CompactionSource.Compacted(joined));
                    at += joined.sources().size();
                    next++;
                } else {
                    files.add(CompactionSource.Raw.of(source));
                    at++;
                }
            }

            return files;
        }

        public long rows() {
            return outputs.stream().mapToLong(Output::rows).sum();
        }

        /** Size of the files that are read. */
        public long bytes() {
            return replaced.isEmpty()
                    ? sources.stream().mapToLong(CompactionPlan::size).sum()
                    : files().stream().mapToLong(CompactionSource::bytes).sum();
        }

        /** An estimate of what is written. */
        public long expectedBytes() {
            return outputs.stream().mapToLong(Output::bytes).sum();
        }

        public Optional<String> change() {
            return Optional.ofNullable(schemaChange);
        }
    }

    /**
     * A file to be written, as far as can be told before.
     *
     * @param from first of its {@linkplain Group#files files}, from 0
     * @param to the one after its last
     * @param bytes an estimate
     */
    public record Output(int from, int to, long rows, long bytes) {
        public int files() {
            return to - from;
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
        return of(timeline, snapshot, options, now, EnumSet.of(RawFormat.PARQUET), SourceFacts.none());
    }

    /**
     * Plans.
     *
     * @param now by the clock of the store of the raw files
     * @param formats of raw files that are compacted; CSV where the types of its columns are declared
     * @param facts what is known of files from reading them for something else
     * @throws IllegalArgumentException if timeline and snapshot are of different tables
     */
    public static CompactionPlan of(
            TableTimeline timeline,
            LedgerSnapshot snapshot,
            CompactionOptions options,
            Instant now,
            Set<RawFormat> formats,
            SourceFacts facts) {
        if (!timeline.table().equals(snapshot.table())) {
            throw new IllegalArgumentException("Cannot plan a compaction of table " + timeline.table()
                    + " on the ledger of table " + snapshot.table() + ".");
        }

        return new Planner(timeline, snapshot, options, now, formats, facts).plan();
    }

    static boolean belongTogether(PlacedFile one, PlacedFile other) {
        return Kind.of(one.file()) == Kind.of(other.file())
                && one.context().generation().equals(other.context().generation());
    }

    static long size(PlacedFile source) {
        return source.file().stat().size();
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return groups.isEmpty();
    }

    /** All raw files to compact, in order; those of compacted files that are replaced, too. */
    public List<PlacedFile> sources() {
        return groups.stream().flatMap(group -> group.sources().stream()).toList();
    }

    /** The parts that can be executed apart from each other, in order; one for each group. */
    public List<CompactionTask> tasks() {
        List<CompactionTask> tasks = new ArrayList<>();
        for (Group group : groups) {
            tasks.add(new CompactionTask(
                    table, base, tasks.size(), group.kind(), group.files(), options, group.columns()));
        }

        return tasks;
    }

    public long rows() {
        return groups.stream().mapToLong(Group::rows).sum();
    }

    /** Size of the files that are read. */
    public long bytes() {
        return groups.stream().mapToLong(Group::bytes).sum();
    }

    /** An estimate of what is written. */
    public long expectedBytes() {
        return groups.stream().mapToLong(Group::expectedBytes).sum();
    }

    /** An estimate of how many files are written. */
    public int expectedOutputs() {
        return groups.stream().mapToInt(group -> group.outputs().size()).sum();
    }

    /** What executing it asks of the stores, if outputs are as expected. */
    public Requests requests() {
        return Requests.of(this);
    }

    /** The plan as a report, which can show every file, and what requests cost. */
    public PlanReport report() {
        return PlanReport.of(this);
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

    /** The dry run for people; {@link #report} tells more. */
    @Override
    public String toString() {
        return report().toText();
    }
}
