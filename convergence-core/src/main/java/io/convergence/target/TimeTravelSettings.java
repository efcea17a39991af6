package io.convergence.target;

import io.convergence.DataSize;
import java.util.List;
import java.util.stream.Stream;

/**
 * Section {@code TTSettings}: Time Travel, a log of what a task did, for the targets PostgreSQL and MySQL. Nothing for S3
 * targets. Can be changed while the task is stopped only.
 */
public final class TimeTravelSettings {
    private static final TaskSection SECTION = new TaskSection("TTSettings");
    private static final TaskSection S3 = new TaskSection("TTSettings.TTS3Settings");
    private static final TaskSection RECORD = new TaskSection("TTSettings.TTRecordSettings");

    public static final TaskSetting<Boolean> ENABLE_TT =
            SECTION.add(TaskSection.aFlag("EnableTT", false).notOnS3());

    public static final TaskSetting<Boolean> FAIL_TASK_ON_TT_FAILURE =
            SECTION.add(TaskSection.aFlag("FailTaskOnTTFailure", false).notOnS3());

    public static final TaskSetting<EncryptionMode> ENCRYPTION_MODE =
            S3.add(TaskSection.oneOf("EncryptionMode", EncryptionMode.SSE_S3, EncryptionMode.SSE_KMS)
                    .notOnS3());

    public static final TaskSetting<String> SERVER_SIDE_ENCRYPTION_KMS_KEY_ID =
            S3.add(TaskSection.aText("ServerSideEncryptionKmsKeyId").notOnS3());

    /** A role of the name {@code dms-tt-s3-access-role}. */
    public static final TaskSetting<String> SERVICE_ACCESS_ROLE_ARN =
            S3.add(TaskSection.aText("ServiceAccessRoleArn").notOnS3());

    public static final TaskSetting<String> BUCKET_NAME =
            S3.add(TaskSection.aText("BucketName").notOnS3());

    public static final TaskSetting<String> BUCKET_FOLDER =
            S3.add(TaskSection.aText("BucketFolder").notOnS3());

    public static final TaskSetting<Boolean> ENABLE_DELETING_FROM_S3_ON_TASK_DELETE =
            S3.add(TaskSection.aFlag("EnableDeletingFromS3OnTaskDelete", false).notOnS3());

    public static final TaskSetting<Boolean> ENABLE_RAW_DATA =
            RECORD.add(TaskSection.aFlag("EnableRawData", false).notOnS3());

    public static final TaskSetting<RawDataFormat> RAW_DATA_FORMAT =
            RECORD.add(TaskSection.oneOf("RawDataFormat", RawDataFormat.TEXT, RawDataFormat.HEX)
                    .notOnS3());

    /** Some of INSERT, UPDATE, DELETE, COMMIT and ROLLBACK with commas in between, or ALL; empty stands for ALL. */
    public static final TaskSetting<String> OPERATIONS_TO_LOG =
            RECORD.add(TaskSection.aText("OperationsToLog").orReported("ALL").notOnS3());

    public static final TaskSetting<DataSize> MAX_RECORD_SIZE =
            RECORD.add(TaskSection.kilobytes("MaxRecordSize", 64).notOnS3());

    static final List<TaskSetting<?>> ALL = Stream.of(SECTION, S3, RECORD)
            .flatMap(section -> section.settings().stream())
            .toList();

    private TimeTravelSettings() {}
}
