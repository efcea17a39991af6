package io.convergence.target;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.source.RowImages;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** What can go wrong with an S3 target because of what stands around it. */
final class S3SurroundingsRules {
    interface Rule extends BiFunction<S3TargetSettings, TargetSurroundings, Optional<Finding>> {}

    static final List<Rule> RULES = List.of(
            S3SurroundingsRules::timestampsInAthena,
            S3SurroundingsRules::versionedBucket,
            S3SurroundingsRules::sharedFolder,
            S3SurroundingsRules::validation,
            S3SurroundingsRules::oracleLogging);

    private S3SurroundingsRules() {}

    /** DMS guide, "Troubleshooting"; trinodb/trino#2220. */
    private static Optional<Finding> timestampsInAthena(S3TargetSettings settings, TargetSurroundings surroundings) {
        boolean microseconds = settings.dataFormat() == DataFormat.PARQUET && !settings.parquetTimestampInMillisecond();
        return found(
                surroundings.consumer() == RawConsumer.ATHENA && microseconds,
                "TIMESTAMPS_GARBLED_IN_ATHENA",
                "$.ParquetTimestampInMillisecond",
                "Athena and Glue read the files themselves and take times in microseconds for milliseconds.",
                "Set ParquetTimestampInMillisecond, or let them read what this library writes.");
    }

    private static Optional<Finding> versionedBucket(S3TargetSettings settings, TargetSurroundings surroundings) {
        return found(
                surroundings.versionedBucket(),
                "BUCKET_VERSIONED",
                "$.BucketName",
                "Bucket '" + settings.bucketName() + "' keeps versions: DMS's tests of the connection may time out.",
                "Use a bucket without versioning, or limit the versions by a lifecycle rule.");
    }

    /** S16. */
    private static Optional<Finding> sharedFolder(S3TargetSettings settings, TargetSurroundings surroundings) {
        long shared = surroundings.otherTargets().stream()
                .filter(other -> other.bucketName().equals(settings.bucketName())
                        && other.bucketFolder().equals(settings.bucketFolder()))
                .count();
        return found(
                shared > 0,
                "FOLDER_SHARED",
                "$.BucketFolder",
                shared + " other " + (shared == 1 ? "task writes" : "tasks write") + " the same tables to s3://"
                        + settings.bucketName() + "/" + settings.bucketFolder()
                        + " too: they overwrite each other's files (rule S16).",
                "Give each task its own BucketFolder.");
    }

    /** DMS guide, "Amazon S3 target data validation". */
    private static Optional<Finding> validation(S3TargetSettings settings, TargetSurroundings surroundings) {
        boolean enabled = surroundings
                .taskSettings()
                .map(task -> task.value(ValidationSettings.ENABLE_VALIDATION))
                .orElse(false);
        List<String> missing = new ArrayList<>();
        if (settings.dataFormat() != DataFormat.PARQUET || settings.preserveTransactions()) {
            missing.add("DataFormat parquet");
        }
        if (settings.timestampColumnName().isEmpty()) {
            missing.add("TimestampColumnName");
        }
        if (!settings.datePartitionEnabled()) {
            missing.add("DatePartitionEnabled");
        }
        if (settings.datePartitionSequence() == DatePartitionSequence.YYYYMM) {
            missing.add("a DatePartitionSequence with the day");
        }
        List<TableId> partlyLogged = partlyLogged(surroundings);
        if (!partlyLogged.isEmpty()) {
            missing.add("logging of all columns of " + partlyLogged);
        }
        return found(
                enabled && !missing.isEmpty(),
                "VALIDATION_NOT_POSSIBLE",
                "$.DataFormat",
                "EnableValidation is on in the task settings, but DMS cannot validate on S3 without "
                        + String.join(", ", missing) + ".",
                "Set what is missing, or switch EnableValidation off.");
    }

    /** DMS guide, "Using an Oracle database as a source", limitations. */
    private static Optional<Finding> oracleLogging(S3TargetSettings settings, TargetSurroundings surroundings) {
        boolean oracle = surroundings
                .sourceSchema()
                .filter(schema -> schema.engine() == SourceEngine.ORACLE)
                .isPresent();
        List<TableId> partlyLogged = oracle ? partlyLogged(surroundings) : List.of();
        return found(
                !partlyLogged.isEmpty(),
                "ORACLE_COLUMNS_NOT_LOGGED",
                "$.BucketName",
                "Oracle does not log all columns of " + partlyLogged
                        + ": updates lack the columns that did not change.",
                "Run ALTER TABLE ... ADD SUPPLEMENTAL LOG DATA (ALL) COLUMNS for each of them.");
    }

    private static List<TableId> partlyLogged(TargetSurroundings surroundings) {
        return surroundings.sourceSchema().stream()
                .flatMap(schema -> schema.tables().stream())
                .filter(table -> table.rowImages() != RowImages.FULL)
                .map(SourceTable::id)
                .toList();
    }

    private static Optional<Finding> found(boolean wrong, String code, String path, String message, String fix) {
        return wrong ? Optional.of(Finding.warning(code, path, message, fix)) : Optional.empty();
    }
}
