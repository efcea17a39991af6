package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.curated.MergeWorkers;
import io.convergence.curated.PartitionBy;
import io.convergence.curated.Partitioning;
import io.convergence.curated.SnapshotSettings;
import io.convergence.curated.SnapshotStyle;
import io.convergence.curated.TableStyle;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * What a merge may assume of files that might still come, and what it publishes. Immutable.
 *
 * @param settleTime how long, by the store's clock, nothing new must have come before a load counts as complete (rule S6)
 *     and the newest transaction as not cut (rule S7)
 * @param declaration whether the caller declares both, as a one-shot snapshot of a folder does
 * @param expectedLoadRows DMS's {@code FullLoadRows} of the table; -1 if not known
 * @param ddlStatements DMS's {@code Ddls} of the table; -1 if not known
 * @param input whether the table may be published without rows that could not be read
 * @param snapshot memory for changes, and sizes of the table's files
 * @param tombstoneRetention how long before its completeness a table remembers which keys were deleted (rule S12): a change for an unknown key
 *     that arrives from further back is set aside. At least as long as the source keeps its log, as replays reach back that far
 * @param style what the published files keep of the changes; it must be that of the published table, except for a reload
 * @param reloadGuard when a reload is refused
 * @param schemaPolicy what becomes of files whose columns differ from those known
 * @param partitions by what the table's files are parted; only for the style of current rows
 */
