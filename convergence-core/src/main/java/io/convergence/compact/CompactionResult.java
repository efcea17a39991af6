package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.ledger.LedgerEntry;
import java.util.List;

/**
 * What a compaction did. Immutable and thread-safe.
 *
 * @param slot the ledger's slot that says so; the plan's own slot if there was nothing to do
 * @param outputs the new files with the raw files whose rows they hold
 * @param filesBefore files that were replaced, raw ones and compacted ones of before
 * @param rowsBefore their rows, as the plan had them
 * @param findings what is worth knowing, for example where a column's type changed
 * @param failures tasks of the plan that were given up while others went on
 */
public record CompactionResult(
        TableId table,
        long slot,
        List<LedgerEntry.CompactedFile> outputs,
        int filesBefore,
        long bytesBefore,
        long rowsBefore,
        List<Finding> findings,
        List<TaskFailure> failures) {
    public CompactionResult {
        requireNonNull(table, "table");
        outputs = List.copyOf(outputs);
        findings = List.copyOf(findings);
        failures = List.copyOf(failures);
    }

    public int filesAfter() {
        return outputs.size();
    }

    public long bytesAfter() {
        return outputs.stream().mapToLong(output -> output.file().size()).sum();
    }

    public long rowsAfter() {
        return outputs.stream().mapToLong(output -> output.file().rows()).sum();
    }

    @Override
    public String toString() {
        return "Compaction of table " + table + " in slot " + slot + ": " + filesBefore + " files of "
                + DataSize.ofBytes(bytesBefore) + " -> " + filesAfter() + " files of " + DataSize.ofBytes(bytesAfter())
                + ", " + rowsAfter() + " rows" + (failures.isEmpty() ? "" : "; " + failures.size() + " tasks failed");
    }
}
