package io.convergence.target;

import static io.convergence.target.SpecFixture.codes;
import static io.convergence.target.SpecFixture.keyed;
import static io.convergence.target.SpecFixture.lakeReady;
import static io.convergence.target.SpecFixture.only;
import static io.convergence.target.SpecFixture.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.mapping.SourceObject;
import io.convergence.schema.DataType;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What S19 lists is told before it happens. */
class SpecLossChecksTest {
    private static final String TABLE = "$.sourceSchema public.t";
    private static final String KEEP_APART =
            "Give the table a key of a type that travels whole, or make sure that no two keys differ only there.";

    private static final SourceColumn UNBOUNDED_NUMERIC =
            column("amount", DataType.numeric(28, 6), "numeric", SourceColumn.UNBOUNDED);

    @Nested
    class Values {
        @Test
        void numericWithoutPrecisionIsRounded_S19() {
            assertThat(only(lakeReady(table("public", "t", UNBOUNDED_NUMERIC)), "NUMERIC_ROUNDED"))
                    .isEqualTo(
                            Finding.info(
                                    "NUMERIC_ROUNDED",
                                    TABLE,
                                    "Values of [amount] have no declared precision and travel as NUMERIC(28,6): further fraction digits are rounded, and larger numbers are lost (rule S19).",
                                    "Declare a precision at the source, or set MapUnboundedNumericAsString on the source endpoint."));
        }

        @Test
        void numericWithPrecisionTravelsWhole_S19() {
            assertThat(codes(lakeReady(
                            table("public", "t", column("amount", DataType.numeric(28, 6), "numeric(28,6)", 24)))))
                    .doesNotContain("NUMERIC_ROUNDED", "KEY_MAY_COLLAPSE");
        }

        @Test
        void booleansTravelAsText_S19() {
            assertThat(only(
                            lakeReady(table("public", "t", column("paid", DataType.string(5), "boolean", 1))),
                            "BOOLEAN_AS_TEXT"))
                    .isEqualTo(Finding.info(
                            "BOOLEAN_AS_TEXT",
                            TABLE,
                            "Values of [paid] travel as the texts 'true' and 'false' (rule S19).",
                            "Set MapBooleanAsBoolean on the source endpoint, or read the texts as booleans."));
        }

        @Test
        void timesOfDayAreCutToMillisecondsInParquetAndLoseTheirZone_S19() {
            ReplicationSpec.Builder spec = lakeReady(
                    table("public", "t", column("at", DataType.of(DataType.Kind.TIME), "time with time zone", 12)));

            assertThat(only(spec, "FRACTION_CUT"))
                    .isEqualTo(Finding.info(
                            "FRACTION_CUT",
                            TABLE,
                            "Fractions of a second of [at] are cut to the unit of the files: milliseconds for times of day, microseconds for timestamps (rule S19).",
                            "Keep them in a column of text or numbers if they are needed."));
            assertThat(only(spec, "TIME_ZONE_DROPPED"))
                    .isEqualTo(Finding.info(
                            "TIME_ZONE_DROPPED",
                            TABLE,
                            "Times of day of [at] are written without their time zone (rule S19).",
                            "Store them in UTC, or as timestamps."));
        }

        @ParameterizedTest
        @CsvSource({"time(3) without time zone, parquet", "time without time zone, csv"})
        void timesOfDayThatFitTheFileAreNotCut_S19(String nativeType, String format) {
            assertThat(codes(lakeReady(
                                    table("public", "t", column("at", DataType.of(DataType.Kind.TIME), nativeType, 8)))
                            .settings(s -> s.dataFormat(DataFormat.parse(format)))))
                    .doesNotContain("FRACTION_CUT", "TIME_ZONE_DROPPED");
        }

        @Test
        void nanosecondsAreCut_S19() {
            assertThat(only(
                                    lakeReady(
                                            SourceEngine.ORACLE,
                                            table("public", "t", SourceColumn.nullable("at", DataType.datetime(9)))),
                                    "FRACTION_CUT")
                            .message())
                    .startsWith("Fractions of a second of [at] are cut");
        }

        @Test
        void infiniteTimestampsAreReplaced_S19() {
            assertThat(only(
                            lakeReady(table("public", "t", SourceColumn.nullable("until", DataType.datetime(6)))),
                            "INFINITY_REPLACED"))
                    .isEqualTo(Finding.info(
                            "INFINITY_REPLACED",
                            TABLE,
                            "Infinite values of [until] are written as 9999-12-31 23:59:59 and 4713-01-01 BC (rule S19).",
                            "Read these two as infinite if the source has such values."));
        }

