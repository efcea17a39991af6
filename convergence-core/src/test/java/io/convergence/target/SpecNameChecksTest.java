package io.convergence.target;

import static io.convergence.target.SpecFixture.all;
import static io.convergence.target.SpecFixture.assertRefused;
import static io.convergence.target.SpecFixture.codes;
import static io.convergence.target.SpecFixture.lakeReady;
import static io.convergence.target.SpecFixture.only;
import static io.convergence.target.SpecFixture.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.schema.DataType;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SpecNameChecksTest {
    @Test
    void aSourceColumnNamedOpIsRefused() {
        assertRefused(
                lakeReady(table("public", "t", text("Op"))),
                Finding.error(
                        "COLUMN_NAMED_LIKE_DMSS_OWN",
                        "$.sourceSchema public.t.Op",
                        "Column 'Op' of public.t has the name of the column in which DMS writes the operation: "
                                + "readers cannot tell the two apart, and no file of the table can be merged.",
                        "Give it another name by a rename rule in the table mappings."));
    }

    @Test
    void aSourceColumnNamedLikeTheTimestampColumnIsRefused() {
        assertRefused(
                lakeReady(table("public", "t", text("dms_timestamp"))),
                Finding.error(
                        "COLUMN_NAMED_LIKE_DMSS_OWN",
                        "$.sourceSchema public.t.dms_timestamp",
                        "Column 'dms_timestamp' of public.t has the name of the column in which DMS writes the time (TimestampColumnName): "
                                + "readers cannot tell the two apart, and no file of the table can be merged.",
                        "Give it another name by a rename rule in the table mappings."));
    }

    @Test
    void aSourceColumnNamedOpMayBeRenamed() {
        assertThat(codes(lakeReady(table("public", "t", text("Op")))
                        .tableMappings(m -> m.renameColumn("public", "t", "Op", "operation"))))
                .doesNotContain("COLUMN_NAMED_LIKE_DMSS_OWN");
    }

    @Test
    void anAddedColumnMustNotTakeTheNameEither() {
        assertRefused(
                lakeReady(table("public", "t"))
                        .tableMappings(m -> m.addColumn("public", "t", "Op", DataType.string(1), "'x'")),
                Finding.error(
                        "COLUMN_NAMED_LIKE_DMSS_OWN",
                        "$.sourceSchema public.t.Op",
                        "Column 'Op' of public.t has the name of the column in which DMS writes the operation: "
                                + "readers cannot tell the two apart, and no file of the table can be merged.",
                        "Give it another name by a rename rule in the table mappings."));
    }

    @Test
    void anAddedColumnIsCheckedWithoutASourceSchemaToo() {
        assertRefused(
                ReplicationSpec.builder()
                        .sourceEngine(SourceEngine.MYSQL)
                        .settings(s -> s.bucketName("lake").bucketFolder("dms").timestampColumnName("ts"))
                        .tableMappings(m -> m.include("%", "%").addChangeSequence("ts")),
                Finding.error(
                        "COLUMN_NAMED_LIKE_DMSS_OWN",
                        "$.tableMappings",
                        "Added column 'ts' (rule '2') has the name of the column in which DMS writes the time (TimestampColumnName): "
                                + "readers cannot tell the two apart, and no file of the table can be merged.",
                        "Give the added column another name."));
    }

    @Test
    void theTimestampColumnMustNotBeNamedOp() {
        assertRefused(
                lakeReady(table("public", "t")).settings(s -> s.timestampColumnName("Op")),
                Finding.error(
                        "TIMESTAMP_COLUMN_NAMED_OP",
                        "$.s3Settings.TimestampColumnName",
                        "TimestampColumnName is 'Op', the name of the column in which DMS writes the operation: readers cannot tell the two apart.",
                        "Choose another name, e.g. \"dms_timestamp\"."));
    }

    @ParameterizedTest
    @EnumSource(
            value = RawConsumer.class,
            names = {"ATHENA", "SPARK"})
    void enginesThatIgnoreCaseMixUpColumnsThatDifferInCaseOnly(RawConsumer consumer) {
        assertThat(only(lakeReady(table("public", "t", text("OP"))).consumer(consumer), "COLUMN_NAMED_LIKE_DMSS_OWN"))
                .isEqualTo(Finding.warning(
                        "COLUMN_NAMED_LIKE_DMSS_OWN",
                        "$.sourceSchema public.t.OP",
                        "Column 'OP' of public.t and DMS's column 'Op' differ in case only, which "
                                + (consumer == RawConsumer.ATHENA ? "Athena" : "Spark")
                                + " ignores: of the two it shows one, or none.",
                        "Give it another name by a rename rule in the table mappings."));
    }

    @Test
    void thisLibraryTellsColumnsApartThatDifferInCase() {
        assertThat(codes(lakeReady(table("public", "t", text("OP"))))).doesNotContain("COLUMN_NAMED_LIKE_DMSS_OWN");
    }

    @Test
    void aSourceColumnWithTheNameOfABeforeImageIsRefused_S10() {
        assertRefused(
                lakeReady(table("public", "t", text("before_id"))),
                Finding.error(
                        "COLUMN_NAME_TWICE",
                        "$.tableMappings.rules",
                        "Table public.t would get two columns named 'before_id' (in upper or lower case).",
                        "Choose another name for the renamed, added or before-image column."));
    }

    @ParameterizedTest
    @CsvSource({
        "public, A/B, public, A",
        "a/b, t, a, b",
    })
    void namesWithASlashAreRefused(String schema, String name, String readSchema, String readTable) {
        assertRefused(
                lakeReady(table(schema, name), table("public", "A")),
                Finding.error(
                        "TABLE_NAME_WITH_SLASH",
                        "$.sourceSchema " + schema + "." + name,
                        "Table " + schema + "." + name + " would be written to the folder 'dms/" + schema + "/" + name
                                + "/': readers take that for a part of table " + readSchema + "." + readTable
                                + ", so that its rows are counted there, or nowhere.",
                        "Give schema or table a name without '/' by a rename rule, or exclude the table."));
    }

    @Test
    void aTableWithASlashMayBeRenamed() {
        assertThat(codes(lakeReady(table("public", "A/B")).tableMappings(m -> m.renameTable("public", "A/B", "A_B"))))
                .doesNotContain("TABLE_NAME_WITH_SLASH");
    }

    @ParameterizedTest
    @CsvSource({
        "awsdms_raw, awsdms_raw, is a control table of DMS",
        "lake/AWSDMS_x/raw, AWSDMS_x, is a control table of DMS",
        "s3_validation_failures, s3_validation_failures, holds results of DMS's data validation",
        "aws_dms_s3_validation_1, aws_dms_s3_validation_1, holds results of DMS's data validation"
    })
    void aFolderThatReadersSkipIsRefused(String folder, String part, String reason) {
        assertRefused(
                lakeReady(table("public", "t")).settings(s -> s.bucketFolder(folder)),
                Finding.error(
                        "FOLDER_SKIPPED_BY_READERS",
                        "$.s3Settings.BucketFolder",
                        "By its name the part '" + part + "' of BucketFolder " + reason
                                + ": readers skip all that lies below it, so that every table would seem empty.",
                        "Choose another name."));
    }

    @Test
    void tablesThatReadersSkipAreRefused() {
        assertRefused(
                lakeReady(table("public", "awsdms_ddl_audit"), table("awsdms_x", "t")),
                Finding.error(
                        "FOLDER_SKIPPED_BY_READERS",
                        "$.sourceSchema public.awsdms_ddl_audit",
                        "By its name the folder 'awsdms_ddl_audit' of public.awsdms_ddl_audit is a control table of DMS: "
                                + "readers skip all that lies below it, so that the table would seem empty.",
                        "Exclude the table, or rename it."),
                Finding.error(
                        "FOLDER_SKIPPED_BY_READERS",
                        "$.sourceSchema awsdms_x.t",
                        "By its name the folder 'awsdms_x' of awsdms_x.t is a control table of DMS: "
                                + "readers skip all that lies below it, so that the table would seem empty.",
                        "Exclude the table, or rename it."));
        assertThat(all(
                        lakeReady(table("public", "t"), table("public", "awsdms_ddl_audit"))
                                .tableMappings(m -> m.exclude("%", "awsdms%")),
                        "FOLDER_SKIPPED_BY_READERS"))
                .isEmpty();
    }

    private static SourceColumn text(String name) {
        return SourceColumn.nullable(name, DataType.wstring(10));
    }
}
