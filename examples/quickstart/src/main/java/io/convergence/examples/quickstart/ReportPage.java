package io.convergence.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code report.html}: what came in and what went out, with a picture of the file sizes. Self-contained, no scripts. */
final class ReportPage {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 220;

    /** One side of the picture. */
    record FileSet(String name, List<Long> sizes) {
        long bytes() {
            return sizes.stream().mapToLong(Long::longValue).sum();
        }

        long median() {
            List<Long> sorted = sizes.stream().sorted().toList();
            return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
        }
    }

    private ReportPage() {}

    static void write(Path file, String summary, List<FileSet> sets, List<List<String>> tables) throws IOException {
        var html = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>Convergence quickstart</title>
                <style>body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:2em auto;padding:0 1em;color:#223}
                table{border-collapse:collapse;margin:1em 0}td,th{padding:.3em .8em;border-bottom:1px solid #ccd;text-align:right}
                td:first-child,th:first-child{text-align:left}svg{background:#f6f8fb;display:block;margin:.5em 0 1.5em}</style></head><body>
                <h1>Convergence quickstart</h1>
                """);
        html.append("<p><strong>").append(escape(summary)).append("</strong></p>\n");
        html.append(
                "<h2>File sizes before and after</h2>\n<p>One bar a file, largest first; both pictures share the height scale.</p>\n");
        long largest = sets.stream()
                .flatMap(set -> set.sizes().stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(1);
        for (FileSet set : sets) {
            html.append(String.format(
                    Locale.ROOT,
                    "<h3>%s: %,d files, %,d bytes, median %,d bytes</h3>%n",
                    escape(set.name()),
                    set.sizes().size(),
                    set.bytes(),
                    set.median()));
            html.append(picture(set, Math.max(1, largest)));
        }
        html.append("<h2>Tables</h2>\n<table>\n");
        for (int i = 0; i < tables.size(); i++) {
            String cell = i == 0 ? "th" : "td";
            html.append("<tr>");
            for (String text : tables.get(i)) {
                html.append('<')
                        .append(cell)
                        .append('>')
                        .append(escape(text))
                        .append("</")
                        .append(cell)
                        .append('>');
            }
            html.append("</tr>\n");
        }
        html.append("</table>\n</body></html>\n");

        Files.writeString(file, html);
    }

    /** Heights on a square-root scale, so that files of a few kilobytes stay visible beside large ones. */
    private static String picture(FileSet set, long largest) {
        List<Long> sizes = new ArrayList<>(set.sizes());
        sizes.sort((a, b) -> Long.compare(b, a));
        double step = (double) WIDTH / Math.max(1, sizes.size());
        var svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"file sizes: %s\">%n",
                WIDTH,
                HEIGHT,
                escape(set.name())));
        for (int i = 0; i < sizes.size(); i++) {
            double height = Math.max(1, Math.sqrt((double) sizes.get(i) / largest) * (HEIGHT - 10));
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#3b6ea5\"/>%n",
                    i * step,
                    HEIGHT - height,
                    Math.min(40, Math.max(0.5, step * 0.85)),
                    height));
        }

        return svg.append("</svg>\n").toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
