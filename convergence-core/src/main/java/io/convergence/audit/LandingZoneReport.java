package io.convergence.audit;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.Severity;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an audit found of a landing zone. Its text is for people, {@link #toJson} for machines, {@link #toHtml} shows it
 * with pictures. Immutable; thread-safe.
 *
 * @param place the store and the prefix looked at
 * @param transactions transaction files of {@code PreserveTransactions}; their rows are not read
 * @param controls objects of DMS's own bookkeeping
 * @param foreign objects that are no file of DMS's; the first of them are among the findings
 * @param settings what the files betray of the task's settings
 * @param zoneFindings what concerns no table alone
 */
public record LandingZoneReport(
        String place,
        List<TableAudit> tables,
        long transactions,
        long controls,
        long foreign,
        List<InferredSetting> settings,
        List<Finding> zoneFindings) {
    public LandingZoneReport {
        requireNonNull(place, "place");
        tables = List.copyOf(tables);
        settings = List.copyOf(settings);
        zoneFindings = List.copyOf(zoneFindings);
    }

    /** Those of the zone, then those of each table. */
    public List<Finding> findings() {
        return Stream.concat(zoneFindings.stream(), tables.stream().flatMap(table -> table.findings().stream()))
                .toList();
    }

    /** Whether a person should look at one of the findings: one that is an error or a warning. */
    public boolean needsAttention() {
        return findings().stream().anyMatch(finding -> finding.severity() != Severity.INFO);
    }

    public long files() {
        return tables.stream()
                        .mapToLong(table -> table.loadFiles() + table.changeFiles())
                        .sum()
                + transactions;
    }

    public long bytes() {
        return tables.stream()
                .mapToLong(table -> table.loadBytes() + table.changeBytes())
                .sum();
    }

    /** All of it as one JSON object. */
    public String toJson() {
        return ReportJson.of(this);
    }

    /** One self-contained page: styles and pictures within, no script, nothing loaded from elsewhere. */
    public String toHtml() {
        return ReportPage.of(this);
    }

    /** All of it for people, in aligned columns. */
    @Override
    public String toString() {
        return ReportText.of(this);
    }
}
