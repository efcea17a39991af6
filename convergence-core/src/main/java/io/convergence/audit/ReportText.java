package io.convergence.audit;

import static io.convergence.audit.TextTable.count;
import static io.convergence.audit.TextTable.duration;
import static io.convergence.audit.TextTable.number;
import static io.convergence.audit.TextTable.percent;
import static io.convergence.audit.TextTable.safe;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.change.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A landing zone's report for people. */
final class ReportText {
    private ReportText() {}

    static String of(LandingZoneReport report) {
        StringBuilder out = new StringBuilder();
        out.append(safe(report.place())).append('\n');
        out.append(count(report.tables().size(), "table"))
                .append(", ")
                .append(count(report.files(), "file"))
                .append(", ")
                .append(DataSize.ofBytes(report.bytes()))
                .append("; ")
                .append(count(report.transactions(), "transaction file"))
                .append(", ")
                .append(count(report.controls(), "object"))
                .append(" of bookkeeping, ")
                .append(count(report.foreign(), "foreign object"))
                .append("\n\n");
        overview(report.tables(), out);
        settings(report.settings(), out);
        report.tables().forEach(table -> table(table, out));
        out.append("Findings\n");
        findings(report.findings(), out);
        return out.toString();
    }

    private static void overview(List<TableAudit> tables, StringBuilder out) {
        TextTable lines = new TextTable("  ")
                .add("table", "load", "changes", "size", "median", "p90", "< 8 MB", "compacted", "state");
        for (TableAudit table : tables) {
            lines.add(
                    safe(table.table().toString()),
                    number(table.loadFiles()),
                    number(table.changeFiles()),
                    DataSize.ofBytes(table.sizes().bytes()).toString(),
                    DataSize.ofBytes(table.sizes().median()).toString(),
                    DataSize.ofBytes(table.sizes().p90()).toString(),
                    percent(table.sizes().below8MegaBytes(), table.sizes().files()),
                    number(table.filesAfterCompaction()),
                    table.state().toString());
        }
        if (!tables.isEmpty()) {
            out.append("Tables\n");
            lines.write(out);
            out.append('\n');
        }
    }

    private static void settings(List<InferredSetting> settings, StringBuilder out) {
        if (settings.isEmpty()) {
            return;
        }

        TextTable lines = new TextTable("  ");
        settings.forEach(setting -> lines.add(
                setting.name(),
                safe(setting.value()),
                setting.certainty() == InferredSetting.Certainty.CERTAIN ? "certain" : "likely",
                safe(setting.evidence())));
        out.append("Settings the files betray\n");
        lines.write(out);
        out.append('\n');
    }

    private static void table(TableAudit table, StringBuilder out) {
        out.append("Table ").append(safe(table.table().toString())).append('\n');
        TextTable lines = new TextTable("  ");
        lines.add("files", counted(table));
        lines.add("sizes", sizes(table.sizes()));
        if (!table.segments().isEmpty()) {
            lines.add("segments", safe(String.join(", ", table.segments())));
        }
        if (table.changeFiles() > 0) {
            lines.add("date folders", table.dateFolders().toString());
        }
        lines.add("history", history(table));
        if (table.changeFiles() > 1) {
            lines.add("gaps", "median " + duration(table.medianGap()) + longest(table.longestGaps()));
        }
        for (RunStart start : table.runStarts()) {
            lines.add("run start", runStart(start));
        }
        lines.add("own columns of DMS", columns(table.columns()));
        table.rowFacts().ifPresent(rows -> lines.add("rows read", rows(rows)));
        for (SchemaVersion version : table.schemas()) {
            lines.add("columns", schema(version));
        }
        lines.add(
                "read",
                "footers of " + number(table.coverage().footers()) + ", rows of "
                        + number(table.coverage().rowFiles()) + " of "
                        + count(table.coverage().files(), "file")
                        + (table.coverage().unreadable() == 0
                                ? ""
                                : "; " + count(table.coverage().unreadable(), "file") + " not readable"));
        lines.write(out);
        out.append('\n');
    }

