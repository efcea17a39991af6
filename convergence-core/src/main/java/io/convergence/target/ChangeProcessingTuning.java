package io.convergence.target;

import io.convergence.DataSize;
import java.time.Duration;
import java.util.List;

/**
 * Section {@code ChangeProcessingTuning}. How often files are written to S3 is decided by {@link S3TargetSettings#cdcMaxBatchInterval} and {@link S3TargetSettings#cdcMinFileSize}, not here.
 */
public final class ChangeProcessingTuning {
    private static final TaskSection SECTION = new TaskSection("ChangeProcessingTuning");

    /** For batches. */
    public static final TaskSetting<Boolean> BATCH_APPLY_PRESERVE_TRANSACTION =
            SECTION.add(TaskSection.aFlag("BatchApplyPreserveTransaction", true).notOnS3());

    /** For batches. */
    public static final TaskSetting<Duration> BATCH_APPLY_TIMEOUT_MIN =
            SECTION.add(TaskSection.seconds("BatchApplyTimeoutMin", 1).notOnS3());

    /** For batches. */
    public static final TaskSetting<Duration> BATCH_APPLY_TIMEOUT_MAX =
            SECTION.add(TaskSection.seconds("BatchApplyTimeoutMax", 30).notOnS3());

    /** For batches. */
    public static final TaskSetting<DataSize> BATCH_APPLY_MEMORY_LIMIT =
            SECTION.add(TaskSection.megabytes("BatchApplyMemoryLimit", 500).notOnS3());

    /** For batches; 0 is without limit. */
    public static final TaskSetting<Integer> BATCH_SPLIT_SIZE =
            SECTION.add(TaskSection.aCount("BatchSplitSize", 0).notOnS3());

    /** Changes of a transaction that databases commit together. */
    public static final TaskSetting<Integer> MIN_TRANSACTION_SIZE =
            SECTION.add(TaskSection.aCount("MinTransactionSize", 1000).notOnS3());

    /** How long changes are collected for one commit on a database. */
    public static final TaskSetting<Duration> COMMIT_TIMEOUT =
            SECTION.add(TaskSection.seconds("CommitTimeout", 1).notOnS3());

    /** The memory that transactions may take before they go to disk. */
    public static final TaskSetting<DataSize> MEMORY_LIMIT_TOTAL =
            SECTION.add(TaskSection.megabytes("MemoryLimitTotal", 1024));

    /** How long a transaction stays in memory before it goes to disk. */
    public static final TaskSetting<Duration> MEMORY_KEEP_TIME = SECTION.add(TaskSection.seconds("MemoryKeepTime", 60));

    /** Up to 200. */
    public static final TaskSetting<Integer> STATEMENT_CACHE_SIZE =
            SECTION.add(TaskSection.aCount("StatementCacheSize", 50).between(0, 200));

    /** Reported by the service, not documented. */
    public static final TaskSetting<Integer> RECOVERY_TIMEOUT = SECTION.add(TaskSection.aNumber("RecoveryTimeout", -1));

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private ChangeProcessingTuning() {}
}
