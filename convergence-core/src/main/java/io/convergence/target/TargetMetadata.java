package io.convergence.target;

import io.convergence.DataSize;
import java.util.List;

/** Section {@code TargetMetadata} (DMS guide, "Target metadata task settings"). */
public final class TargetMetadata {
    private static final TaskSection SECTION = new TaskSection("TargetMetadata");

    /** If not empty, the schema of all tables on the target, so on S3 presumably the folder; a rule that renames schemas wins over it. */
    public static final TaskSetting<String> TARGET_SCHEMA = SECTION.add(TaskSection.aText("TargetSchema"));

    /** Whether LOB columns are replicated. If so, one of {@link #FULL_LOB_MODE} and {@link #LIMITED_SIZE_LOB_MODE} must be on. */
    public static final TaskSetting<Boolean> SUPPORT_LOBS = SECTION.flag("SupportLobs", true);

    /** Whether LOBs are looked up whole. S3 targets do not support it. */
    public static final TaskSetting<Boolean> FULL_LOB_MODE = SECTION.flag("FullLobMode", false);

    /** The pieces of full LOB mode; up to 64 KB is recommended. */
    public static final TaskSetting<DataSize> LOB_CHUNK_SIZE = SECTION.add(TaskSection.kilobytes("LobChunkSize", 64)
            .orReported(DataSize.ofKilobytes(0))
            .notOnS3());

    /** Whether LOBs are cut at {@link #LOB_MAX_SIZE}. */
    public static final TaskSetting<Boolean> LIMITED_SIZE_LOB_MODE = SECTION.flag("LimitedSizeLobMode", true);

    /** Longer LOBs are cut. Up to 102,400 KB; 0 only without LOBs. */
    public static final TaskSetting<DataSize> LOB_MAX_SIZE =
            SECTION.add(TaskSection.kilobytes("LobMaxSize", 32).between(0, 102_400));

    /** LOBs up to this size are read with the row in full LOB mode, which S3 targets do not support. Up to 102,400 KB; 0 is off. */
    public static final TaskSetting<DataSize> INLINE_LOB_MAX_SIZE = SECTION.add(
            TaskSection.kilobytes("InlineLobMaxSize", 0).between(0, 102_400).notOnS3());

    /** CSV files that databases load; for S3 see {@link S3TargetSettings#maxFileSize}. Up to 100,000 KB. */
    public static final TaskSetting<DataSize> LOAD_MAX_FILE_SIZE = SECTION.add(
            TaskSection.kilobytes("LoadMaxFileSize", 0).between(0, 100_000).notOnS3());

    /** For DynamoDB up to 200, for Kinesis, Kafka and OpenSearch up to 32. */
    public static final TaskSetting<Integer> PARALLEL_LOAD_THREADS = SECTION.add(
            TaskSection.aCount("ParallelLoadThreads", 0).between(0, 200).notOnS3());

    /** Up to 1,000. 50 by the guide; the service reports 0. */
    public static final TaskSetting<Integer> PARALLEL_LOAD_BUFFER_SIZE =
            SECTION.add(TaskSection.aCount("ParallelLoadBufferSize", 50)
                    .orReported(0)
                    .between(0, 1_000)
                    .notOnS3());

    /** For Kinesis and Kafka. 1 by the guide; the service reports 0. */
    public static final TaskSetting<Integer> PARALLEL_LOAD_QUEUES_PER_THREAD = SECTION.add(
            TaskSection.aCount("ParallelLoadQueuesPerThread", 1).orReported(0).notOnS3());

    /** For changes to DocumentDB, Kinesis, Kafka, OpenSearch and Redshift. */
    public static final TaskSetting<Integer> PARALLEL_APPLY_THREADS =
            SECTION.add(TaskSection.aCount("ParallelApplyThreads", 0).notOnS3());

    /** 100 by the guide; the service reports 0. */
    public static final TaskSetting<Integer> PARALLEL_APPLY_BUFFER_SIZE = SECTION.add(
            TaskSection.aCount("ParallelApplyBufferSize", 100).orReported(0).notOnS3());

    /** 1 by the guide; the service reports 0. */
    public static final TaskSetting<Integer> PARALLEL_APPLY_QUEUES_PER_THREAD = SECTION.add(
            TaskSection.aCount("ParallelApplyQueuesPerThread", 1).orReported(0).notOnS3());

    /** Whether changes are applied in batches. Must stay off for S3: the guide warns of lost rows. */
    public static final TaskSetting<Boolean> BATCH_APPLY_ENABLED = SECTION.flag("BatchApplyEnabled", false);

    /** Whether a database target gets the table {@code awsdms_txn_state}. */
    public static final TaskSetting<Boolean> TASK_RECOVERY_TABLE_ENABLED =
            SECTION.add(TaskSection.aFlag("TaskRecoveryTableEnabled", false).notOnS3());

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private TargetMetadata() {}
}
