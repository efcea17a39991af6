package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ReadCounts;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** What the files of a merge held: the columns of each file, and what was passed over. Not thread-safe. */
final class Reading {
    private final BiConsumer<ChangeBatch, Predicate<ChangeRecord>> changes;
    private final Declarations declarations;
    private final SplitRows rows;
    private final Map<String, List<Column>> columns = new LinkedHashMap<>();
    private final Map<String, List<List<Column>>> widths = new LinkedHashMap<>();
    private List<List<Column>> widthsOfFile = new ArrayList<>();
    private final Map<String, ReadCounts> doubtful = new LinkedHashMap<>();
    private ReadCounts counts = ReadCounts.NONE;
    private long passedOver;
    private String firstPassedOver = "";
    private long replayed;

    /** @param changes is given them, file by file, and tells those that belong to the table there is */
    Reading(Declarations declarations, BiConsumer<ChangeBatch, Predicate<ChangeRecord>> changes) {
        this.declarations = declarations;
        this.rows = new SplitRows(declarations);
        this.changes = changes;
    }

    /** Rows of a compacted file, which may have a renamed column under both names. */
    void takeCompacted(ChangeBatch batch, Predicate<ChangeRecord> belongs) {
        rows.of(batch).forEach(part -> take(part, belongs));
    }

    void take(ChangeBatch batch, Predicate<ChangeRecord> belongs) {
        changes.accept(batch, belongs);
        List<Column> ofRow = batch.columns();
        List<Column> before = widthsOfFile.isEmpty() ? List.of() : widthsOfFile.get(widthsOfFile.size() - 1);
        if (batch.size() > 0 && ofRow != before && !ofRow.equals(before)) {
            widthsOfFile.add(ofRow);
        }
    }

    /** A change of before the moment from which on the table is declared to have begun anew. */
    void passOver(ChangeRecord change) {
        firstPassedOver = passedOver == 0 ? change.origin().key() : firstPassedOver;
        passedOver++;
    }

    /** Rows were passed over because they repeat earlier ones (rule S3). */
    void replayed(long rows) {
        replayed += rows;
    }

    long replayed() {
        return replayed;
    }

    /** A file was read to its end; only then are the columns of all its rows known. */
    void took(String key, List<Column> ofFile, ReadCounts ofRead) {
        columns.put(key, List.copyOf(ofFile));
        tookCounts(key, ofRead);
    }

    /** A compacted file was read to its end. */
    void tookCompacted(String key, List<Column> ofFile, ReadCounts ofRead) {
        columns.put(key, rows.hasBothNames(ofFile) ? ofRows() : List.copyOf(ofFile));
        tookCounts(key, ofRead);
    }

    /** All columns of the rows, by their names now. */
    private List<Column> ofRows() {
        Map<String, Column> all = new LinkedHashMap<>();
        for (List<Column> width : widthsOfFile) {
            List<String> names = width.stream().map(Column::name).toList();
            for (Column column : width) {
                String now = declarations.nameNow(column.name());
                String name = names.contains(now) ? column.name() : now;
                DataType type = Optional.ofNullable(all.get(name))
                        .flatMap(known -> known.type().widen(column.type()))
                        .orElse(column.type());
                all.put(name, new Column(name, type, column.nullable()));
            }
        }
        return List.copyOf(all.values());
    }

    private void tookCounts(String key, ReadCounts ofRead) {
        widths.put(key, List.copyOf(widthsOfFile));
        widthsOfFile = new ArrayList<>();
        rows.endFile();
        counts = counts.plus(ofRead);
        if (!ofRead.findings(key).isEmpty()) {
            doubtful.put(key, ofRead);
        }
    }

    Map<String, List<Column>> columns() {
        return columns;
    }

    /** The columns of each file's rows, in the order of the rows: several where the rows of a CSV file differ in width. */
    Map<String, List<List<Column>>> widths() {
        return widths;
    }

    /** Whether the rows of a file differ in width, which only reading it tells. */
    boolean mixesWidths() {
        return widths.values().stream().anyMatch(ofFile -> ofFile.size() > 1);
    }

    ReadCounts counts() {
        return counts;
    }

    /** What was passed over or could not be told, once for all files of a kind; each names the first of them. */
    List<Finding> findings() {
        Map<String, ReadCounts> byCode = new LinkedHashMap<>();
        Map<String, List<String>> keys = new LinkedHashMap<>();
        // A file may have many findings of one code, each bad row its own.
        doubtful.forEach((key, read) -> read.findings(key).stream()
                .map(Finding::code)
                .distinct()
                .forEach(code -> {
                    byCode.merge(code, read, ReadCounts::plus);
                    keys.computeIfAbsent(code, none -> new ArrayList<>()).add(key);
                }));
        List<Finding> findings = new ArrayList<>();
        byCode.forEach((code, sum) -> sum.findings(path(keys.getOrDefault(code, List.of()))).stream()
                .filter(finding -> finding.code().equals(code))
                .forEach(findings::add));
        if (passedOver > 0) {
            findings.add(Finding.info(
                    "CHANGES_BEFORE_BEGINNING",
                    firstPassedOver,
                    passedOver
                            + " changes in the first files that count were committed before the moment from which on the table is declared to have begun anew; they are not applied.",
                    "Nothing to do."));
        }
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
