package io.convergence.target;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.mapping.InvalidMappingException;
import io.convergence.mapping.MappedTable;
import io.convergence.mapping.NamingRule.Rename;
import io.convergence.mapping.RuleTarget;
import io.convergence.mapping.SelectionRule;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.mapping.Wildcard;
import io.convergence.schema.DataType;
import io.convergence.source.NullSuspicion;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The checks behind {@link ReplicationSpec#validate()}: those of the parts, then those that need more than one of them. */
final class ReplicationSpecChecks {
    /** DMS came out in 2016. */
    private static final Instant FIRST_FILE = Instant.parse("2016-01-01T00:00:00Z");

    private static final Instant HORIZON = Instant.parse("2100-01-01T00:00:00Z");

    private final ReplicationSpecParts parts;
    private final S3TargetSettings settings;
    private final List<Finding> findings = new ArrayList<>();

    private ReplicationSpecChecks(ReplicationSpecParts parts, S3TargetSettings settings) {
        this.parts = parts;
        this.settings = settings;
    }

    static List<Finding> findings(ReplicationSpecParts parts) {
        List<Finding> settingsFindings = parts.settings().validate();
        ReplicationSpecChecks checks =
                new ReplicationSpecChecks(parts, parts.settings().values());
        if (parts.schema() != null) {
            parts.schema().validate().forEach(finding -> checks.findings.add(within("$.sourceSchema", finding)));
        }
        parts.mappings().validate().forEach(finding -> checks.findings.add(within("$.tableMappings", finding)));
        settingsFindings.forEach(finding -> checks.findings.add(within("$.s3Settings", finding)));
        if (parts.taskSettings() != null) {
            parts.taskSettings().validate().forEach(finding -> checks.findings.add(within("$.taskSettings", finding)));
        }
        checks.lobMaxSize();
        checks.source();
        List<MappedTable> mapped = checks.mapped();
        checks.order();
        checks.keyChanges();
        checks.loads();
        checks.prefix("controlPrefix", parts.controlPrefix(), mapped);
        checks.prefix("outputPrefix", parts.outputPrefix(), mapped);
        checks.prefixesApart();
        checks.nullOnUpdate();
        checks.losses(mapped);
        return List.copyOf(checks.findings);
    }

    static Finding within(String path, Finding finding) {
        String inner = finding.path();
        boolean ofRules = path.equals("$.tableMappings") && !inner.startsWith("$");
        String apart = ofRules ? "." : " ";
        String joined = inner.startsWith("$") ? path + inner.substring(1) : path + apart + inner;
        return new Finding(finding.code(), finding.severity(), joined, finding.message(), finding.fix());
    }

    private void lobMaxSize() {
        TaskSettings task = parts.taskSettings();
        DataSize given = parts.givenLobMaxSize();
        if (task != null && given != null && !given.equals(task.lobMaxSize())) {
            error(
                    "LOB_MAX_SIZE_CONTRADICTS",
                    "$.lobMaxSizeKb",
                    "It is " + given.toKilobytes() + " KB, but LobMaxSize in the task settings is "
                            + task.lobMaxSize().toKilobytes() + " KB.",
                    "Leave lobMaxSizeKb out: the task settings say it.");
        }
    }

    private void source() {
        SourceSchema schema = parts.schema();
        if (parts.engine() == null) {
            error(
                    "SOURCE_ENGINE_MISSING",
                    "$.sourceEngine",
                    "Neither a source engine nor a source schema is given.",
                    "Give one, e.g. \"postgresql\".");
        } else if (schema != null && schema.engine() != parts.engine()) {
            error(
                    "SOURCE_ENGINE_MISMATCH",
                    "$.sourceEngine",
                    "The source engine is " + parts.engine() + ", but the source schema was read from "
                            + schema.engine() + ".",
                    "Leave the source engine out: the schema names it.");
        }
    }

    private List<MappedTable> mapped() {
        SourceSchema schema = parts.schema();
        if (schema == null) {
            return List.of();
        }

        try {
            List<MappedTable> mapped = parts.mappings().mappedTables(schema);
            if (mapped.isEmpty()) {
                error(
                        "NO_TABLE_SELECTED",
                        "$.tableMappings",
                        "The mappings select none of the " + schema.tables().size() + " tables of the source schema.",
                        "Compare the names, in upper and lower case, with "
                                + schema.tables().stream()
                                        .limit(5)
                                        .map(table -> table.id().toString())
                                        .toList() + ".");
            }
            for (MappedTable table : mapped) {
                if (table.sequenceColumn() == null && sequenceSomewhere()) {
                    warning(
                            "SEQUENCE_COLUMN_MISSING_IN_TABLE",
                            "$.tableMappings",
                            "Table " + table.source().id() + " gets no change sequence, though others do.",
                            "Add the column to all tables: addChangeSequence(\"dms_seq\").");
                }
            }
            return mapped;
        } catch (InvalidMappingException e) {
            if (e.findings().stream().anyMatch(finding -> finding.severity() == Severity.ERROR)) {
                error("MAPPINGS_DO_NOT_FIT", "$.tableMappings", String.valueOf(e.getMessage()), "Correct the rules.");
            } else {
                warning(
                        "MAPPINGS_NOT_EVALUATED",
                        "$.tableMappings",
                        String.valueOf(e.getMessage()),
                        "Until then the tables this spec writes cannot be derived from it.");
            }
        }
        return List.of();
    }

    /** S1, S3, S4. */
    private void order() {
        boolean sequence = sequenceSomewhere();
        if (!sequence && settings.timestampColumnName().isEmpty()) {
            warning(
                    "NO_HISTORY",
                    "$.tableMappings",
                    "Changes carry neither a sequence nor a timestamp: only the current state can be built, no history, and a file that DMS writes again "
                            + "after a restart cannot be recognised with certainty (rule S3).",
                    "Add a change sequence, addChangeSequence(\"dms_seq\"), and set TimestampColumnName.");
        } else if (!sequence) {
            warning(
                    "SEQUENCE_COLUMN_MISSING",
                    "$.tableMappings",
                    "Changes carry no sequence: their order is that of file names and rows, and every pause of the files may hide a restart (rules S1 and S3).",
                    "Add a change sequence: addChangeSequence(\"dms_seq\").");
        }

        ZoneId zone = settings.datePartitionTimezone();
        if (settings.datePartitionEnabled() && repeatsAnHour(zone)) {
            String message = "DatePartitionTimezone is " + zone
                    + ", where clocks are set back: for one hour the names of files do not tell their order";
            if (sequence) {
                warning(
                        "ZONE_REPEATS_AN_HOUR",
                        "$.s3Settings.DatePartitionTimezone",
                        message + ", and their LastModified decides (rule S4).",
                        "Use UTC.");
            } else {
                error(
                        "ZONE_REPEATS_AN_HOUR",
                        "$.s3Settings.DatePartitionTimezone",
                        message + ", and without a change sequence nothing else does (rule S4).",
                        "Use UTC, or add a change sequence: addChangeSequence(\"dms_seq\").");
            }
        }
    }

    /** S10. */
    private void keyChanges() {
        if (parts.mappings().rules().stream().noneMatch(AddBeforeImageColumns.class::isInstance)) {
            warning(
                    "BEFORE_IMAGE_MISSING",
                    "$.tableMappings",
                    "Updates do not carry the old key: where a key changes, the row with the old key stays in the lake (rule S10).",
                    "Add before-images of the key: addBeforeImageColumns(\"before_\").");
        }
    }

    /** S5. */
    private void loads() {
        if (settings.useTaskStartTimeForFullLoadTimestamp()
                && settings.timestampColumnName().isPresent()) {
            warning(
                    "LOAD_START_UNKNOWN",
                    "$.s3Settings.UseTaskStartTimeForFullLoadTimestamp",
                    "Full-load rows carry the start of the task in place of their arrival time: when a table's load began has to be taken from elsewhere (rule S5).",
                    "Leave it off.");
        }
    }

    /** L4: what lies in a folder that DMS empties on a reload or TRUNCATE is lost with it. */
    private void prefix(String name, String prefix, List<MappedTable> mapped) {
        String path = "$." + name;
        if (prefix.isEmpty()) {
            error(
                    "PREFIX_NOT_OUTSIDE_DMS_FOLDER",
                    path,
                    "The " + name + " is empty: it would hold all that DMS writes and deletes (rule L4).",
                    "Give a prefix beside DMS's folder, e.g. \"convergence/" + name.replace("Prefix", "") + "\".");
            return;
        }

        String folder = settings.bucketFolder();
        Optional<String> conflict = folder.isEmpty()
                ? tableFolder(prefix, mapped)
                : Optional.of(folder).filter(dms -> overlap(prefix, dms));
        Optional<String> transactions = settings.cdcPath()
                .map(cdc -> folder.isEmpty() ? cdc : folder + "/" + cdc)
                .filter(cdc -> overlap(prefix, cdc));
        conflict.or(() -> transactions)
                .ifPresent(dms -> error(
                        "PREFIX_NOT_OUTSIDE_DMS_FOLDER",
                        path,
                        "The " + name + " '" + prefix + "' and DMS's folder '" + dms
                                + "' overlap: DMS deletes what lies in its folder when a table is reloaded or truncated (rule L4).",
                        "Choose a prefix beside '" + dms + "'."));
    }

    /** Without a bucket folder DMS owns one folder for each schema. */
    private Optional<String> tableFolder(String prefix, List<MappedTable> mapped) {
        String first = prefix.contains("/") ? prefix.substring(0, prefix.indexOf('/')) : prefix;
        if (!mapped.isEmpty()) {
            return mapped.stream()
                    .map(table -> table.target().schema() + "/" + table.target().name())
                    .filter(folder -> overlap(prefix, folder))
                    .findFirst();
        }

        boolean selected = parts.mappings().rules().stream()
                .anyMatch(rule -> rule instanceof SelectionRule selection
                        && selection.action() != SelectionRule.Action.EXCLUDE
                        && mayMatch(selection.locator().schemaName(), first));
        boolean renamed = parts.mappings().rules().stream()
                .anyMatch(rule -> rule instanceof Rename rename
                        && rename.target() == RuleTarget.SCHEMA
                        && first.equals(rename.value()));
        return selected || renamed ? Optional.of(first) : Optional.empty();
    }

    private static boolean mayMatch(String pattern, String name) {
        try {
            return pattern.equals(name) || Wildcard.of(pattern).matches(name);
        } catch (IllegalArgumentException e) {
            // Reported with the rule; until it is corrected it may match anything.
            return true;
        }
    }

    private void prefixesApart() {
        if (!parts.controlPrefix().isEmpty() && overlap(parts.controlPrefix(), parts.outputPrefix())) {
            error(
                    "PREFIXES_OVERLAP",
                    "$.outputPrefix",
                    "The controlPrefix '" + parts.controlPrefix() + "' and the outputPrefix '" + parts.outputPrefix()
                            + "' overlap: files of the ledger could be taken for data, and data for the ledger.",
                    "Choose two prefixes of which neither contains the other.");
        }
    }

    private static boolean overlap(String a, String b) {
        return (a + "/").startsWith(b + "/") || (b + "/").startsWith(a + "/");
    }

    /** S8. */
    private void nullOnUpdate() {
        SourceSchema schema = parts.schema();
        SourceEngine engine = parts.engine();
        if (schema == null || engine == null) {
            return;
        }

        for (Map.Entry<TableId, Map<String, NullOnUpdate>> entry : new TreeMap<>(parts.nullOnUpdate()).entrySet()) {
            Optional<SourceTable> table = schema.table(entry.getKey());
            if (table.isEmpty()) {
                error(
                        "NULL_ON_UPDATE_UNKNOWN_TABLE",
                        "$.nullOnUpdate",
                        "Table " + entry.getKey() + " is not in the source schema.",
                        "Give the name the table has in the source.");
                continue;
            }
            for (Map.Entry<String, NullOnUpdate> column : new TreeMap<>(entry.getValue()).entrySet()) {
                nullOnUpdate(engine, table.get(), column.getKey(), column.getValue());
            }
        }
    }

    private void nullOnUpdate(SourceEngine engine, SourceTable table, String column, NullOnUpdate meaning) {
        if (table.column(column).isEmpty()) {
            error(
                    "NULL_ON_UPDATE_UNKNOWN_COLUMN",
                    "$.nullOnUpdate",
                    "Table " + table.id() + " has no column '" + column + "'.",
                    "Give one of " + table.toSchema().columnNames() + ".");
        } else if (meaning == NullOnUpdate.NULL
                && NullSuspicion.of(engine, table).unknown().contains(column)) {
            warning(
                    "NULL_TAKEN_AS_REAL",
                    "$.nullOnUpdate",
                    "Column '" + column + "' of " + table.id()
                            + " takes nulls in updates as real, but the source may leave the value out: "
                            + "then a value that did not change is lost (rule S8).",
                    "Leave the column at UNKNOWN, or have the source log whole rows.");
        }
    }

    /** What S19 lists: each known loss is reported before it happens. */
    private void losses(List<MappedTable> mapped) {
        SourceEngine engine = parts.engine();
        boolean parquet = settings.dataFormat() == DataFormat.PARQUET && !settings.preserveTransactions();
        for (MappedTable table : mapped) {
            if (engine != null) {
                suspectColumns(engine, table);
            }
            List<String> lobs = names(table, DataType.Kind.CLOB, DataType.Kind.NCLOB, DataType.Kind.BLOB);
            if (!lobs.isEmpty()) {
                info(
                        "LOB_MAY_BE_CUT",
                        table.source().id(),
                        "Values of " + lobs + " that are longer than LobMaxSize, "
                                + parts.lobMaxSize().toKilobytes() + " KB, are cut.",
                        "Raise lobMaxSize, here and in the task settings, above the longest value.");
            }
            List<String> times = names(table, DataType.Kind.DATETIME);
            if (parquet && settings.parquetTimestampInMillisecond() && !times.isEmpty()) {
                info(
                        "TIMES_CUT_TO_MILLISECONDS",
                        table.source().id(),
                        "ParquetTimestampInMillisecond cuts " + times + " to milliseconds.",
                        "Leave it off if the source is finer.");
            }
        }
    }

    private void suspectColumns(SourceEngine engine, MappedTable table) {
        Map<String, NullOnUpdate> declared =
                parts.nullOnUpdate().getOrDefault(table.source().id(), Map.of());
        List<String> suspect = NullSuspicion.of(engine, table.source()).suspect().stream()
                .filter(column -> declared.getOrDefault(column, NullOnUpdate.UNKNOWN) == NullOnUpdate.UNKNOWN)
                .toList();
        if (!suspect.isEmpty()) {
            info(
                    "NULL_MAY_BE_STALE",
                    table.source().id(),
                    "A null in an update of " + suspect
                            + " is taken as unknown, because the source may leave out a value that did not change: "
                            + "where it is set to null, the lake keeps the old value until it is repaired (rule S8).",
                    engine == SourceEngine.POSTGRESQL
                            ? "Run ALTER TABLE " + table.source().id()
                                    + " REPLICA IDENTITY FULL with the test_decoding plugin, or declare nullOnUpdate for the column."
                            : "Have the source log all columns, or declare nullOnUpdate for the column.");
        }
    }

    private static List<String> names(MappedTable table, DataType.Kind... kinds) {
        List<DataType.Kind> wanted = List.of(kinds);
        return table.columns().stream()
                .map(column -> column.source())
                .filter(column -> wanted.contains(column.type().kind()))
                .map(SourceColumn::name)
                .toList();
    }

    private boolean sequenceSomewhere() {
        return parts.mappings().rules().stream()
                .anyMatch(rule -> rule instanceof AddColumn add && add.changeSequence());
    }

    /** Whether local times of this zone are ambiguous at any time a file can carry. */
    private static boolean repeatsAnHour(ZoneId zone) {
        ZoneOffsetTransition next = zone.getRules().nextTransition(FIRST_FILE);
        while (next != null && next.getInstant().isBefore(HORIZON)) {
            if (next.isOverlap()) {
                return true;
            }
            next = zone.getRules().nextTransition(next.getInstant());
        }
        return false;
    }

    private void error(String code, String path, String message, String fix) {
        findings.add(Finding.error(code, path, message, fix));
    }

    private void warning(String code, String path, String message, String fix) {
        findings.add(Finding.warning(code, path, message, fix));
    }

    private void info(String code, TableId table, String message, String fix) {
        findings.add(Finding.info(code, "$.sourceSchema " + table, message, fix));
    }
}
