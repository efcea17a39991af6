package io.convergence.target;

import io.convergence.mapping.MappedTable;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.source.SourceEngine;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether the changes that a spec makes DMS write can be put in order, and tell all that happened. */
final class SpecOrderChecks {
    /** DMS came out in 2016. */
    private static final Instant FIRST_FILE = Instant.parse("2016-01-01T00:00:00Z");

    private static final Instant HORIZON = Instant.parse("2100-01-01T00:00:00Z");
    private static final String ADD_SEQUENCE = "Add a change sequence: addChangeSequence(\"dms_seq\").";

    private final SpecContext spec;
    private final S3TargetSettings settings;

    private SpecOrderChecks(SpecContext spec) {
        this.spec = spec;
        this.settings = spec.settings();
    }

    static void check(SpecContext spec) {
        SpecOrderChecks checks = new SpecOrderChecks(spec);
        if (spec.captures()) {
            checks.sequenceOfTables();
            checks.order();
            checks.zone();
            checks.partitions();
            checks.keyChanges();
            checks.truncation();
        }
        if (spec.loads()) {
            checks.loads();
        }
    }

    private void sequenceOfTables() {
        for (MappedTable table : spec.mapped()) {
            if (table.sequenceColumn() == null && spec.sequenced()) {
                spec.warning(
                        "SEQUENCE_COLUMN_MISSING_IN_TABLE",
                        "$.tableMappings",
                        "Table " + table.source().id() + " gets no change sequence, though others do.",
                        "Add the column to all tables: addChangeSequence(\"dms_seq\").");
            }
        }
    }

    /** S1, S3. */
    private void order() {
        if (spec.sequenced()) {
            return;
        }

        if (settings.timestampColumnName().isEmpty()) {
            spec.warning(
                    "NO_HISTORY",
                    "$.tableMappings",
                    "Changes carry neither a sequence nor a timestamp: only the current state can be built, no history, and a file that DMS writes again "
                            + "after a restart cannot be recognised with certainty (rule S3).",
                    "Add a change sequence, addChangeSequence(\"dms_seq\"), and set TimestampColumnName.");
        } else {
            spec.warning(
                    "SEQUENCE_COLUMN_MISSING",
                    "$.tableMappings",
                    "Changes carry no sequence: their order is that of file names and rows, and every pause of the files may hide a restart (rules S1 and S3).",
                    ADD_SEQUENCE);
        }
    }

    /** S4. */
    private void zone() {
        ZoneId zone = settings.datePartitionTimezone();
        if (!settings.datePartitionEnabled() || !repeatsAnHour(zone)) {
            return;
        }

        String message = "DatePartitionTimezone is " + zone
                + ", where clocks are set back: for one hour the names of files do not tell their order";
        if (spec.sequenced()) {
            spec.warning(
                    "ZONE_REPEATS_AN_HOUR",
                    "$.s3Settings.DatePartitionTimezone",
                    message + ", and their LastModified decides (rule S4).",
                    "Use UTC.");
        } else {
            spec.error(
                    "ZONE_REPEATS_AN_HOUR",
                    "$.s3Settings.DatePartitionTimezone",
                    message + ", and without a change sequence nothing else does (rule S4).",
                    "Use UTC, or add a change sequence: addChangeSequence(\"dms_seq\").");
        }
    }

    /** The folder is that of the file's time, which may be of a later day than the commit (DMS guide, S3 data validation). */
    private void partitions() {
        if (settings.datePartitionEnabled() && settings.timestampColumnName().isEmpty()) {
            spec.warning(
                    "PARTITION_WITHOUT_TIMESTAMP",
                    "$.s3Settings.TimestampColumnName",
                    "DatePartitionEnabled is on without TimestampColumnName: a change near midnight may lie in the folder of the next day, and its row does not tell.",
                    "Set TimestampColumnName, e.g. \"dms_timestamp\".");
        }
    }

    /** S10. */
    private void keyChanges() {
        if (spec.parts().mappings().rules().stream().noneMatch(AddBeforeImageColumns.class::isInstance)) {
            spec.warning(
                    "BEFORE_IMAGE_MISSING",
                    "$.tableMappings",
                    "Updates do not carry the old key: where a key changes, the row with the old key stays in the lake (rule S10).",
                    "Add before-images of the key: addBeforeImageColumns(\"before_\").");
            return;
        }

        for (MappedTable table : spec.mapped()) {
            Set<String> missing = new HashSet<>(table.schema().primaryKey());
            table.columnsWithBeforeImage().forEach(missing::remove);
            if (!missing.isEmpty()) {
                List<String> columns = table.schema().primaryKey().stream()
                        .filter(missing::contains)
                        .toList();
                spec.warning(
                        "BEFORE_IMAGE_MISSING_IN_TABLE",
                        "$.tableMappings",
                        "Updates of " + table.source().id() + " do not carry the old values of key columns " + columns
                                + ": where they change, the row with the old key stays in the lake (rule S10).",
                        "Add before-images of the key to all tables: addBeforeImageColumns(\"before_\").");
            }
        }
    }

    /** S14; which sources do not capture TRUNCATE is in the DMS guide, limitations of each source. */
    private void truncation() {
        Optional<String> why = Optional.empty();
        if (spec.engine() == SourceEngine.POSTGRESQL || spec.engine() == SourceEngine.SQL_SERVER) {
            String engine = spec.engine() == SourceEngine.POSTGRESQL ? "PostgreSQL" : "SQL Server";
            why = Optional.of("DMS does not capture it from " + engine);
        } else if (spec.task()
                .filter(task -> !task.value(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_TRUNCATED))
                .isPresent()) {
            why = Optional.of("HandleSourceTableTruncated is off so that files stay");
        }
        why.ifPresent(reason -> spec.info(
                "TRUNCATE_LEAVES_ROWS",
                "$.taskSettings.ChangeProcessingDdlHandlingPolicy",
                "After a TRUNCATE of the source the lake keeps the rows, because " + reason
                        + ": it shows in no file (rule S14).",
                "Declare the table truncated, or reload it; reconciling shows what is left."));
    }

    /** S5. */
    private void loads() {
        if (settings.useTaskStartTimeForFullLoadTimestamp()
                && settings.timestampColumnName().isPresent()) {
            spec.warning(
                    "LOAD_START_UNKNOWN",
                    "$.s3Settings.UseTaskStartTimeForFullLoadTimestamp",
                    "Full-load rows carry the start of the task in place of their arrival time: when a table's load began has to be taken from elsewhere (rule S5).",
                    "Leave it off.");
        }
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
}