public record MergeOptions(
        Duration settleTime,
        Declaration declaration,
        long expectedLoadRows,
        long ddlStatements,
        Input input,
        SnapshotSettings snapshot,
        Duration tombstoneRetention,
        TableStyle style,
        ReloadGuard reloadGuard,
        SchemaPolicy schemaPolicy,
        PartitionPolicy partitions) {
    public static final Duration DEFAULT_SETTLE_TIME = Duration.ofMinutes(10);

    /** Longer than sources keep their logs by default. */
    public static final Duration DEFAULT_TOMBSTONE_RETENTION = Duration.ofDays(7);

    /** Whether everything is declared to be there. */
    public enum Declaration {
        /** Files may still come. */
        NONE,
        /** All files are there: the load is complete and no transaction is cut. */
        COMPLETE
    }

    /** What to do if a policy of the reader set rows or files aside. */
    public enum Input {
        /** The table is suspect: nothing new is published until the files are mended or the table reloaded. */
        WHOLE,
        /** Publish what could be read; the rows set aside are reported and missing. */
        INCOMPLETE_ACCEPTED
    }

    public MergeOptions {
        requireNonNull(input, "input");
        requireNonNull(settleTime, "settleTime");
        requireNonNull(declaration, "declaration");
        requireNonNull(snapshot, "snapshot");
        requireNonNull(style, "style");
        requireNonNull(reloadGuard, "reloadGuard");
        requireNonNull(schemaPolicy, "schemaPolicy");
        boolean parted = requireNonNull(partitions, "partitions")
                .wanted()
                .filter(Partitioning::isPartitioned)
                .isPresent();
        if (parted && style.kind() != SnapshotStyle.CURRENT) {
            throw new IllegalArgumentException("Cannot partition a table of style '" + style
                    + "': only the files of current rows (TableStyle.current()) are parted.");
        }
        if (requireNonNull(tombstoneRetention, "tombstoneRetention").isNegative()) {
            throw new IllegalArgumentException(
                    "Cannot keep tombstones for " + tombstoneRetention + ": it is negative.");
        }
        if (settleTime.isNegative()) {
            throw new IllegalArgumentException("Cannot settle for " + settleTime + ": it is negative.");
        }
    }

    public static MergeOptions defaults() {
        return new MergeOptions(
                DEFAULT_SETTLE_TIME,
                Declaration.NONE,
                -1,
                -1,
                Input.WHOLE,
                SnapshotSettings.defaults(),
                DEFAULT_TOMBSTONE_RETENTION,
                TableStyle.current(),
                ReloadGuard.defaults(),
                SchemaPolicy.defaults(),
                PartitionPolicy.asPublished());
    }

    public MergeOptions settleTime(Duration time) {
        return new MergeOptions(
                time,
                declaration,
                expectedLoadRows,
                ddlStatements,
                input,
                snapshot,
                tombstoneRetention,
                style,
                reloadGuard,
                schemaPolicy,
                partitions);
    }

    /** Declares that every file is there. */
    public MergeOptions declareComplete() {
        return new MergeOptions(
                settleTime,
                Declaration.COMPLETE,
                expectedLoadRows,
                ddlStatements,
                input,
                snapshot,
                tombstoneRetention,
                style,
                reloadGuard,
                schemaPolicy,
                partitions);
    }

    /** The load is complete when it has this many rows: {@code FullLoadRows} of DMS's table statistics. */
    public MergeOptions fullLoadRows(long rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("Cannot expect " + rows + " rows of a load.");
        }

        return new MergeOptions(
                settleTime,
                declaration,
                rows,
                ddlStatements,
                input,
                snapshot,
                tombstoneRetention,
                style,
                reloadGuard,
                schemaPolicy,
                partitions);
    }

    /**
     * What DMS's table statistics count as {@code Ddls} of the table now. The log remembers it; a rise that the table's columns
     * do not explain makes the table suspect until that is declared (rule S14). Give it at each merge: what was done before the
     * first cannot be seen.
     *
     * @param statements at least 0
     */
    public MergeOptions ddls(long statements) {
        if (statements < 0) {
            throw new IllegalArgumentException("Cannot take " + statements + " for DMS's Ddls.");
        }

        return new MergeOptions(
                settleTime,
                declaration,
                expectedLoadRows,
                statements,
                input,
                snapshot,
                tombstoneRetention,
                style,
                reloadGuard,
                schemaPolicy,
                partitions);
    }

    /** Publishes without rows that a policy of the reader set aside. */
    public MergeOptions acceptIncompleteInput() {
        return new MergeOptions(
                settleTime,
                declaration,
                expectedLoadRows,
                ddlStatements,
                Input.INCOMPLETE_ACCEPTED,
                snapshot,
                tombstoneRetention,
                style,
                reloadGuard,
                schemaPolicy,
                partitions);
    }

    /** Memory for changes, and sizes of the table's files. */
    public MergeOptions snapshot(SnapshotSettings settings) {
        return new MergeOptions(
                settleTime,
                declaration,
                expectedLoadRows,
                ddlStatements,
                input,
                settings,
                tombstoneRetention,
                style,
                reloadGuard,
                schemaPolicy,
                partitions);
    }

    /**
     * Memory for the changes of one merge; those beyond it go to temporary files. An eighth of it may be taken besides until
     * the changes are read, by new raw files of up to 8 MB; those beyond that are asked for twice (rule L7). It does not bound
     * what key changes and late changes need, nor the other styles than {@link SnapshotStyle#CURRENT}.
     */
    public MergeOptions memory(DataSize size) {
        return snapshot(snapshot.withMemory(size));
    }

    /** Threads that help with the columns of the files written. */
    public MergeOptions workers(MergeWorkers help) {
        return snapshot(snapshot.withWorkers(help));
    }

    /** How long deleted keys are remembered. */
    public MergeOptions tombstoneRetention(Duration time) {
        return new MergeOptions(
                settleTime,
                declaration,
                expectedLoadRows,
                ddlStatements,
                input,
                snapshot,
                time,
                style,
                reloadGuard,
                schemaPolicy,
                partitions);
    }

    /** Publishes in this style: current rows, soft delete, or an append-only change log. */
    public MergeOptions style(TableStyle published) {
        return new MergeOptions(
                settleTime,
                declaration,
                expectedLoadRows,
                ddlStatements,
                input,
                snapshot,
                tombstoneRetention,
                published,
                reloadGuard,
                schemaPolicy,
                partitions);
    }

    /** Refuses reloads by this guard; {@link ReloadGuard#none()} accepts them. */
    public MergeOptions reloadGuard(ReloadGuard guard) {
        return new MergeOptions(
                settleTime,
                declaration,
                expectedLoadRows,
                ddlStatements,
                input,
                snapshot,
                tombstoneRetention,
                style,
                guard,
                schemaPolicy,
                partitions);
    }

    /** Treats files whose columns differ by this policy. */
    public MergeOptions schemaPolicy(SchemaPolicy policy) {
        return new MergeOptions(
                settleTime,
                declaration,
                expectedLoadRows,
                ddlStatements,
                input,
                snapshot,
                tombstoneRetention,
                style,
                reloadGuard,
                policy,
                partitions);
    }

    /**
     * Parts the table's files, outermost folder first; by nothing, not at all. A table that is published otherwise is refused. Without this
     * a table goes on as it is published.
     *
     * @throws IllegalArgumentException if two folders have one name, or the style is not that of current rows
     */
    public MergeOptions partitionBy(PartitionBy... by) {
        return partitions(PartitionPolicy.of(Partitioning.of(by), PartitionPolicy.Change.REFUSE));
    }

    /** As {@link #partitionBy}, but the files of a table that is published otherwise are all written anew. */
    public MergeOptions repartitionBy(PartitionBy... by) {
        return partitions(PartitionPolicy.of(Partitioning.of(by), PartitionPolicy.Change.REWRITE));
    }

    /** Parts the table's files by this policy. */
    public MergeOptions partitions(PartitionPolicy policy) {
        return new MergeOptions(
                settleTime,
                declaration,
                expectedLoadRows,
                ddlStatements,
                input,
                snapshot,
                tombstoneRetention,
                style,
                reloadGuard,
                schemaPolicy,
                policy);
    }

    public OptionalLong fullLoadRows() {
        return expectedLoadRows < 0 ? OptionalLong.empty() : OptionalLong.of(expectedLoadRows);
    }

    public OptionalLong ddls() {
        return ddlStatements < 0 ? OptionalLong.empty() : OptionalLong.of(ddlStatements);
    }

    boolean declaredComplete() {
        return declaration == Declaration.COMPLETE;
    }
}
