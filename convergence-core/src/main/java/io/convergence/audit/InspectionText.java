package io.convergence.audit;

import static io.convergence.audit.TextTable.count;
import static io.convergence.audit.TextTable.number;
import static io.convergence.audit.TextTable.safe;

import io.convergence.DataSize;
import io.convergence.change.ParquetFacts;
import io.convergence.change.SourceSpan;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A file's inspection for people. */
final class InspectionText {
    private static final int LISTED_GROUPS = 20;

    private InspectionText() {}

    static String of(FileInspection inspection) {
        StringBuilder out = new StringBuilder();
        out.append(safe(inspection.file().key())).append('\n');
        TextTable head = new TextTable("  ");
        head.add("size", number(inspection.file().size()) + " bytes");
        head.add("stored", inspection.file().lastModified().toString());
        head.add("format", inspection.format().toString());
        inspection.parquet().ifPresent(footer -> footer(footer, head));
        head.add("own columns of DMS", ReportText.columns(inspection.columns()));
        inspection.rowFacts().ifPresent(rows -> rows(inspection, rows, head));
        head.write(out);
        out.append('\n');
        inspection.parquet().ifPresent(footer -> {
            fields(footer, inspection.rows(), out);
            groups(footer.rowGroups(), out);
        });
        sources(inspection.sources(), out);
        out.append("Findings\n");
        ReportText.findings(inspection.findings(), out);
        return out.toString();
    }

    private static void footer(ParquetFacts footer, TextTable head) {
        head.add("created by", safe(footer.createdBy()));
        head.add(
                "Parquet",
                "footer version " + footer.version() + ", pages "
                        + (footer.pageVersion() == 0 ? "not told" : "v" + footer.pageVersion()));
        head.add(
                "compression",
                DataSize.ofBytes(footer.plainBytes()) + " to " + DataSize.ofBytes(footer.bytes())
                        + (footer.bytes() == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT, ", %.2f to 1", (double) footer.plainBytes() / footer.bytes())));
    }

    private static void rows(FileInspection inspection, RowFacts rows, TextTable head) {
        head.add("rows", ReportText.rows(rows) + (inspection.complete() ? "" : "; not all rows were read"));
        rows.first()
                .ifPresent(first -> head.add(
                        "sequence",
                        first + " to " + rows.last().orElse("")
                                + (rows.sequenceRises() ? ", rising" : ", NOT rising")));
    }

    private static void fields(ParquetFacts footer, @Nullable RowFacts rows, StringBuilder out) {
        TextTable table = new TextTable("  ")
                .add("column", "physical", "annotation", "repetition", "DMS type", "nulls", "smallest", "largest");
        for (ParquetFacts.Field field : footer.fields()) {
            String nulls = field.nullCount().isPresent()
                    ? number(field.nullCount().getAsLong())
                    : nullsRead(rows, field.name());
            table.add(
                    safe(field.name()),
                    field.physicalType(),
                    field.annotation(),
                    field.repetition().toLowerCase(Locale.ROOT),
                    field.dmsType().map(Object::toString).orElse("none"),
                    nulls,
                    shortened(field.min().orElse("-")),
                    shortened(field.max().orElse("-")));
        }
        out.append("Columns\n");
        table.write(out);
        out.append('\n');
    }

    private static String nullsRead(@Nullable RowFacts rows, String column) {
        return rows == null
                ? "-"
                : rows.columns().stream()
                        .filter(facts -> facts.name().equals(column))
                        .map(facts -> number(facts.nulls()))
                        .findFirst()
                        .orElse("-");
    }

    private static String shortened(String value) {
        String text = safe(value);
        return text.length() <= 36 ? text : text.substring(0, 35) + "…";
    }

    private static void groups(List<ParquetFacts.RowGroup> groups, StringBuilder out) {
        TextTable table =
                new TextTable("  ").add("row group", "rows", "stored", "plain", "statistics", "codecs", "encodings");
        for (int i = 0; i < Math.min(groups.size(), LISTED_GROUPS); i++) {
            ParquetFacts.RowGroup group = groups.get(i);
            table.add(
                    String.valueOf(i),
                    number(group.rows()),
                    number(group.bytes()),
                    number(group.plainBytes()),
                    number(group.statistics()) + " columns",
                    String.join(",", group.codecs()),
                    String.join(",", group.encodings()));
        }
        out.append("Row groups\n");
        table.write(out);
        if (groups.size() > LISTED_GROUPS) {
            out.append("  and ").append(number(groups.size() - LISTED_GROUPS)).append(" more\n");
        }
        out.append('\n');
    }

    private static void sources(List<SourceSpan> sources, StringBuilder out) {
        if (sources.isEmpty()) {
            return;
        }

        TextTable table = new TextTable("  ").add("from row", "rows", "raw file");
        sources.forEach(span -> table.add(number(span.firstRow()), number(span.rows()), safe(span.key())));
        out.append("Compacted from ").append(count(sources.size(), "raw file")).append('\n');
        table.write(out);
        out.append('\n');
    }
}
