package io.convergence.compact;

import io.convergence.Finding;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.RawSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What results of a plan's tasks commit together. */
final class TaskCommit {
    private final CompactionPlan plan;
    private final List<CompactionTask> tasks;
    private final List<TaskResult> results;

    /** @throws IllegalArgumentException if they are not results of the plan's tasks, one of each at most */
    TaskCommit(CompactionPlan plan, List<TaskResult> results) {
        this.plan = plan;
        this.tasks = plan.tasks();
        this.results = results.stream()
                .sorted(Comparator.comparingInt(TaskResult::task))
                .toList();
        Set<Integer> seen = new HashSet<>();
        for (TaskResult result : this.results) {
            demandOfPlan(result);
            if (!seen.add(result.task())) {
                throw refused(result, "there is another result of this task");
            }
        }
    }

    private void demandOfPlan(TaskResult result) {
        if (!result.table().equals(plan.table()) || result.base() != plan.base()) {
            throw refused(result, "the plan is of table " + plan.table() + " on slot " + plan.base());
        }
        if (result.task() < 0 || result.task() >= tasks.size()) {
            throw refused(result, "the plan has " + tasks.size() + " tasks");
        }

        CompactionTask task = tasks.get(result.task());
        if (!result.changed().isEmpty()) {
            if (!new HashSet<>(task.origins()).containsAll(result.changed())) {
                throw refused(result, "it names other files than the task was to copy");
            }
            return;
        }

        List<RawSource> copied = result.outputs().stream()
                .flatMap(output -> output.sources().stream())
                .toList();
        Set<RawSource> left = new HashSet<>(result.left());
        List<RawSource> planned =
                task.origins().stream().filter(origin -> !left.contains(origin)).toList();
        if (!copied.equals(planned)) {
            throw refused(result, "it holds other files than the task was to copy");
        }
    }

    private static IllegalArgumentException refused(TaskResult result, String why) {
        return new IllegalArgumentException(
                "Cannot commit '" + result + "': " + why + ". Give results of this plan's tasks, each once.");
    }

    /** Those that have a result. */
    List<CompactionTask> tasks() {
        return results.stream().map(result -> tasks.get(result.task())).toList();
    }

    /** Whether there is nothing to commit. */
    boolean isEmpty() {
        return results.stream().allMatch(result -> result.outputs().isEmpty());
    }

    /** Tasks whose raw files were not the planned ones, each with what was found. */
    Map<CompactionTask, List<RawSource>> changed() {
        Map<CompactionTask, List<RawSource>> changed = new LinkedHashMap<>();
        for (TaskResult result : results) {
            if (!result.changed().isEmpty()) {
                changed.put(tasks.get(result.task()), result.changed());
            }
        }

        return changed;
    }

    /** Raw files that are replaced, or may be; what was compacted before is not read from them any more. */
    List<RawSource> rawFiles() {
        List<RawSource> files = new ArrayList<>();
        for (TaskResult result : results) {
            Set<RawSource> left = new HashSet<>(result.left());
            for (CompactionSource source : tasks.get(result.task()).sources()) {
                if (source instanceof CompactionSource.Raw raw && !left.contains(raw.file())) {
                    files.add(raw.file());
                }
            }
        }

        return files;
    }

    private List<LedgerEntry.CompactedFile> outputs() {
        return results.stream().flatMap(result -> result.outputs().stream()).toList();
    }

    LedgerEntry.Compaction entry(String transaction) {
        List<LedgerFile> replaced =
                results.stream().flatMap(result -> result.replaced().stream()).toList();
        return new LedgerEntry.Compaction(transaction, plan.base(), outputs(), replaced);
    }

    /** What is told when there is nothing to commit. */
    CompactionResult unchanged(List<TaskFailure> failures) {
        return result(plan.base(), failures);
    }

    CompactionResult result(long slot, List<TaskFailure> failures) {
        int files = 0;
        long bytes = 0;
        long rows = 0;
        List<Finding> findings = new ArrayList<>();
        for (TaskResult result : results) {
            CompactionTask task = tasks.get(result.task());
            Set<RawSource> left = new HashSet<>(result.left());
            files += (int) task.sources().stream()
                    .filter(source -> !left.containsAll(source.origins()))
                    .count();
            bytes += result.bytes();
            rows += task.rows()
                    - result.left().stream()
                            .mapToLong(source -> source.evidence().rows())
                            .sum();
            findings.addAll(result.findings());
        }

        return new CompactionResult(plan.table(), slot, outputs(), files, bytes, rows, findings, failures);
    }
}
