package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.ledger.RawSource;
import java.util.List;

/**
 * Part of a {@link CompactionPlan} that depends on no other part: files that follow each other, whose rows go into new
 * files. It can be executed anywhere that has the stores, in any order, and again after a failure; what it writes becomes
 * part of the table only with the commit of its result. Immutable and thread-safe.
 *
 * @param base the slot of the ledger the plan was made on
 * @param number place in the plan, from 0
 * @param sources in order
 * @param columns of its outputs, as far as the plan knew the files; with others an output begins anew. Empty if it knew none
 */
public record CompactionTask(
        TableId table,
        long base,
        int number,
        CompactionPlan.Kind kind,
        List<CompactionSource> sources,
        CompactionOptions options,
        List<OutputColumn> columns) {
    public CompactionTask {
        requireNonNull(table, "table");
        requireNonNull(kind, "kind");
        requireNonNull(options, "options");
        sources = List.copyOf(sources);
        columns = List.copyOf(columns);
    }

    /** Of files whose columns are not known. */
    public CompactionTask(
            TableId table,
            long base,
            int number,
            CompactionPlan.Kind kind,
            List<CompactionSource> sources,
            CompactionOptions options) {
        this(table, base, number, kind, sources, options, List.of());
    }

    public long bytes() {
        return sources.stream().mapToLong(CompactionSource::bytes).sum();
    }

    public long rows() {
        return sources.stream().mapToLong(CompactionSource::rows).sum();
    }

    /** The raw files whose rows it copies, those in compacted files too. */
    public List<RawSource> origins() {
        return sources.stream().flatMap(source -> source.origins().stream()).toList();
    }

    /** A text form that {@link #parse} reads; equal tasks have equal texts. */
    public String toJson() {
        return TaskJson.write(this);
    }

    /** Reads what {@link #toJson} wrote. @throws IllegalArgumentException if it is not that; the message says where */
    public static CompactionTask parse(String json) {
        return TaskJson.task(requireNonNull(json, "json"));
    }

    @Override
    public String toString() {
        return "Compaction task " + number + " of table " + table + " on slot " + base + ": " + kind + ", "
                + sources.size() + " files of " + DataSize.ofBytes(bytes()) + ", " + rows() + " rows";
    }
}
