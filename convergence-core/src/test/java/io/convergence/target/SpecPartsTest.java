package io.convergence.target;

import static io.convergence.target.SpecFixture.assertRefused;
import static io.convergence.target.SpecFixture.codes;
import static io.convergence.target.SpecFixture.lakeReady;
import static io.convergence.target.SpecFixture.only;
import static io.convergence.target.SpecFixture.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.source.RowImages;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The parts of a spec are checked with what the other parts know. */
class SpecPartsTest {
    private static final String POLICY = "$.taskSettings.ChangeProcessingDdlHandlingPolicy.";

    @Test
    void withoutTaskSettingsDmssOwnEmptyTheFolder_S14() {
        assertThat(only(
                        ReplicationSpec.builder()
                                .sourceEngine(SourceEngine.MYSQL)
                                .settings(s -> s.bucketName("lake").bucketFolder("dms"))
                                .tableMappings(m -> m.include("%", "%")),
                        "TASK_SETTINGS_MISSING"))
                .isEqualTo(Finding.warning(
                        "TASK_SETTINGS_MISSING",
                        "$.taskSettings",
                        "The spec holds no task settings: with DMS's own, a DROP or TRUNCATE of the source deletes the table's files and their history (rule S14).",
                        "Give them, e.g. TaskSettings.forS3()."));
    }

    @Test
    void withoutASourceSchemaItIsSaidWhatCannotBeKnown_S8() {
        ReplicationSpec.Builder spec = ReplicationSpec.lakeReady("lake", "dms")
                .sourceEngine(SourceEngine.MYSQL)
                .tableMappings(m -> m.include("%", "%"));

        assertThat(only(spec, "SOURCE_SCHEMA_MISSING"))
                .isEqualTo(Finding.warning(
                        "SOURCE_SCHEMA_MISSING",
                        "$.sourceSchema",
                        "Without a source schema tables, keys and types cannot be checked, nulls in updates are taken as real, and a column of the source that is named like a before-image is taken for one (rules S8 and S10).",
                        "Give it: SourceSchema.fromJdbc(dataSource), or by hand."));
        assertThat(codes(lakeReady(table("public", "t")))).doesNotContain("SOURCE_SCHEMA_MISSING");
    }

    @Test
    void whatWipesTheFolderIsSaid_S14() {
        ReplicationSpec.Builder spec = lakeReady(table("public", "t"))
                .taskSettings(TaskSettings.of(
                        t -> t.set(FullLoadSettings.TARGET_TABLE_PREP_MODE, TargetTablePrepMode.DROP_AND_CREATE)
                                .set(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_ALTERED, false)
                                .set(TargetMetadata.BATCH_APPLY_ENABLED, true)));

        assertThat(only(spec, "TRUNCATE_REMOVES_FILES"))
                .isEqualTo(Finding.warning(
                        "TRUNCATE_REMOVES_FILES",
                        POLICY + "HandleSourceTableTruncated",
                        "HandleSourceTableTruncated is on, as it is if not set: when the source truncates a table, DMS deletes all its files and their folder (rule S14).",
                        "Set it to false: keepFilesWhenSourceDropsOrTruncates()."));
        assertThat(only(spec, "DROP_REMOVES_FILES"))
                .isEqualTo(Finding.warning(
                        "DROP_REMOVES_FILES",
                        POLICY + "HandleSourceTableDropped",
                        "HandleSourceTableDropped is on, as it is if not set: when the source drops a table, its files and their history presumably go with it (rule S14).",
                        "Set it to false: keepFilesWhenSourceDropsOrTruncates()."));
        assertThat(only(spec, "NEW_COLUMNS_LEFT_OUT"))
                .isEqualTo(Finding.warning(
                        "NEW_COLUMNS_LEFT_OUT",
                        POLICY + "HandleSourceTableAltered",
                        "HandleSourceTableAltered is off: columns that the source adds do not reach the files.",
                        "Set it to true."));
        assertThat(only(spec, "PREP_MODE_REMOVES_FILES"))
                .isEqualTo(Finding.warning(
                        "PREP_MODE_REMOVES_FILES",
                        "$.taskSettings.FullLoadSettings.TargetTablePrepMode",
                        "TargetTablePrepMode is DROP_AND_CREATE: before a table is loaded, all its files are removed, those with its earlier changes too.",
                        "Set DO_NOTHING if that history is needed, and clear the folder by hand before a reload."));
        assertThat(only(spec, "BATCH_APPLY"))
                .isEqualTo(Finding.warning(
                        "BATCH_APPLY",
                        "$.taskSettings.TargetMetadata.BatchApplyEnabled",
                        "BatchApplyEnabled is on: the DMS guide warns that changes may be lost on the way to S3.",
                        "Set it to false."));
    }

    @Test
    void fullLobModeIsRefused() {
        assertRefused(
                lakeReady(table("public", "t")).taskSettings(TaskSettings.parse("""
                        {"TargetMetadata":{"SupportLobs":true,"FullLobMode":true,"LimitedSizeLobMode":false,"LobChunkSize":64,"LobMaxSize":32}}
                        """)),
                Finding.error(
                        "FULL_LOB_MODE",
                        "$.taskSettings.TargetMetadata.FullLobMode",
                        "FullLobMode is on, which S3 targets do not support.",
                        "Set FullLobMode to false, LimitedSizeLobMode to true and LobMaxSize above the longest value."));
    }

