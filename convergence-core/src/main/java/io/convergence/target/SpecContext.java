package io.convergence.target;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.mapping.MappedTable;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the checks of a spec look at, and what they have found so far. */
final class SpecContext {
    private final ReplicationSpecParts parts;
    private final S3TargetSettings settings;
    private final List<MappedTable> mapped;
    private final List<Finding> findings = new ArrayList<>();

    /** @param mapped the selected tables; empty if they are not known */
    SpecContext(ReplicationSpecParts parts, S3TargetSettings settings, List<MappedTable> mapped) {
        this.parts = parts;
        this.settings = settings;
        this.mapped = mapped;
    }

    ReplicationSpecParts parts() {
        return parts;
    }

    S3TargetSettings settings() {
        return settings;
    }

    List<MappedTable> mapped() {
        return mapped;
    }

    @Nullable
    SourceEngine engine() {
        return parts.engine();
    }

    Optional<TaskSettings> task() {
        return Optional.ofNullable(parts.taskSettings());
    }

    /** The source's tables that are replicated; all of them where that is not known. */
    Optional<SourceSchema> selected() {
        SourceSchema schema = parts.schema();
        if (schema == null || mapped.isEmpty()) {
            return Optional.ofNullable(schema);
        }

        Set<TableId> ids = new HashSet<>();
        mapped.forEach(table -> ids.add(table.source().id()));
        return Optional.of(new SourceSchema(
                schema.engine(),
                schema.tables().stream()
                        .filter(table -> ids.contains(table.id()))
                        .toList()));
    }

    boolean loads() {
        MigrationType type = parts.migrationType();
        return type == null || type.loads();
    }

    boolean captures() {
        MigrationType type = parts.migrationType();
        return type == null || type.captures();
    }

    boolean writesCsv() {
        return settings.dataFormat() == DataFormat.CSV || settings.preserveTransactions();
    }

    /** Whether some rule adds a change sequence. */
    boolean sequenced() {
        return parts.mappings().rules().stream()
                .anyMatch(rule -> rule instanceof AddColumn add && add.changeSequence());
    }

    /** Two checks may find the same. */
    List<Finding> findings() {
        return findings.stream().distinct().toList();
    }

    void add(Finding finding) {
        findings.add(finding);
    }

    void error(String code, String path, String message, String fix) {
        findings.add(Finding.error(code, path, message, fix));
    }

    void warning(String code, String path, String message, String fix) {
        findings.add(Finding.warning(code, path, message, fix));
    }

    void info(String code, String path, String message, String fix) {
        findings.add(Finding.info(code, path, message, fix));
    }

    static String path(MappedTable table) {
        return "$.sourceSchema " + table.source().id();
    }

    static String path(MappedTable table, String column) {
        return path(table) + "." + column;
    }
}