        @ParameterizedTest
        @CsvSource({
            "LIBRARY, Leave it off if the source is finer.",
            "SPARK, Leave it off if the source is finer.",
            "ATHENA, Athena needs it on the files themselves; let it read what this library writes if the source is finer."
        })
        void millisecondsAreALossWhoseFixDependsOnTheConsumer_S19(RawConsumer consumer, String fix) {
            assertThat(only(
                            lakeReady(table("public", "t", SourceColumn.nullable("at", DataType.datetime(6))))
                                    .settings(s -> s.parquet(p -> p.timestampInMillisecond()))
                                    .consumer(consumer),
                            "TIMES_CUT_TO_MILLISECONDS"))
                    .isEqualTo(Finding.info(
                            "TIMES_CUT_TO_MILLISECONDS",
                            TABLE,
                            "ParquetTimestampInMillisecond cuts [at] to milliseconds.",
                            fix));
        }

        @Test
        void valuesKnownToBeLongerThanLobMaxSizeAreAWarning_S19() {
            ReplicationSpec.Builder spec =
                    lakeReady(table("public", "t", column("doc", DataType.of(DataType.Kind.CLOB), "", 100_000)));

            assertThat(only(spec, "LOB_WILL_BE_CUT"))
                    .isEqualTo(Finding.warning(
                            "LOB_WILL_BE_CUT",
                            TABLE,
                            "The source lets values of [doc] be longer than LobMaxSize, 32 KB: what goes beyond is lost.",
                            "Raise lobMaxSize, here and in the task settings, to their declared size."));
            assertThat(codes(spec)).doesNotContain("LOB_MAY_BE_CUT");
            assertThat(codes(spec.lobMaxSize(DataSize.ofKilobytes(98)))).doesNotContain("LOB_WILL_BE_CUT");
        }

        @Test
        void lobColumnsThatAreNotReplicatedAreNamed() {
            ReplicationSpec.Builder spec = lakeReady(
                            table("public", "t", SourceColumn.nullable("doc", DataType.of(DataType.Kind.NCLOB))))
                    .taskSettings(TaskSettings.forS3().withoutLobs().build());

            assertThat(only(spec, "LOB_COLUMNS_LEFT_OUT"))
                    .isEqualTo(Finding.warning(
                            "LOB_COLUMNS_LEFT_OUT",
                            TABLE,
                            "SupportLobs is off in the task settings: columns [doc] of public.t do not reach the lake.",
                            "Set limitedLobs(...) in the task settings, above the longest value."));
            assertThat(codes(spec)).doesNotContain("LOB_MAY_BE_CUT");
        }

        @Test
        void smallerTypesByARuleAreALoss_S19() {
            ReplicationSpec.Builder spec = lakeReady(
                            SourceEngine.MYSQL,
                            table(
                                    "public",
                                    "t",
                                    SourceColumn.nullable("total", DataType.numeric(12, 4)),
                                    SourceColumn.nullable("name", DataType.wstring(80)),
                                    SourceColumn.nullable("count", DataType.of(DataType.Kind.INT8))))
                    .tableMappings(m -> m.changeDataType(SourceObject.column("public", "t", "total"))
                            .to(DataType.numeric(12, 2))
                            .changeDataType(SourceObject.column("public", "t", "name"))
                            .to(DataType.string(40))
                            .changeDataType(SourceObject.column("public", "t", "count"))
                            .to(DataType.string(20)));

            assertThat(only(spec, "TYPE_NARROWED"))
                    .isEqualTo(Finding.info(
                            "TYPE_NARROWED",
                            TABLE,
                            "Values of [total, name] get a smaller type by a change-data-type rule: what does not fit in it is lost (rule S19).",
                            "Choose a type that holds every value of the source."));
        }

        @Test
        void csvWithoutHeaderDoesNotTellColumnsApart_S15() {
            ReplicationSpec.Builder spec = lakeReady(table("public", "t")).settings(s -> s.dataFormat(DataFormat.CSV));

            assertThat(only(spec, "HEADERLESS_CSV"))
                    .isEqualTo(Finding.warning(
                            "HEADERLESS_CSV",
                            "$.s3Settings.AddColumnName",
                            "CSV without a header: rows tell their columns by their number only, so that after a change which keeps the number values are read as those of other columns (rule S15).",
                            "Set AddColumnName, or DataFormat to parquet."));
            assertThat(codes(spec.settings(s -> s.csv(c -> c.addColumnName())))).doesNotContain("HEADERLESS_CSV");
        }

