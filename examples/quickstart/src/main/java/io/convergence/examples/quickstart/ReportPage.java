package io.convergence.examples.quickstart;

import io.convergence.DataSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code report.html}: what came in, what went out, and whether it is equal. Self-contained, no scripts; its frame is
 * the resource {@code report-template.html}.
 */
final class ReportPage {
    /** What the page tells. */
    record Content(
            boolean equal,
            Map<String, Long> meanwhile,
            List<Long> before,
            List<Long> after,
            DataSize target,
            List<TableReport> tables) {}

    private ReportPage() {}

    static void write(Path file, Content content) throws IOException {
        long largest = Math.max(1, Math.max(largest(content.before()), largest(content.after())));
        Files.writeString(
                file,
                template()
                        .replace("{{verdict}}", content.equal() ? "equal" : "different")
                        .replace("{{headline}}", content.equal() ? "Lake equals source" : "Lake differs from source")
                        .replace("{{tiles}}", tiles(content))
                        .replace("{{target}}", escape(content.target().toString()))
                        .replace("{{before}}", caption(content.before()))
                        .replace("{{after}}", caption(content.after()))
                        .replace("{{before-picture}}", SizePicture.of("before", content.before(), largest))
                        .replace("{{after-picture}}", SizePicture.of("after compaction", content.after(), largest))
                        .replace("{{rows}}", rows(content.tables()))
                        .replace("{{meanwhile}}", meanwhile(content.meanwhile())));
    }

    private static String template() throws IOException {
        try (var resource = ReportPage.class.getResourceAsStream("report-template.html")) {
            if (resource == null) {
                throw new IOException("Cannot find report-template.html beside " + ReportPage.class + ".");
            }

            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String tiles(Content content) {
        long rows = content.tables().stream().mapToLong(TableReport::lakeRows).sum();
        long differences =
                content.tables().stream().mapToLong(TableReport::differences).sum();
        return tile(number(rows), "rows compared, in " + content.tables().size() + " tables")
                + tile(number(differences), "differences")
                + tile(
                        number(content.before().size()) + " → "
                                + number(content.after().size()),
                        "files")
                + tile(
                        size(TableReport.sum(content.before())) + " → " + size(TableReport.sum(content.after())),
                        "size of all files");
    }

    private static String tile(String figure, String label) {
        return "<div class=\"tile\"><b>" + escape(figure) + "</b><span>" + escape(label) + "</span></div>\n";
    }

    private static String caption(List<Long> sizes) {
        List<Long> sorted = sizes.stream().sorted().toList();
        long middle = sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
        return number(sizes.size()) + " files, " + size(TableReport.sum(sizes)) + "; the middle one has "
                + size(middle);
    }

    private static String rows(List<TableReport> tables) {
        return tables.stream()
                .map(table -> "<tr><th scope=\"row\">" + escape(table.table().toString()) + "</th>"
                        + cell(number(table.before().size()))
                        + cell(size(TableReport.sum(table.before())))
                        + cell(number(table.written().fullLoadRows()))
                        + cell(number(table.written().inserts()))
                        + cell(number(table.written().updates()))
                        + cell(number(table.written().deletes()))
                        + cell(number(table.after().size()))
                        + cell(size(TableReport.sum(table.after())))
                        + cell(number(table.lakeRows()))
                        + cell(number(table.unknownKept()))
                        + cell(number(table.differences())) + "</tr>")
                .collect(Collectors.joining("\n"));
    }

    private static String meanwhile(Map<String, Long> steps) {
        return steps.entrySet().stream()
                .map(step -> "<li><b>" + number(step.getValue()) + "</b> × " + escape(step.getKey()) + "</li>")
                .collect(Collectors.joining("\n"));
    }

    private static String cell(String text) {
        return "<td>" + escape(text) + "</td>";
    }

    private static long largest(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Decimal units with one digit: a page for people, not for checks. */
    static String size(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }

        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
