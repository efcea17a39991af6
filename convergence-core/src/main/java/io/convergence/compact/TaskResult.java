package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.RawSource;
import java.util.List;

/**
 * What a {@link CompactionTask} wrote and checked, ready for the commit. Immutable and thread-safe.
 *
 * @param base the task's
 * @param task the task's number
 * @param outputs the new files with the raw files whose rows they hold
 * @param replaced compacted files of before whose rows are in the outputs
 * @param left raw files of the task that stay as they are, each with a finding
 * @param bytes of the files that were copied
 */
public record TaskResult(
        TableId table,
        long base,
        int task,
        List<LedgerEntry.CompactedFile> outputs,
        List<LedgerFile> replaced,
        List<RawSource> left,
        long bytes,
        List<Finding> findings) {
    public TaskResult {
        requireNonNull(table, "table");
        outputs = List.copyOf(outputs);
        replaced = List.copyOf(replaced);
        left = List.copyOf(left);
        findings = List.copyOf(findings);
    }

    public long rows() {
        return outputs.stream().mapToLong(output -> output.file().rows()).sum();
    }

    /** A text form that {@link #parse} reads; equal results have equal texts. */
    public String toJson() {
        return TaskJson.write(this);
    }

    /** Reads what {@link #toJson} wrote. @throws IllegalArgumentException if it is not that; the message says where */
    public static TaskResult parse(String json) {
        return TaskJson.result(requireNonNull(json, "json"));
    }

    @Override
    public String toString() {
        return "Compaction task " + task + " of table " + table + " on slot " + base + ": " + outputs.size()
                + " files written, " + rows() + " rows";
    }
}