    private static String counted(TableAudit table) {
        return count(table.loadFiles(), "LOAD file") + " of " + DataSize.ofBytes(table.loadBytes()) + ", "
                + count(table.changeFiles(), "file") + " of changes of " + DataSize.ofBytes(table.changeBytes()) + " "
                + table.formats();
    }

    static String sizes(SizeStatistics sizes) {
        return "min " + DataSize.ofBytes(sizes.smallest()) + ", median " + DataSize.ofBytes(sizes.median()) + ", p90 "
                + DataSize.ofBytes(sizes.p90()) + ", max " + DataSize.ofBytes(sizes.largest()) + "; "
                + number(sizes.below8MegaBytes()) + " below 8 MB, " + number(sizes.below128MegaBytes())
                + " below 128 MB, " + number(sizes.inBand()) + " in 128-512 MB, " + number(sizes.above()) + " above";
    }

    private static String history(TableAudit table) {
        return table.state()
                + (table.loadFiles() == 0 ? ", no load" : ", load of " + table.generation())
                + table.startOfLoad().map(start -> " from " + start).orElse("") + ", "
                + count(table.runs().size(), "run") + ", "
                + count(table.leftovers(), "leftover") + ", "
                + count(table.beforeLoad(), "file") + " of changes before the load";
    }

    private static String longest(List<Gap> gaps) {
        return gaps.isEmpty()
                ? ""
                : ", longest " + duration(gaps.get(0).length()) + " before "
                        + safe(gaps.get(0).after());
    }

    private static String runStart(RunStart start) {
        return safe(start.file()) + ": "
                + (start.repeatedRows() == 0
                        ? "no replay found"
                        : count(start.repeatedRows(), "row") + " repeat what came before")
                + " (" + count(start.comparedRows(), "row") + " compared"
                + (start.notChecked().isEmpty() ? "" : "; " + safe(start.notChecked())) + ")";
    }

    static String columns(DmsColumns columns) {
        return "timestamp " + safe(columns.timestamp().orElse("-")) + ", sequence "
                + safe(columns.sequence().orElse("-")) + ", before-images "
                + safe(columns.beforePrefix()
                        .map(prefix -> prefix + "…" + columns.beforeSuffix().orElse(""))
                        .orElse("-"));
    }

    static String rows(RowFacts rows) {
        List<String> parts = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            if (rows.count(operation) > 0) {
                parts.add(operation.letter() + " " + number(rows.count(operation)));
            }
        }
        if (rows.withoutOperation() > 0) {
            parts.add("without Op " + number(rows.withoutOperation()));
        }
        String keyOnly = rows.deletes() == 0
                ? ""
                : "; key-only deletes "
                        + (rows.keyOnlyDeletes().isEmpty()
                                ? "not to be told"
                                : percent(rows.keyOnlyDeletes().getAsLong(), rows.deletes()));
        return number(rows.rows()) + " (" + String.join(", ", parts) + ")" + times(rows) + keyOnly;
    }

    private static String times(RowFacts rows) {
        Instant smallest = rows.smallestTime();
        return smallest == null ? "" : ", times " + smallest + " to " + rows.largestTime();
    }

    private static String schema(SchemaVersion version) {
        String changes = version.changes().isEmpty()
                ? version.columns().toString()
                : String.join(
                        ", ",
                        version.changes().stream().map(SchemaHistory::text).toList());
        return "from " + safe(version.firstFile()) + " (" + count(version.files(), "file") + "): " + safe(changes);
    }

    static void findings(List<Finding> findings, StringBuilder out) {
        if (findings.isEmpty()) {
            out.append("  none\n");
        }
        for (Finding finding : findings) {
            out.append("  ")
                    .append(finding.severity())
                    .append(' ')
                    .append(finding.code())
                    .append("  ")
                    .append(safe(finding.path()))
                    .append("\n      ")
                    .append(safe(finding.message()))
                    .append("\n      ")
                    .append(safe(finding.fix()))
                    .append('\n');
        }
    }
}
