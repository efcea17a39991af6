package io.convergence.target;

import io.convergence.mapping.BeforeImageFilter;
import java.util.Arrays;
import java.util.List;

/**
 * Section {@code BeforeImageSettings}: old values in messages to Kinesis and Kafka. For S3 the transformation {@code
 * add-before-image-columns} does it.
 */
public final class BeforeImageSettings {
    private static final TaskSection SECTION = new TaskSection("BeforeImageSettings");

    public static final TaskSetting<Boolean> ENABLE_BEFORE_IMAGE =
            SECTION.add(TaskSection.aFlag("EnableBeforeImage", false).notOnS3());

    /** The name of the attribute with the old values; needed if they are enabled. */
    public static final TaskSetting<String> FIELD_NAME =
            SECTION.add(TaskSection.aText("FieldName").notOnS3());

    /** That {@code non-lob} is taken here too is an inference. */
    public static final TaskSetting<BeforeImageFilter> COLUMN_FILTER = SECTION.add(new TaskSetting.Draft<>(
                    "ColumnFilter",
                    WireType.oneOf(Arrays.asList(BeforeImageFilter.values()), BeforeImageFilter::wireValue),
                    BeforeImageFilter.PK_ONLY)
            .notOnS3());

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private BeforeImageSettings() {}
}
