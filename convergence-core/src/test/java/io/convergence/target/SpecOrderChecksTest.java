package io.convergence.target;

import static io.convergence.target.SpecFixture.codes;
import static io.convergence.target.SpecFixture.lakeReady;
import static io.convergence.target.SpecFixture.only;
import static io.convergence.target.SpecFixture.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.mapping.BeforeImageFilter;
import io.convergence.mapping.ObjectLocator;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecOrderChecksTest {
    @Test
    void partitionsWithoutTimestampDoNotTellTheDayOfACommit() {
        assertThat(only(
                        lakeReady(table("public", "t")).settings(s -> s.withoutTimestampColumn()),
                        "PARTITION_WITHOUT_TIMESTAMP"))
                .isEqualTo(Finding.warning(
                        "PARTITION_WITHOUT_TIMESTAMP",
                        "$.s3Settings.TimestampColumnName",
                        "DatePartitionEnabled is on without TimestampColumnName: a change near midnight may lie in the folder of the next day, and its row does not tell.",
                        "Set TimestampColumnName, e.g. \"dms_timestamp\"."));
    }

    @Test
    void aTimestampThatIsMissingBesideASequenceIsSaid_S5() {
        assertThat(only(
                        lakeReady(table("public", "t")).settings(s -> s.withoutTimestampColumn()),
                        "TIMESTAMP_COLUMN_MISSING"))
                .isEqualTo(Finding.warning(
                        "TIMESTAMP_COLUMN_MISSING",
                        "$.s3Settings.TimestampColumnName",
                        "Rows carry no time: a reload cannot be told from an earlier load by its rows, and commit times are unknown.",
                        "Set TimestampColumnName, e.g. \"dms_timestamp\"."));
    }

    @Test
    void aTableWithoutTheBeforeImagesTheOthersHaveIsNamed_S10() {
        ReplicationSpec.Builder spec = ReplicationSpec.builder()
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, table("public", "t"), table("sales", "t")))
                .settings(s -> s.bucketName("lake").bucketFolder("dms"))
                .tableMappings(m -> m.include("%", "%"))
                .tableMappings(m -> m.rule(new AddBeforeImageColumns(
                        "7",
                        "before7",
                        ObjectLocator.ofTable("sales", "%"),
                        "before_",
                        "",
                        BeforeImageFilter.PK_ONLY,
                        Map.of())));

        assertThat(only(spec, "BEFORE_IMAGE_MISSING_IN_TABLE"))
                .isEqualTo(Finding.warning(
                        "BEFORE_IMAGE_MISSING_IN_TABLE",
                        "$.tableMappings",
                        "Updates of public.t do not carry the old values of key columns [id]: where they change, the row with the old key stays in the lake (rule S10).",
                        "Add before-images of the key to all tables: addBeforeImageColumns(\"before_\")."));
    }

    @ParameterizedTest
    @CsvSource({
        "SQL_SERVER, DMS does not capture it from SQL Server",
        "ORACLE, HandleSourceTableTruncated is off so that files stay"
    })
    void aTruncateThatShowsInNoFileIsSaid_S14(SourceEngine engine, String reason) {
        assertThat(only(lakeReady(engine, table("public", "t")), "TRUNCATE_LEAVES_ROWS"))
                .isEqualTo(Finding.info(
                        "TRUNCATE_LEAVES_ROWS",
                        "$.taskSettings.ChangeProcessingDdlHandlingPolicy",
                        "After a TRUNCATE of the source the lake keeps the rows, because " + reason
                                + ": it shows in no file (rule S14).",
                        "Declare the table truncated, or reload it; reconciling shows what is left."));
    }

    @Test
    void aTruncateThatDmsFollowsIsAWarningOfTheTaskInstead_S14() {
        assertThat(codes(lakeReady(SourceEngine.ORACLE, table("public", "t"))
                        .taskSettings(TaskSettings.forS3()
                                .set(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_TRUNCATED, true)
                                .build())))
                .contains("TRUNCATE_REMOVES_FILES")
                .doesNotContain("TRUNCATE_LEAVES_ROWS");
    }

    @Test
    void aTaskThatOnlyLoadsHasNoOrderToLose() {
        ReplicationSpec.Builder spec = ReplicationSpec.builder()
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, table("public", "t")))
                .settings(s -> s.bucketName("lake").bucketFolder("dms").timestampColumnName("ts"))
                .tableMappings(m -> m.include("%", "%"));

        assertThat(codes(spec)).contains("SEQUENCE_COLUMN_MISSING", "BEFORE_IMAGE_MISSING", "TASK_SETTINGS_MISSING");
        assertThat(codes(spec.migrationType(MigrationType.FULL_LOAD)))
                .doesNotContain("SEQUENCE_COLUMN_MISSING", "BEFORE_IMAGE_MISSING", "TASK_SETTINGS_MISSING");
    }
}
