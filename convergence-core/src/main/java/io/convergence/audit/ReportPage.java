package io.convergence.audit;

import static io.convergence.audit.TextTable.count;
import static io.convergence.audit.TextTable.number;
import static io.convergence.audit.TextTable.percent;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A landing zone's report as one page. Everything that comes from files and keys goes through {@link #escape}. */
final class ReportPage {
    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1c2733;--dim:#5d6b7a;--paper:#fff;--panel:#f5f7fa;--line:#d9e0e8;
            --bar:#3a6ea5;--band:#cfe8d5;--insert:#2e7d5b;--update:#3a6ea5;--delete:#b8532f;--other:#8a94a0;
            --error:#b3261e;--warning:#8a5a00;--info:#4a6785}
            @media(prefers-color-scheme:dark){:root{--ink:#e3e8ee;--dim:#9aa7b5;--paper:#14191f;--panel:#1d242c;--line:#33404d;
            --bar:#6fa3d8;--band:#244a34;--insert:#58b58a;--update:#6fa3d8;--delete:#e0825c;--other:#78838f;
            --error:#ff8a80;--warning:#f0b95a;--info:#9db8d4}}
            *{box-sizing:border-box}
            body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--ink);background:var(--paper);
            max-width:1080px;margin:0 auto;padding:2rem 1.25rem 4rem}
            h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:2.4rem 0 .6rem}h3{font-size:1rem;margin:1.2rem 0 .3rem}
            code{font:13px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:break-word}
            .place{color:var(--dim);margin:.2rem 0 1.2rem}
            .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:.8rem}
            .card{background:var(--panel);border-radius:8px;padding:.7rem .9rem}.card b{display:block;font-size:1.35rem}
            .card span,.note{color:var(--dim);font-size:.87rem}
            .scroll{overflow-x:auto}
            table{border-collapse:collapse;width:100%;font-size:.9rem}
            th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
            th{color:var(--dim);font-weight:600}td.n,th.n{text-align:right;white-space:nowrap}
            figure .note{margin:.5rem 0 0}figure{margin:0 0 1rem;background:var(--panel);border-radius:8px;padding:.9rem}
            figcaption{font-weight:600;margin-bottom:.4rem}
            svg{display:block;width:100%;height:auto}svg text{fill:var(--dim);font-size:12px}
            .finding{border-left:4px solid var(--info);background:var(--panel);border-radius:0 8px 8px 0;padding:.6rem .9rem;margin:.6rem 0}
            .finding.error{border-color:var(--error)}.finding.warning{border-color:var(--warning)}
            .finding p{margin:.15rem 0}.sev{font-weight:700;font-size:.8rem;letter-spacing:.04em;color:var(--info)}
            .error .sev{color:var(--error)}.warning .sev{color:var(--warning)}
            details{margin:.6rem 0}summary{cursor:pointer;color:var(--dim)}
            """;

    private ReportPage() {}

    static String of(LandingZoneReport report) {
        StringBuilder html = new StringBuilder();
        html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
                .append("<title>Landing zone ")
                .append(escape(report.place()))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>Landing zone</h1>\n<p class=\"place\"><code>")
                .append(escape(report.place()))
                .append("</code></p>\n");
        cards(report, html);
        if (!report.tables().isEmpty()) {
            pictures(report, html);
        }
        findings(report.findings(), html);
        if (!report.tables().isEmpty()) {
            tables(report.tables(), html);
        }
        settings(report.settings(), html);
        report.tables().forEach(table -> table(table, html));
        return html.append("</body></html>\n").toString();
    }

    private static void cards(LandingZoneReport report, StringBuilder html) {
        long errors = findings(report, Severity.ERROR);
        long warnings = findings(report, Severity.WARNING);
        long small = report.tables().stream()
                .mapToLong(table -> table.sizes().below8MegaBytes())
                .sum();
        long after = report.tables().stream()
                .mapToLong(TableAudit::filesAfterCompaction)
                .sum();
        html.append("<div class=\"cards\">\n");
        card(html, number(report.tables().size()), "tables");
        card(html, number(report.files()), "files, " + DataSize.ofBytes(report.bytes()));
        card(html, percent(small, report.files()), "of the files are below 8 MB");
        card(html, number(after), "files after compaction");
        card(html, number(errors), errors == 1 ? "error" : "errors");
        card(html, number(warnings), warnings == 1 ? "warning" : "warnings");
        html.append("</div>\n");
        html.append("<p class=\"note\">")
                .append(count(report.transactions(), "transaction file"))
                .append(", ")
                .append(count(report.controls(), "object"))
                .append(" of bookkeeping, ")
                .append(count(report.foreign(), "foreign object"))
                .append(".</p>\n");
    }

    private static void card(StringBuilder html, String figure, String label) {
        html.append("<div class=\"card\"><b>")
                .append(escape(figure))
                .append("</b><span>")
                .append(escape(label))
                .append("</span></div>\n");
    }

    private static long findings(LandingZoneReport report, Severity severity) {
        return report.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    private static void pictures(LandingZoneReport report, StringBuilder html) {
        html.append("<h2>Pictures</h2>\n");
        figure(
                html,
                "File sizes",
                "Files of all tables by size, each bar for sizes twice those of the bar before; the shaded band is 128 to 512 MB, which query engines read best.",
                Pictures.sizes(report.tables().stream().map(TableAudit::sizes).toList()));
        figure(
                html,
                "Arrival",
                "Files of changes over time, by the time in their names (UTC).",
                Pictures.arrival(
                        report.tables().stream().map(TableAudit::arrival).toList()));
        figure(
                html,
                "Operations by table",
                "Shares of the rows read: inserts, updates, deletes, and rows without Op such as those of a full load.",
                Pictures.operations(report.tables()));
    }

    private static void figure(StringBuilder html, String title, String note, String svg) {
        html.append("<figure><figcaption>")
                .append(escape(title))
                .append("</figcaption>\n")
                .append(svg)
                .append("<p class=\"note\">")
                .append(escape(note))
                .append("</p></figure>\n");
    }

    private static void tables(List<TableAudit> tables, StringBuilder html) {
        html.append("<h2>Tables</h2>\n<div class=\"scroll\"><table><tr><th>table</th><th class=\"n\">LOAD files</th>")
                .append("<th class=\"n\">files of changes</th><th class=\"n\">size</th><th class=\"n\">median</th>")
                .append(
                        "<th class=\"n\">below 8 MB</th><th class=\"n\">after compaction</th><th class=\"n\">runs</th><th>state</th></tr>\n");
        for (TableAudit table : tables) {
            html.append("<tr><td><code>")
                    .append(escape(table.table().toString()))
                    .append("</code></td>");
            cell(html, number(table.loadFiles()));
            cell(html, number(table.changeFiles()));
            cell(html, DataSize.ofBytes(table.sizes().bytes()).toString());
            cell(html, DataSize.ofBytes(table.sizes().median()).toString());
            cell(html, percent(table.sizes().below8MegaBytes(), table.sizes().files()));
            cell(html, number(table.filesAfterCompaction()));
            cell(html, number(table.runs().size()));
            html.append("<td>").append(table.state()).append("</td></tr>\n");
        }
        html.append("</table></div>\n");
    }

    private static void cell(StringBuilder html, String number) {
        html.append("<td class=\"n\">").append(escape(number)).append("</td>");
    }

    private static void settings(List<InferredSetting> settings, StringBuilder html) {
        if (settings.isEmpty()) {
            return;
        }

        html.append(
                        "<h2>Settings the files betray</h2>\n<div class=\"scroll\"><table><tr><th>setting</th><th>value</th>")
                .append("<th>certainty</th><th>evidence</th></tr>\n");
        for (InferredSetting setting : settings) {
            html.append("<tr><td><code>")
                    .append(escape(setting.name()))
                    .append("</code></td><td><code>")
                    .append(escape(setting.value()))
                    .append("</code></td><td>")
                    .append(setting.certainty().name().toLowerCase(Locale.ROOT))
                    .append("</td><td>")
                    .append(escape(setting.evidence()))
                    .append("</td></tr>\n");
        }
        html.append("</table></div>\n");
    }

    private static void findings(List<Finding> findings, StringBuilder html) {
        html.append("<h2>Findings</h2>\n");
        List<Finding> grave = findings.stream()
                .filter(finding -> finding.severity() != Severity.INFO)
                .sorted(Comparator.comparing((Finding finding) -> finding.severity() != Severity.ERROR))
                .toList();
        List<Finding> notes = findings.stream()
                .filter(finding -> finding.severity() == Severity.INFO)
                .toList();
        if (grave.isEmpty()) {
            html.append("<p>No errors and no warnings.</p>\n");
        }
        grave.forEach(finding -> finding(finding, html));
        if (!notes.isEmpty()) {
            html.append("<details><summary>")
                    .append(count(notes.size(), "note"))
                    .append(" that need nobody</summary>\n");
            notes.forEach(finding -> finding(finding, html));
            html.append("</details>\n");
        }
    }

    private static void finding(Finding finding, StringBuilder html) {
        String severity = finding.severity().name();
        html.append("<div class=\"finding ")
                .append(severity.toLowerCase(Locale.ROOT))
                .append("\"><p><span class=\"sev\">")
                .append(severity)
                .append("</span> <b>")
                .append(escape(finding.code()))
                .append("</b> <code>")
                .append(escape(finding.path()))
                .append("</code></p>\n<p>")
                .append(escape(finding.message()))
                .append("</p>\n<p class=\"note\">")
                .append(escape(finding.fix()))
                .append("</p></div>\n");
    }

    private static void table(TableAudit table, StringBuilder html) {
        html.append("<details><summary>Table <code>")
                .append(escape(table.table().toString()))
                .append("</code> in detail</summary>\n<p>")
                .append(escape(ReportText.sizes(table.sizes())))
                .append("</p>\n<p>DMS's own columns: ")
                .append(escape(ReportText.columns(table.columns())))
                .append("</p>\n");
        table.rowFacts()
                .ifPresent(rows -> html.append("<p>Rows read: ")
                        .append(escape(ReportText.rows(rows)))
                        .append("</p>\n"));
        html.append(
                "<div class=\"scroll\"><table><tr><th>from file</th><th class=\"n\">files</th><th>columns</th></tr>\n");
        for (SchemaVersion version : table.schemas()) {
            html.append("<tr><td><code>").append(escape(version.firstFile())).append("</code></td>");
            cell(html, number(version.files()));
            html.append("<td>")
                    .append(escape(
                            version.changes().isEmpty()
                                    ? version.columns().toString()
                                    : String.join(
                                            ", ",
                                            version.changes().stream()
                                                    .map(SchemaHistory::text)
                                                    .toList())))
                    .append("</td></tr>\n");
        }
        html.append("</table></div></details>\n");
    }

    /** Also within attributes. */
    static String escape(String text) {
        return TextTable.safe(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