        @Test
        void emptyTextsLookLikeNullInCsvWithoutAMarker_S8() {
            ReplicationSpec.Builder spec = lakeReady(table("public", "t")).settings(s -> s.dataFormat(DataFormat.CSV));

            assertThat(only(spec, "EMPTY_TEXT_LIKE_NULL"))
                    .isEqualTo(Finding.warning(
                            "EMPTY_TEXT_LIKE_NULL",
                            "$.s3Settings.CsvNullValue",
                            "CSV without CsvNullValue: an empty text may look like null, so that one is read for the other (rule S8).",
                            "Set CsvNullValue to a text that no column holds, or DataFormat to parquet."));
            assertThat(codes(spec.settings(s -> s.csv(c -> c.nullValue("\\N")))))
                    .doesNotContain("EMPTY_TEXT_LIKE_NULL");
        }
    }

    /** Different rows of the source that become one of the lake. */
    @Nested
    class Keys {
        @Test
        void aNumericKeyWithoutPrecisionMayCollapse() {
            assertThat(only(lakeReady(keyed(UNBOUNDED_NUMERIC)), "KEY_MAY_COLLAPSE"))
                    .isEqualTo(Finding.warning(
                            "KEY_MAY_COLLAPSE",
                            TABLE + ".amount",
                            "Key column 'amount' of public.t is numeric without precision, which DMS rounds to NUMERIC(28,6): source rows whose keys differ in nothing else become one row of the lake (rule S19).",
                            KEEP_APART));
        }

        @Test
        void aTimestampKeyMayCollapseAtInfinityAndByMilliseconds() {
            SourceColumn at = SourceColumn.required("at", DataType.datetime(6));

            assertThat(only(lakeReady(keyed(at)), "KEY_MAY_COLLAPSE").message())
                    .isEqualTo(
                            "Key column 'at' of public.t has infinite values written as 9999-12-31 23:59:59 and 4713-01-01 BC, like those very times: source rows whose keys differ in nothing else become one row of the lake (rule S19).");
            assertThat(only(
                                    lakeReady(SourceEngine.MYSQL, keyed(at))
                                            .settings(s -> s.parquet(p -> p.timestampInMillisecond())),
                                    "KEY_MAY_COLLAPSE")
                            .message())
                    .startsWith("Key column 'at' of public.t is cut to milliseconds by ParquetTimestampInMillisecond:");
        }

        @Test
        void aTextKeyLongerThanLobMaxSizeMayCollapse() {
            SourceColumn text = SourceColumn.required("url", DataType.of(DataType.Kind.NCLOB));

            assertThat(only(lakeReady(keyed(text)), "KEY_MAY_COLLAPSE").message())
                    .startsWith("Key column 'url' of public.t is cut at LobMaxSize, 32 KB:");
            assertThat(codes(lakeReady(keyed(column("url", DataType.of(DataType.Kind.NCLOB), "", 2_000)))))
                    .doesNotContain("KEY_MAY_COLLAPSE");
        }

        @Test
        void aTimeOfDayInAKeyMayCollapseForTwoReasons() {
            assertThat(only(
                                    lakeReady(keyed(new SourceColumn(
                                            "at", DataType.of(DataType.Kind.TIME), false, "timetz", 12, true, false))),
                                    "KEY_MAY_COLLAPSE")
                            .message())
                    .startsWith(
                            "Key column 'at' of public.t is cut to the unit of time of the files and is written without its time zone:");
        }

        @Test
        void aKeyOfASmallerTypeMayCollapse() {
            assertThat(only(
                                    lakeReady(
                                                    SourceEngine.MYSQL,
                                                    keyed(SourceColumn.required("name", DataType.wstring(80))))
                                            .tableMappings(
                                                    m -> m.changeDataType(SourceObject.column("public", "t", "name"))
                                                            .to(DataType.wstring(40))),
                                    "KEY_MAY_COLLAPSE")
                            .message())
                    .startsWith("Key column 'name' of public.t gets a smaller type by a change-data-type rule:");
        }

        @ParameterizedTest
        @EnumSource(
                value = DataType.Kind.class,
                names = {"INT8", "UINT8", "BOOLEAN", "REAL8"})
        void keysThatTravelWholeAreFine(DataType.Kind kind) {
            assertThat(codes(lakeReady(keyed(SourceColumn.required("k", DataType.of(kind))))))
                    .doesNotContain("KEY_MAY_COLLAPSE");
        }
    }

    private static SourceColumn column(String name, DataType type, String nativeType, long maxBytes) {
        return new SourceColumn(name, type, false, nativeType, maxBytes, false, false);
    }
}
