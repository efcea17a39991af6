package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.mapping.SourceObject;
import io.convergence.mapping.TableMappings;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicationSpecTest {
    private static final TableId ORDERS = TableId.of("public", "orders");

    private static final SourceTable TABLE = SourceTable.of(
            ORDERS,
            List.of(
                    SourceColumn.required("order_id", DataType.of(DataType.Kind.INT8)),
                    SourceColumn.required("body", DataType.of(DataType.Kind.NCLOB)),
                    SourceColumn.nullable("note", DataType.wstring(0)),
                    SourceColumn.nullable("code", DataType.wstring(10)),
                    SourceColumn.nullable("changed", DataType.datetime(6))),
            List.of("order_id"),
            RowImages.KEY_ONLY);

    private static final SourceSchema SHOP = SourceSchema.of(SourceEngine.POSTGRESQL, TABLE);

    @Test
    void lakeReadyHasNothingButTheNotesOnWhatASourceCannotTell() {
        ReplicationSpec spec = lakeReady().build();

        assertThat(spec.validate())
                .containsExactly(
                        Finding.info(
                                "NULL_MAY_BE_STALE",
                                "$.sourceSchema public.orders",
                                "A null in an update of [note] is taken as unknown, because the source may leave out a value that did not change: "
                                        + "where it is set to null, the lake keeps the old value until it is repaired (rule S8).",
                                "Run ALTER TABLE public.orders REPLICA IDENTITY FULL with the test_decoding plugin, or declare nullOnUpdate for the column."),
                        Finding.info(
                                "LOB_MAY_BE_CUT",
                                "$.sourceSchema public.orders",
                                "Values of [body] that are longer than LobMaxSize, 32 KB, are cut.",
                                "Raise lobMaxSize, here and in the task settings, above the longest value."));
    }

    @Test
    void lakeReadySetsWhatSemanticsAskFor() {
        ReplicationSpec spec = lakeReady().build();

        S3TargetSettings settings = spec.settings();
        assertThat(settings.bucketName()).isEqualTo("lake");
        assertThat(settings.bucketFolder()).isEqualTo("dms");
        assertThat(settings.dataFormat()).isEqualTo(DataFormat.PARQUET);
        assertThat(settings.includeOpForFullLoad()).isTrue();
        assertThat(settings.timestampColumnName()).contains("dms_timestamp");
        assertThat(settings.useTaskStartTimeForFullLoadTimestamp()).isFalse();
        assertThat(settings.datePartitionEnabled()).isTrue();
        assertThat(settings.datePartitionTimezone()).isEqualTo(ZoneId.of("UTC"));
        assertThat(settings.cdcMaxBatchInterval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.cdcMinFileSize()).isEqualTo(DataSize.ofMegabytes(256));
        assertThat(spec.mappedTables(SHOP).get(0).sequence()).contains("dms_seq");
        assertThat(spec.mappedTables(SHOP).get(0).columnsWithBeforeImage()).containsExactly("order_id");
    }

    @Test
    void theShapeOfRowsFollowsFromAllParts_S8() {
        ReplicationSpec spec = lakeReady()
                .tableMappings(m -> m.renameColumn("public", "orders", "note", "remark"))
                .settings(s -> s.parquet(p -> p.timestampInMillisecond()))
                .nullOnUpdate(ORDERS, "code", NullOnUpdate.REFUSE)
                .build();

        RowShape shape = spec.rowShape(TABLE);

        assertThat(shape.timestamp()).contains("dms_timestamp");
        assertThat(shape.sequence()).contains("dms_seq");
        assertThat(shape.beforeImageOf("before_order_id", List.of("order_id", "before_order_id")))
                .contains("order_id");
        assertThat(shape.nullOnUpdate())
                .isEqualTo(Map.of(
                        "order_id", NullOnUpdate.UNKNOWN,
                        "body", NullOnUpdate.UNKNOWN,
                        "remark", NullOnUpdate.UNKNOWN,
                        "code", NullOnUpdate.REFUSE));
        assertThat(shape.nullOnUpdate("changed")).isEqualTo(NullOnUpdate.NULL);
        assertThat(shape.tableSchema().orElseThrow().columns())
                .containsExactly(
                        Column.required("order_id", DataType.of(DataType.Kind.INT8)),
                        Column.required("body", DataType.of(DataType.Kind.NCLOB)),
                        Column.nullable("remark", DataType.wstring(0)),
                        Column.nullable("code", DataType.wstring(10)),
                        Column.nullable("changed", DataType.datetime(3)));
        assertThat(spec.rowShape(ORDERS)).contains(shape);
        assertThat(spec.rowShape(TableId.of("public", "other"))).isEmpty();
    }

    @Test
    void aTableAloneGivesTheShapeOfItsOwnColumns_S8() {
        RowShape shape = RowShape.of(SourceEngine.POSTGRESQL, TABLE);

        assertThat(shape.tableSchema()).contains(TABLE.toSchema());
        assertThat(shape.nullOnUpdate())
                .isEqualTo(Map.of(
                        "order_id", NullOnUpdate.UNKNOWN, "body", NullOnUpdate.UNKNOWN, "note", NullOnUpdate.UNKNOWN));
        assertThat(shape.timestamp()).isEmpty();
    }

    @Test
    void withoutASchemaTheShapeHoldsDmssColumnsOnly() {
        RowShape shape = lakeReady().build().rowShapeWithoutSchema();

        assertThat(shape)
                .isEqualTo(RowShape.plain()
                        .withTimestampColumn("dms_timestamp")
                        .withSequenceColumn("dms_seq")
                        .withBeforeImage("before_", ""));
    }

    @Test
    void aTableThatIsNotSelectedHasNoShape() {
        ReplicationSpec spec = lakeReady().build();
        SourceTable other =
                SourceTable.of(TableId.of("sales", "x"), TABLE.columns(), List.of("order_id"), RowImages.FULL);

        assertThatThrownBy(() -> spec.rowShape(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot describe the files of table sales.x: the mappings of the spec do not select it. Add a selection rule for it.");
    }

    @Nested
    class AsJson {
        @Test
        void theWholeSpecSurvivesTheWayThroughOneFile() {
            ReplicationSpec spec = lakeReady()
                    .tableMappings(m -> m.exclude("public", "tmp[_]%").removeColumn("public", "orders", "code"))
                    .nullOnUpdate(ORDERS, "note", NullOnUpdate.NULL)
                    .nullOnUpdate(ORDERS, "changed", NullOnUpdate.REFUSE)
                    .lobMaxSize(DataSize.ofMegabytes(1))
                    .controlPrefix("/meta/")
                    .outputPrefix("lake/out")
                    .build();

            assertThat(ReplicationSpec.parse(spec.toJson())).isEqualTo(spec);
            assertThat(spec.toBuilder().build()).isEqualTo(spec);
        }

        @Test
        void taskSettingsAreKeptAndSayWhereLobsAreCut() {
            ReplicationSpec spec = lakeReady()
                    .taskSettings(TaskSettings.forS3()
                            .limitedLobs(DataSize.ofKilobytes(64))
                            .build())
                    .build();

            assertThat(spec.lobMaxSize()).isEqualTo(DataSize.ofKilobytes(64));
            assertThat(spec.toJson()).contains("\"taskSettings\"").doesNotContain("lobMaxSizeKb");
            assertThat(ReplicationSpec.parse(spec.toJson())).isEqualTo(spec);
            assertThat(spec.toBuilder().build()).isEqualTo(spec);
        }

        @Test
        void taskSettingsWithoutASizeOfLobsTakeThatOfTheSpec() {
            ReplicationSpec spec = lakeReady()
                    .lobMaxSize(DataSize.ofKilobytes(64))
                    .taskSettings(TaskSettings.of(t -> t.set(FullLoadSettings.COMMIT_RATE, 20_000)))
                    .build();

            assertThat(spec.lobMaxSize()).isEqualTo(DataSize.ofKilobytes(64));
            assertThat(spec.taskSettings().orElseThrow().lobMaxSize()).isEqualTo(DataSize.ofKilobytes(64));
            assertThat(ReplicationSpec.parse(spec.toJson())).isEqualTo(spec);
        }

        @Test
        void twoSizesOfLobsAndErrorsOfTaskSettingsAreRefusedTogether() {
            assertThatThrownBy(() -> lakeReady()
                            .lobMaxSize(DataSize.ofKilobytes(64))
                            .taskSettings(TaskSettings.parse(
                                    "{\"TargetMetadata\":{\"LobMaxSize\":32,\"InlineLobMaxSize\":1}}"))
                            .build())
                    .isInstanceOfSatisfying(
                            InvalidConfigurationException.class,
                            e -> assertThat(e.findings())
                                    .containsExactly(
                                            Finding.error(
                                                    "INLINE_LOB_MODE",
                                                    "$.taskSettings.TargetMetadata.InlineLobMaxSize",
                                                    "InlineLobMaxSize is 1 KB, which needs full LOB mode, and S3 targets do not support that.",
                                                    "Set it to 0, and LobMaxSize above the longest value."),
                                            Finding.error(
                                                    "LOB_MAX_SIZE_CONTRADICTS",
                                                    "$.lobMaxSizeKb",
                                                    "It is 64 KB, but LobMaxSize in the task settings is 32 KB.",
                                                    "Leave lobMaxSizeKb out: the task settings say it.")));
        }

        @Test
        void aSpecWithoutSourceSchemaNeedsTheEngine() {
            ReplicationSpec spec = ReplicationSpec.parse("""
                    {"sourceEngine":"mysql","tableMappings":{"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"a","rule-action":"include",
                      "object-locator":{"schema-name":"shop","table-name":"%"}}]},"s3Settings":{"BucketName":"b","BucketFolder":"dms"}}
                    """);

            assertThat(spec.sourceEngine()).isEqualTo(SourceEngine.MYSQL);
            assertThat(spec.sourceSchema()).isEmpty();
            assertThat(spec.lobMaxSize()).isEqualTo(DataSize.ofKilobytes(32));
            assertThat(spec.controlPrefix()).isEqualTo("convergence/control");
        }

        @Test
        void allWrongPartsAreGivenAtOnceWithTheirPaths() {
            assertThatThrownBy(() -> ReplicationSpec.parse("""
                            {"sourceEngine":"db3","tablemappings":{},"s3Settings":{"BucketNam":"b"},"lobMaxSizeKb":-1,"nullOnUpdate":{},
                             "sourceSchema":{"tables":3},"tableMappings":{"rules":3}}
                            """))
                    .isInstanceOfSatisfying(
                            InvalidConfigurationException.class,
                            e -> assertThat(e.findings())
                                    .containsExactly(
                                            Finding.error(
                                                    "UNKNOWN_NAME",
                                                    "$.tablemappings",
                                                    "'tablemappings' is no part of a replication spec.",
                                                    "Did you mean 'tableMappings'?"),
                                            Finding.error(
                                                    "WRONG_VALUE",
                                                    "$.sourceEngine",
                                                    "It is 'db3', none of oracle, sql-server, mysql, mariadb, postgresql, sap-ase, mongodb, documentdb.",
                                                    "Correct the value."),
                                            Finding.error(
                                                    "WRONG_VALUE",
                                                    "$.sourceSchema",
                                                    "Cannot read source schema at $.tables: it is 3, not an array. Give \"tables\": [...].",
                                                    "Correct the value."),
                                            Finding.error(
                                                    "WRONG_VALUE",
                                                    "$.tableMappings",
                                                    "Cannot read table mappings: at rules there is number, not an array. Give one object {\"rules\":[...]}.",
                                                    "Correct the value."),
                                            Finding.error(
                                                    "UNKNOWN_ATTRIBUTE",
                                                    "$.s3Settings.BucketNam",
                                                    "'BucketNam' is no attribute of an S3 target.",
                                                    "Did you mean 'BucketName'?"),
                                            Finding.error(
                                                    "WRONG_VALUE",
                                                    "$.nullOnUpdate",
                                                    "It is {}, not an array of objects.",
                                                    "Correct the value."),
                                            Finding.error(
                                                    "WRONG_VALUE",
                                                    "$.lobMaxSizeKb",
                                                    "It is -1, not a whole number of kilobytes.",
                                                    "Correct the value.")));
        }
    }

    @Nested
    class Validating {
        @ParameterizedTest
        @ValueSource(strings = {"dms", "dms/control", "dms/public/orders"})
        void controlFilesInsideDmssFolderAreAnError_L4(String prefix) {
            assertError(
                    lakeReady().controlPrefix(prefix),
                    Finding.error(
                            "PREFIX_NOT_OUTSIDE_DMS_FOLDER",
                            "$.controlPrefix",
                            "The controlPrefix '" + prefix
                                    + "' and DMS's folder 'dms' overlap: DMS deletes what lies in its folder when a table is reloaded or truncated (rule L4).",
                            "Choose a prefix beside 'dms'."));
        }

        @Test
        void aFolderOfDmsInsideTheOutputIsAnErrorToo_L4() {
            assertError(
                    lakeReady().settings(s -> s.bucketFolder("lake/raw")).outputPrefix("lake"),
                    Finding.error(
                            "PREFIX_NOT_OUTSIDE_DMS_FOLDER",
                            "$.outputPrefix",
                            "The outputPrefix 'lake' and DMS's folder 'lake/raw' overlap: DMS deletes what lies in its folder when a table is reloaded or truncated (rule L4).",
                            "Choose a prefix beside 'lake/raw'."));
        }

        @Test
        void aPrefixThatBeginsLikeTheFolderIsNotInIt_L4() {
            assertThat(lakeReady()
                            .controlPrefix("dms-control")
                            .outputPrefix("dms-output")
                            .build()
                            .controlPrefix())
                    .isEqualTo("dms-control");
        }

        @Test
        void anEmptyPrefixIsAnError_L4() {
            assertError(
                    lakeReady().controlPrefix(""),
                    Finding.error(
                            "PREFIX_NOT_OUTSIDE_DMS_FOLDER",
                            "$.controlPrefix",
                            "The controlPrefix is empty: it would hold all that DMS writes and deletes (rule L4).",
                            "Give a prefix beside DMS's folder, e.g. \"convergence/control\"."));
        }

        @Test
        void withoutAFolderThePrefixMustMissEveryTable_L4() {
            ReplicationSpec.Builder rootOfBucket = lakeReady().settings(s -> s.bucketFolder(""));

            assertError(
                    rootOfBucket.outputPrefix("public/orders/out"),
                    Finding.error(
                            "PREFIX_NOT_OUTSIDE_DMS_FOLDER",
                            "$.outputPrefix",
                            "The outputPrefix 'public/orders/out' and DMS's folder 'public/orders' overlap: DMS deletes what lies in its folder when a table is reloaded or truncated (rule L4).",
                            "Choose a prefix beside 'public/orders'."));
            assertThat(rootOfBucket.outputPrefix("out").build().outputPrefix()).isEqualTo("out");
        }

        @Test
        void withoutAFolderAndASchemaThePatternsDecide_L4() {
            ReplicationSpec.Builder builder = ReplicationSpec.lakeReady("lake", "")
                    .sourceEngine(SourceEngine.POSTGRESQL)
                    .tableMappings(m -> m.include("conv%", "%"));

            assertThatThrownBy(builder::build)
                    .hasMessageContaining("PREFIX_NOT_OUTSIDE_DMS_FOLDER at $.controlPrefix")
                    .hasMessageContaining("at $.outputPrefix");
            assertThat(builder.controlPrefix("lake/a")
                            .outputPrefix("lake/b")
                            .build()
                            .sourceEngine())
                    .isEqualTo(SourceEngine.POSTGRESQL);
        }

        @Test
        void controlAndOutputStayApart() {
            assertError(
                    lakeReady().controlPrefix("meta").outputPrefix("meta/out"),
                    Finding.error(
                            "PREFIXES_OVERLAP",
                            "$.outputPrefix",
                            "The controlPrefix 'meta' and the outputPrefix 'meta/out' overlap: files of the ledger could be taken for data, and data for the ledger.",
                            "Choose two prefixes of which neither contains the other."));
        }

        @Test
        void aZoneThatRepeatsAnHourIsAnErrorWithoutASequence_S4() {
            assertError(
                    withoutSequence().settings(s -> s.datePartition(d -> d.timezone(ZoneId.of("Europe/Berlin")))),
                    Finding.error(
                            "ZONE_REPEATS_AN_HOUR",
                            "$.s3Settings.DatePartitionTimezone",
                            "DatePartitionTimezone is Europe/Berlin, where clocks are set back: for one hour the names of files do not tell their order, "
                                    + "and without a change sequence nothing else does (rule S4).",
                            "Use UTC, or add a change sequence: addChangeSequence(\"dms_seq\")."));
        }

        @Test
        void aZoneThatRepeatsAnHourIsAWarningWithASequence_S4() {
            assertThat(lakeReady()
                            .settings(s -> s.datePartition(d -> d.timezone(ZoneId.of("America/New_York"))))
                            .build()
                            .validate())
                    .contains(Finding.warning(
                            "ZONE_REPEATS_AN_HOUR",
                            "$.s3Settings.DatePartitionTimezone",
                            "DatePartitionTimezone is America/New_York, where clocks are set back: for one hour the names of files do not tell their order, "
                                    + "and their LastModified decides (rule S4).",
                            "Use UTC."));
        }

        @ParameterizedTest
        @ValueSource(strings = {"UTC", "Asia/Tokyo", "Asia/Kolkata", "America/Bogota"})
        void zonesWhoseClocksRunOnAreFine_S4(String zone) {
            assertThat(withoutSequence()
                            .settings(s -> s.datePartition(d -> d.timezone(ZoneId.of(zone))))
                            .validate())
                    .extracting(Finding::code)
                    .doesNotContain("ZONE_REPEATS_AN_HOUR");
        }

        @Test
        void changesWithoutSequenceAndTimestampHaveNoHistory_S3() {
            assertThat(withoutSequence()
                            .settings(s -> s.withoutTimestampColumn())
                            .build()
                            .validate())
                    .contains(Finding.warning(
                            "NO_HISTORY",
                            "$.tableMappings",
                            "Changes carry neither a sequence nor a timestamp: only the current state can be built, no history, and a file that DMS writes again "
                                    + "after a restart cannot be recognised with certainty (rule S3).",
                            "Add a change sequence, addChangeSequence(\"dms_seq\"), and set TimestampColumnName."));
        }

        @Test
        void changesWithoutSequenceAreOrderedByFilesOnly_S1() {
            assertThat(withoutSequence().build().validate())
                    .contains(
                            Finding.warning(
                                    "SEQUENCE_COLUMN_MISSING",
                                    "$.tableMappings",
                                    "Changes carry no sequence: their order is that of file names and rows, and every pause of the files may hide a restart (rules S1 and S3).",
                                    "Add a change sequence: addChangeSequence(\"dms_seq\")."),
                            Finding.warning(
                                    "BEFORE_IMAGE_MISSING",
                                    "$.tableMappings",
                                    "Updates do not carry the old key: where a key changes, the row with the old key stays in the lake (rule S10).",
                                    "Add before-images of the key: addBeforeImageColumns(\"before_\")."));
        }

        @Test
        void aTableWithoutTheSequenceTheOthersHaveIsNamed() {
            SourceTable lines =
                    SourceTable.of(TableId.of("public", "lines"), TABLE.columns(), List.of("order_id"), RowImages.FULL);
            ReplicationSpec spec = withoutSequence()
                    .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, TABLE, lines))
                    .tableMappings(m -> m.addColumn("public", "lines", "seq", DataType.string(35), "$AR_H_CHANGE_SEQ"))
                    .build();

            assertThat(spec.validate())
                    .contains(Finding.warning(
                            "SEQUENCE_COLUMN_MISSING_IN_TABLE",
                            "$.tableMappings",
                            "Table public.orders gets no change sequence, though others do.",
                            "Add the column to all tables: addChangeSequence(\"dms_seq\")."));
        }

        @Test
        void taskStartTimesInLoadRowsHideTheLoadsStart_S5() {
            assertThat(lakeReady()
                            .settings(s -> s.useTaskStartTimeForFullLoadTimestamp())
                            .build()
                            .validate())
                    .contains(Finding.warning(
                            "LOAD_START_UNKNOWN",
                            "$.s3Settings.UseTaskStartTimeForFullLoadTimestamp",
                            "Full-load rows carry the start of the task in place of their arrival time: when a table's load began has to be taken from elsewhere (rule S5).",
                            "Leave it off."));
        }

        @Test
        void millisecondsAreListedAsALoss_S19() {
            assertThat(lakeReady()
                            .settings(s -> s.parquet(p -> p.timestampInMillisecond()))
                            .build()
                            .validate())
                    .contains(Finding.info(
                            "TIMES_CUT_TO_MILLISECONDS",
                            "$.sourceSchema public.orders",
                            "ParquetTimestampInMillisecond cuts [changed] to milliseconds.",
                            "Leave it off if the source is finer."));
        }

        @Test
        void declarationsAboutNullsNameWhatIsThereAndSayWhatTheyRisk_S8() {
            assertError(
                    lakeReady().nullOnUpdate(TableId.of("public", "order"), "note", NullOnUpdate.NULL),
                    Finding.error(
                            "NULL_ON_UPDATE_UNKNOWN_TABLE",
                            "$.nullOnUpdate",
                            "Table public.order is not in the source schema.",
                            "Give the name the table has in the source."));
            assertError(
                    lakeReady().nullOnUpdate(ORDERS, "notes", NullOnUpdate.NULL),
                    Finding.error(
                            "NULL_ON_UPDATE_UNKNOWN_COLUMN",
                            "$.nullOnUpdate",
                            "Table public.orders has no column 'notes'.",
                            "Give one of [order_id, body, note, code, changed]."));
            assertThat(lakeReady()
                            .nullOnUpdate(ORDERS, "note", NullOnUpdate.NULL)
                            .build()
                            .validate())
                    .contains(Finding.warning(
                            "NULL_TAKEN_AS_REAL",
                            "$.nullOnUpdate",
                            "Column 'note' of public.orders takes nulls in updates as real, but the source may leave the value out: then a value that did not change is lost (rule S8).",
                            "Leave the column at UNKNOWN, or have the source log whole rows."))
                    .extracting(Finding::code)
                    .doesNotContain("NULL_MAY_BE_STALE");
        }

        @Test
        void sourceAndMappingsMustFit() {
            assertError(
                    lakeReady().sourceEngine(SourceEngine.ORACLE),
                    Finding.error(
                            "SOURCE_ENGINE_MISMATCH",
                            "$.sourceEngine",
                            "The source engine is ORACLE, but the source schema was read from POSTGRESQL.",
                            "Leave the source engine out: the schema names it."));
            assertError(
                    ReplicationSpec.lakeReady("lake", "dms").tableMappings(m -> m.include("public", "%")),
                    Finding.error(
                            "SOURCE_ENGINE_MISSING",
                            "$.sourceEngine",
                            "Neither a source engine nor a source schema is given.",
                            "Give one, e.g. \"postgresql\"."));
            assertError(
                    ReplicationSpec.lakeReady("lake", "dms")
                            .sourceSchema(SHOP)
                            .tableMappings(m -> m.include("PUBLIC", "%")),
                    Finding.error(
                            "NO_TABLE_SELECTED",
                            "$.tableMappings",
                            "The mappings select none of the 1 tables of the source schema.",
                            "Compare the names, in upper and lower case, with [public.orders]."));
            assertError(
                    lakeReady().tableMappings(m -> m.removeColumn("public", "%", "order%")),
                    Finding.error(
                            "MAPPINGS_DO_NOT_FIT",
                            "$.tableMappings",
                            "Cannot evaluate table mappings: key column 'order_id' of public.orders is removed by a remove-column rule, so that rows can no longer be told apart. Keep the key columns.",
                            "Correct the rules."));
        }

        @Test
        void namesThatOnlyDmsCanComputeAreSaidToHideTheTables() {
            TableMappings computed = TableMappings.builder()
                    .include("public", "%")
                    .renameByExpression(SourceObject.table("public", "%"))
                    .to("lower($AR_M_SOURCE_TABLE_NAME)")
                    .build();

            assertThat(ReplicationSpec.lakeReady("lake", "dms")
                            .sourceSchema(SHOP)
                            .tableMappings(computed)
                            .build()
                            .validate())
                    .extracting(Finding::code)
                    .containsExactly("MAPPINGS_NOT_EVALUATED");
        }

        @Test
        void findingsOfThePartsCarryThePathOfTheWhole() {
            assertThatThrownBy(() -> ReplicationSpec.builder()
                            .sourceSchema(SHOP)
                            .tableMappings(m -> m.explicit("public", "a%"))
                            .build())
                    .isInstanceOfSatisfying(
                            InvalidConfigurationException.class,
                            e -> assertThat(e.findings())
                                    .extracting(Finding::path)
                                    .containsExactly(
                                            "$.tableMappings.rules[0].object-locator.table-name",
                                            "$.s3Settings.BucketName",
                                            "$.tableMappings"));
        }

        private void assertError(ReplicationSpec.Builder builder, Finding expected) {
            assertThat(builder.validate().stream().filter(finding -> finding.severity() == Severity.ERROR))
                    .containsExactly(expected);
            assertThatThrownBy(builder::build)
                    .isInstanceOfSatisfying(
                            InvalidConfigurationException.class,
                            e -> assertThat(e.findings()).containsExactly(expected));
        }
    }

    private static ReplicationSpec.Builder lakeReady() {
        return ReplicationSpec.lakeReady("lake", "dms").sourceSchema(SHOP).tableMappings(m -> m.include("public", "%"));
    }

    private static ReplicationSpec.Builder withoutSequence() {
        return ReplicationSpec.builder()
                .sourceSchema(SHOP)
                .tableMappings(m -> m.include("public", "%"))
                .settings(s -> s.bucketName("lake")
                        .bucketFolder("dms")
                        .dataFormat(DataFormat.PARQUET)
                        .timestampColumnName("ts"));
    }
}
