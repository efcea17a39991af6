package io.convergence.target;

import static io.convergence.target.SpecFixture.all;
import static io.convergence.target.SpecFixture.codes;
import static io.convergence.target.SpecFixture.lakeReady;
import static io.convergence.target.SpecFixture.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.schema.DataType;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import org.junit.jupiter.api.Test;

/** What the judges of {@code judges/trino} and {@code judges/spark} cannot read of DMS's files. */
class SpecConsumerChecksTest {
    private static final String FIX =
            "Change the type by a change-data-type rule, remove the columns, or let the consumer read what this library writes.";

    @Test
    void sparkReadsNoTimesOfDay() {
        assertThat(all(spec().consumer(RawConsumer.SPARK), "COLUMNS_NOT_READABLE"))
                .containsExactly(
                        finding(
                                "Columns [at] of public.t: Spark 3.5 refuses the whole file (\"Illegal Parquet type: INT32 (TIME(MILLIS,true))\")."));
    }

    @Test
    void athenaReadsNoTimesOfDayAndNoLargeUnsignedNumbers() {
        assertThat(all(spec().consumer(RawConsumer.ATHENA), "COLUMNS_NOT_READABLE"))
                .containsExactlyInAnyOrder(
                        finding("Columns [at] of public.t: Athena's tables have no type for times of day."),
                        finding("Columns [small] of public.t: Athena takes values from 2^31 for negative numbers."),
                        finding("Columns [large] of public.t: Athena has no type that holds them."));
    }

    @Test
    void theLibraryReadsAll() {
        assertThat(codes(spec())).doesNotContain("COLUMNS_NOT_READABLE");
    }

    @Test
    void textInCsvHasNoTypes() {
        assertThat(codes(spec().consumer(RawConsumer.SPARK).settings(s -> s.dataFormat(DataFormat.CSV))))
                .doesNotContain("COLUMNS_NOT_READABLE");
    }

    private static Finding finding(String message) {
        return Finding.warning("COLUMNS_NOT_READABLE", "$.sourceSchema public.t", message, FIX);
    }

    private static ReplicationSpec.Builder spec() {
        return lakeReady(
                SourceEngine.MYSQL,
                table(
                        "public",
                        "t",
                        SourceColumn.nullable("at", DataType.of(DataType.Kind.TIME)),
                        SourceColumn.nullable("small", DataType.of(DataType.Kind.UINT4)),
                        SourceColumn.nullable("large", DataType.of(DataType.Kind.UINT8))));
    }
}
