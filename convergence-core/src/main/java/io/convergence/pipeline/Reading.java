package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ReadCounts;
import io.convergence.schema.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the files of a merge held: changes, the columns of each file, and what was passed over. Not thread-safe. */
final class Reading {
    private final List<ChangeRecord> changes = new ArrayList<>();
    private final Map<String, List<Column>> columns = new LinkedHashMap<>();
    private final Map<String, ReadCounts> doubtful = new LinkedHashMap<>();
    private ReadCounts counts = ReadCounts.NONE;

    void take(ChangeRecord change) {
        changes.add(change);
    }

    /** A file was read to its end; only then are the columns of all its rows known. */
    void took(String key, List<Column> ofFile, ReadCounts ofRead) {
        columns.put(key, List.copyOf(ofFile));
        counts = counts.plus(ofRead);
        if (!ofRead.findings(key).isEmpty()) {
            doubtful.put(key, ofRead);
        }
    }

    List<ChangeRecord> changes() {
        return changes;
    }

    Map<String, List<Column>> columns() {
        return columns;
    }

    ReadCounts counts() {
        return counts;
    }

    /** What was passed over or could not be told, once for all files of a kind; each names the first of them. */
    List<Finding> findings() {
        Map<String, ReadCounts> byCode = new LinkedHashMap<>();
        Map<String, List<String>> keys = new LinkedHashMap<>();
        doubtful.forEach((key, read) -> read.findings(key).forEach(finding -> {
            byCode.merge(finding.code(), read, ReadCounts::plus);
            keys.computeIfAbsent(finding.code(), code -> new ArrayList<>()).add(key);
        }));
        List<Finding> findings = new ArrayList<>();
        byCode.forEach((code, sum) -> sum.findings(path(keys.getOrDefault(code, List.of()))).stream()
                .filter(finding -> finding.code().equals(code))
                .forEach(findings::add));
        return findings;
    }

    private static String path(List<String> keys) {
        return keys.size() == 1 ? keys.get(0) : keys.get(0) + " and " + (keys.size() - 1) + " more files";
    }

    /** Whether rows are missing of what was read: such a table must not be published as if they did not exist. */
    static boolean incomplete(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
    }
}