    @Test
    void theTypeOfTheTaskDecidesWhatItsSettingsMayDo() {
        ReplicationSpec.Builder spec = lakeReady(table("public", "t"))
                .taskSettings(TaskSettings.forS3()
                        .set(FullLoadSettings.STOP_TASK_CACHED_CHANGES_APPLIED, true)
                        .build());

        assertThat(codes(spec)).doesNotContain("STOP_WITHOUT_EFFECT").contains("PREP_MODE_LEAVES_FILES");
        assertThat(codes(spec.migrationType(MigrationType.CDC)))
                .contains("STOP_WITHOUT_EFFECT")
                .doesNotContain("PREP_MODE_LEAVES_FILES");
    }

    @Test
    void deletesAndUpdatesThatAreNotWrittenAreSaid() {
        assertThat(only(
                        lakeReady(table("public", "t")).settings(s -> s.cdc(c -> c.insertsAndUpdates())),
                        "DELETES_LOST"))
                .isEqualTo(Finding.warning(
                        "DELETES_LOST",
                        "$.s3Settings.CdcInsertsAndUpdates",
                        "Deletes are not written: the lake keeps deleted rows.",
                        "Switch it off unless rows are never deleted."));
        assertThat(only(
                        lakeReady(table("public", "t")).settings(s -> s.cdc(c -> c.insertsOnly())),
                        "UPDATES_AND_DELETES_LOST"))
                .isEqualTo(Finding.warning(
                        "UPDATES_AND_DELETES_LOST",
                        "$.s3Settings.CdcInsertsOnly",
                        "Only inserts are written: the lake keeps old and deleted rows.",
                        "Switch it off unless the tables are only appended to."));
    }

    @Test
    void athenaOnTheFilesThemselvesNeedsMilliseconds() {
        ReplicationSpec.Builder spec = lakeReady(table("public", "t")).consumer(RawConsumer.ATHENA);

        assertThat(only(spec, "TIMESTAMPS_GARBLED_IN_ATHENA"))
                .isEqualTo(Finding.warning(
                        "TIMESTAMPS_GARBLED_IN_ATHENA",
                        "$.s3Settings.ParquetTimestampInMillisecond",
                        "Athena and Glue read the files themselves and take times in microseconds for milliseconds.",
                        "Set ParquetTimestampInMillisecond, or let them read what this library writes."));
        assertThat(codes(spec.consumer(RawConsumer.SPARK))).doesNotContain("TIMESTAMPS_GARBLED_IN_ATHENA");
        assertThat(codes(spec.consumer(RawConsumer.LIBRARY))).doesNotContain("TIMESTAMPS_GARBLED_IN_ATHENA");
    }

    @Test
    void theBucketsVersionsAreKnownToTheTargetsRules() {
        assertThat(only(lakeReady(table("public", "t")).versionedBucket(), "BUCKET_VERSIONED")
                        .path())
                .isEqualTo("$.s3Settings.BucketName");
    }

    @Test
    void validationIsCheckedAgainstTheTaskAndTheSource() {
        assertThat(only(
                                lakeReady(partlyLogged("public", "t"))
                                        .taskSettings(TaskSettings.forS3()
                                                .set(ValidationSettings.ENABLE_VALIDATION, true)
                                                .build()),
                                "VALIDATION_NOT_POSSIBLE")
                        .message())
                .isEqualTo(
                        "EnableValidation is on in the task settings, but DMS cannot validate on S3 without logging of all columns of [public.t].");
    }

    @Test
    void onlyTablesThatAreReplicatedNeedAllColumnsLogged() {
        ReplicationSpec.Builder spec =
                lakeReady(SourceEngine.ORACLE, partlyLogged("public", "t"), partlyLogged("public", "other"));

        assertThat(only(spec, "ORACLE_COLUMNS_NOT_LOGGED").message()).contains("[public.t, public.other]");
        assertThat(only(spec.tableMappings(m -> m.exclude("public", "other")), "ORACLE_COLUMNS_NOT_LOGGED")
                        .message())
                .contains("[public.t]");
    }

    @Test
    void whatIsWrongWithATableThatIsNotReplicatedIsNotSaid_S10() {
        SourceTable unlogged =
                SourceTable.of(TableId.of("public", "log"), List.of(SpecFixture.ID), List.of("id"), RowImages.NONE);
        SourceTable keyless =
                SourceTable.of(TableId.of("public", "heap"), List.of(SpecFixture.ID), List.of(), RowImages.NONE);
        ReplicationSpec.Builder spec = ReplicationSpec.lakeReady("lake", "dms")
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, table("public", "t"), unlogged, keyless))
                .tableMappings(m -> m.include("public", "t"));

        assertThat(codes(spec)).doesNotContain("UPDATES_NOT_LOGGED", "TABLE_WITHOUT_KEY");
        assertRefused(
                spec.tableMappings(m -> m.include("public", "%")),
                Finding.error(
                        "UPDATES_NOT_LOGGED",
                        "$.sourceSchema public.log",
                        "Table public.log does not log the key of the old row (rowImages none): its updates and deletes are not replicated, or cannot be matched.",
                        "Run ALTER TABLE public.log REPLICA IDENTITY DEFAULT."));
        assertThat(only(spec, "TABLE_WITHOUT_KEY"))
                .isEqualTo(Finding.warning(
                        "TABLE_WITHOUT_KEY",
                        "$.sourceSchema public.heap",
                        "Table public.heap has no primary key: its rows cannot be matched, and PostgreSQL sources replicate no update and no delete of it.",
                        "Give the table a primary key, or leave it out of the mappings."));
    }

    private static SourceTable partlyLogged(String schema, String name) {
        return SourceTable.of(TableId.of(schema, name), List.of(SpecFixture.ID), List.of("id"), RowImages.KEY_ONLY);
    }
}
