package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.RawSource;
import java.util.List;

/**
 * What a {@link CompactionTask} wrote and checked, ready for the commit; or that its raw files are not the planned ones any
 * more, which the commit tells the log (rule L4). Immutable and thread-safe.
 *
 * @param base the task's
 * @param task the task's number
 * @param outputs the new files with the raw files whose rows they hold
 * @param replaced compacted files of before whose rows are in the outputs
 * @param left raw files of the task that are not in the outputs: CSV that stays as it is, each with a finding, and those in
 *     compacted files that found no neighbour to be joined with
 * @param bytes of the files that were copied
 * @param changed raw files, as they were planned, that changed or vanished before they were copied; nothing of the task was
 *     written then
 */
public record TaskResult(
        TableId table,
        long base,
        int task,
        List<LedgerEntry.CompactedFile> outputs,
        List<LedgerFile> replaced,
        List<RawSource> left,
        long bytes,
        List<Finding> findings,
        List<RawSource> changed) {
    public TaskResult {
        requireNonNull(table, "table");
        outputs = List.copyOf(outputs);
        replaced = List.copyOf(replaced);
        left = List.copyOf(left);
        findings = List.copyOf(findings);
        changed = List.copyOf(changed);
        if (!changed.isEmpty() && !outputs.isEmpty()) {
            throw new IllegalArgumentException("Cannot describe a task that wrote files although its raw file '"
                    + changed.get(0).key() + "' had changed.");
        }
    }

    /** Of a task that copied its files. */
    public TaskResult(
            TableId table,
            long base,
            int task,
            List<LedgerEntry.CompactedFile> outputs,
            List<LedgerFile> replaced,
            List<RawSource> left,
            long bytes,
            List<Finding> findings) {
        this(table, base, task, outputs, replaced, left, bytes, findings, List.of());
    }

    static TaskResult ofChanged(CompactionTask task, List<RawSource> changed) {
        return new TaskResult(
                task.table(), task.base(), task.number(), List.of(), List.of(), List.of(), 0, List.of(), changed);
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
                + " files written, " + rows() + " rows"
                + (changed.isEmpty() ? "" : "; raw file '" + changed.get(0).key() + "' had changed or vanished");
    }
}
