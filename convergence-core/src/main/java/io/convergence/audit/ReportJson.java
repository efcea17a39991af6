package io.convergence.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.Finding;
import io.convergence.change.Operation;
import io.convergence.change.ParquetFacts;
import io.convergence.schema.Column;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reports for machines. Times are ISO 8601 in UTC, durations seconds, sizes bytes; what is not known is null. */
final class ReportJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReportJson() {}

    static String of(LandingZoneReport report) {
        ObjectNode root = JSON.createObjectNode()
                .put("place", report.place())
                .put("files", report.files())
                .put("bytes", report.bytes())
                .put("transactionFiles", report.transactions())
                .put("controlObjects", report.controls())
                .put("foreignObjects", report.foreign());
        ArrayNode settings = root.putArray("settings");
        report.settings()
                .forEach(setting -> settings.addObject()
                        .put("name", setting.name())
                        .put("value", setting.value())
                        .put("certainty", setting.certainty().name())
                        .put("evidence", setting.evidence()));
        ArrayNode tables = root.putArray("tables");
        report.tables().forEach(table -> table(table, tables.addObject()));
        findings(report.findings(), root);
        return root.toPrettyString();
    }

    static String of(FileInspection inspection) {
        ObjectNode root = JSON.createObjectNode()
                .put("key", inspection.file().key())
                .put("size", inspection.file().size())
                .put("lastModified", inspection.file().lastModified().toString())
                .put("format", inspection.format().name());
        if (inspection.footer() == null) {
            root.putNull("parquet");
        } else {
            footer(inspection.footer(), root.putObject("parquet"));
        }
        ArrayNode sources = root.putArray("sources");
        inspection
                .sources()
                .forEach(span -> sources.addObject()
                        .put("key", span.key())
                        .put("firstRow", span.firstRow())
                        .put("rows", span.rows()));
        columns(inspection.columns(), root);
        rows(inspection.rows(), root);
        root.put("allRowsRead", inspection.complete());
        findings(inspection.findings(), root);
        return root.toPrettyString();
    }

    private static void footer(ParquetFacts footer, ObjectNode node) {
        node.put("version", footer.version())
                .put("createdBy", footer.createdBy())
                .put("rows", footer.rows())
                .put("bytes", footer.bytes())
                .put("plainBytes", footer.plainBytes());
        if (footer.pageVersion() == 0) {
            node.putNull("pageVersion");
        } else {
            node.put("pageVersion", footer.pageVersion());
        }
        footer.metadataKeys().forEach(node.putArray("metadataKeys")::add);
        ArrayNode fields = node.putArray("columns");
        for (ParquetFacts.Field field : footer.fields()) {
            fields.addObject()
                    .put("name", field.name())
                    .put("physicalType", field.physicalType())
                    .put("annotation", field.annotation())
                    .put("repetition", field.repetition())
                    .put("dmsType", text(field.type()))
                    .put("min", field.smallest())
                    .put("max", field.largest())
                    .put("nulls", field.nulls());
        }
        ArrayNode groups = node.putArray("rowGroups");
        for (ParquetFacts.RowGroup group : footer.rowGroups()) {
            ObjectNode one = groups.addObject()
                    .put("rows", group.rows())
                    .put("bytes", group.bytes())
                    .put("plainBytes", group.plainBytes())
                    .put("columnsWithStatistics", group.statistics());
            group.codecs().forEach(one.putArray("codecs")::add);
            group.encodings().forEach(one.putArray("encodings")::add);
        }
    }

    private static void table(TableAudit table, ObjectNode node) {
        node.put("table", table.table().toString())
                .put("loadFiles", table.loadFiles())
                .put("loadBytes", table.loadBytes())
                .put("changeFiles", table.changeFiles())
                .put("changeBytes", table.changeBytes());
        ObjectNode formats = node.putObject("formats");
        table.formats().forEach((format, files) -> formats.put(format.name(), files));
        ObjectNode folders = node.putObject("dateFolders");
        table.dateFolders().forEach(folders::put);
        table.segments().forEach(node.putArray("segments")::add);
        sizes(table.sizes(), node.putObject("sizes"));
        node.put("filesAfterCompaction", table.filesAfterCompaction())
                .put("state", table.state().name())
                .put(
                        "generation",
                        table.loadFiles() == 0 ? null : table.generation().toString())
                .put("loadStart", text(table.loadStart()))
                .put("leftovers", table.leftovers())
                .put("changesBeforeLoad", table.beforeLoad());
        ArrayNode runs = node.putArray("runs");
        table.runs().forEach(run -> runs.add(run.toString()));
        node.put("medianGapSeconds", table.medianGap().toSeconds());
        ArrayNode gaps = node.putArray("longestGaps");
        table.longestGaps()
                .forEach(gap -> gaps.addObject()
                        .put("before", gap.before())
                        .put("after", gap.after())
                        .put("seconds", gap.length().toSeconds()));
        ArrayNode starts = node.putArray("runStarts");
        table.runStarts()
                .forEach(start -> starts.addObject()
                        .put("file", start.file())
                        .put("before", start.before())
                        .put("repeatedRows", start.repeatedRows())
                        .put("comparedRows", start.comparedRows())
                        .put("notChecked", start.notChecked()));
        columns(table.columns(), node);
        rows(table.rows(), node);
        schemas(table.schemas(), node.putArray("schemas"));
        ObjectNode arrival = node.putObject("arrival")
                .put("from", table.arrival().from().toString())
                .put("bucketSeconds", table.arrival().width().toSeconds());
        table.arrival().files().forEach(arrival.putArray("files")::add);
        TableAudit.Coverage coverage = table.coverage();
        node.putObject("coverage")
                .put("files", coverage.files())
                .put("footers", coverage.footers())
                .put("rowFiles", coverage.rowFiles())
                .put("rows", coverage.rows())
                .put("unreadable", coverage.unreadable())
                .put("notRead", coverage.notRead());
    }

    private static void sizes(SizeStatistics sizes, ObjectNode node) {
        node.put("files", sizes.files())
                .put("bytes", sizes.bytes())
                .put("min", sizes.smallest())
                .put("median", sizes.median())
                .put("p90", sizes.p90())
                .put("max", sizes.largest())
                .put("below8MB", sizes.below8MegaBytes())
                .put("below128MB", sizes.below128MegaBytes())
                .put("in128To512MB", sizes.inBand())
                .put("above512MB", sizes.above());
        sizes.histogram().forEach(node.putArray("filesByPowerOfTwo")::add);
    }

    private static void schemas(List<SchemaVersion> schemas, ArrayNode node) {
        for (SchemaVersion schema : schemas) {
            ObjectNode one =
                    node.addObject().put("firstFile", schema.firstFile()).put("files", schema.files());
            ArrayNode columns = one.putArray("columns");
            for (Column column : schema.columns()) {
                columns.addObject()
                        .put("name", column.name())
                        .put("type", column.type().toString());
            }
            ArrayNode changes = one.putArray("changes");
            schema.changes().forEach(change -> changes.add(SchemaHistory.text(change)));
        }
    }

    private static void columns(DmsColumns columns, ObjectNode node) {
        node.putObject("dmsColumns")
                .put("timestamp", columns.timestampColumn())
                .put("sequence", columns.sequenceColumn())
                .put("beforeImagePrefix", columns.beforeImagePrefix())
                .put("beforeImageSuffix", columns.beforeImageSuffix());
    }

    private static void rows(@Nullable RowFacts rows, ObjectNode node) {
        if (rows == null) {
            node.putNull("rows");
            return;
        }

        ObjectNode one = node.putObject("rows").put("count", rows.rows());
        ObjectNode operations = one.putObject("operations");
        for (Map.Entry<Operation, Long> entry : rows.operations().entrySet()) {
            operations.put(String.valueOf(entry.getKey().letter()), entry.getValue());
        }
        one.put("withoutOp", rows.withoutOperation())
                .put("firstSequence", rows.firstSequence())
                .put("lastSequence", rows.lastSequence())
                .put("disorderAt", rows.disorder())
                .put("withoutSequence", rows.withoutSequence())
                .put("smallestTime", text(rows.smallestTime()))
                .put("largestTime", text(rows.largestTime()))
                .put("emptyRows", rows.emptyRows())
                .put("deletes", rows.deletes())
                .put("keyOnlyDeletes", rows.keyOnly());
        ArrayNode columns = one.putArray("columns");
        rows.columns()
                .forEach(column -> columns.addObject()
                        .put("name", column.name())
                        .put("type", column.type().toString())
                        .put("filled", column.filled())
                        .put("nulls", column.nulls())
                        .put("missing", column.missing())
                        .put("emptyTexts", column.emptyTexts())
                        .put("nan", column.notANumber())
                        .put("booleanTexts", column.booleanTexts()));
    }

    private static void findings(List<Finding> findings, ObjectNode node) {
        ArrayNode list = node.putArray("findings");
        findings.forEach(finding -> list.addObject()
                .put("code", finding.code())
                .put("severity", finding.severity().name())
                .put("path", finding.path())
                .put("message", finding.message())
                .put("fix", finding.fix()));
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
