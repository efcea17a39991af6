package io.convergence.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.schema.DataType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("S8: which nulls in updates cannot be trusted")
class NullSuspicionTest {
    private static final SourceColumn ID = SourceColumn.required("id", DataType.of(DataType.Kind.INT8));

    @Test
    void aNullInANotNullColumnIsImpossibleWhateverTheSourceLogs() {
        SourceColumn body = SourceColumn.required("body", DataType.of(DataType.Kind.NCLOB));

        NullSuspicion suspicion = NullSuspicion.of(SourceEngine.POSTGRESQL, table(RowImages.FULL, ID, body));

        assertThat(suspicion.impossible()).containsExactly("id", "body");
        assertThat(suspicion.suspect()).isEmpty();
    }

    @Test
    void unboundedColumnsOfPostgresAreSuspectEvenAlone() {
        assertThat(suspectIn(SourceColumn.nullable("body", DataType.of(DataType.Kind.NCLOB))))
                .containsExactly("body");
    }

    @Test
    void fullReplicaIdentityClearsEveryNullableColumn() {
        SourceColumn body = SourceColumn.nullable("body", DataType.of(DataType.Kind.NCLOB));

        assertThat(NullSuspicion.of(SourceEngine.POSTGRESQL, table(RowImages.FULL, ID, body))
                        .suspect())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"int8", "real8", "boolean", "date", "time(3)", "datetime(6)", "numeric(38,10)", "numeric(28,6)"})
    void fixedWidthAndNumericColumnsAreNeverSuspectInHoweverWideARow(String type) {
        List<SourceColumn> columns = new ArrayList<>(List.of(ID, SourceColumn.nullable("value", DataType.parse(type))));
        for (int i = 0; i < 200; i++) {
            columns.add(SourceColumn.required("body" + i, DataType.of(DataType.Kind.NCLOB)));
        }

        assertThat(NullSuspicion.of(SourceEngine.POSTGRESQL, table(RowImages.KEY_ONLY, columns))
                        .suspect())
                .isEmpty();
    }

    @Test
    void aNumericWithoutPrecisionHasNoLargestSize() {
        SourceColumn ratio = new SourceColumn(
                "ratio", DataType.numeric(28, 6), true, "numeric", SourceColumn.UNBOUNDED, false, false);

        assertThat(suspectIn(ratio)).containsExactly("ratio");
    }

    @Test
    void upToTwentyFourBytesStayInTheRow() {
        List<SourceColumn> columns = new ArrayList<>(List.of(ID, SourceColumn.nullable("code", DataType.wstring(6))));
        for (int i = 0; i < 200; i++) {
            columns.add(SourceColumn.required("body" + i, DataType.of(DataType.Kind.NCLOB)));
        }

        assertThat(NullSuspicion.of(SourceEngine.POSTGRESQL, table(RowImages.KEY_ONLY, columns))
                        .suspect())
                .isEmpty();
    }

    @Test
    void shortTextBesideOneLongColumnIsSafeBecauseTheLongOneLeavesTheRowFirst() {
        SourceColumn city = SourceColumn.nullable("city", DataType.wstring(40));
        SourceColumn body = SourceColumn.nullable("body", DataType.of(DataType.Kind.NCLOB));

        assertThat(suspectIn(city, body)).containsExactly("body");
    }

    @Test
    void shortTextIsSuspectWhereColumnsNoLargerThanItFillARow() {
        List<SourceColumn> columns = new ArrayList<>(List.of(ID));
        for (int i = 0; i < 30; i++) {
            columns.add(SourceColumn.nullable("line" + i, DataType.wstring(20)));
        }

        assertThat(NullSuspicion.of(SourceEngine.POSTGRESQL, table(RowImages.KEY_ONLY, columns))
                        .suspect())
                .hasSize(30);
    }

    @Test
    void textOfWhichFourBytesACharacterOutgrowTheRowIsSuspectAlone() {
        assertThat(suspectIn(SourceColumn.nullable("remark", DataType.wstring(400))))
                .isEmpty();
        assertThat(suspectIn(SourceColumn.nullable("remark", DataType.wstring(600))))
                .containsExactly("remark");
    }

    @Test
    void oracleWithoutAllColumnLoggingLeavesOutWhatDidNotChange() {
        SourceColumn quantity = SourceColumn.nullable("quantity", DataType.of(DataType.Kind.INT4));

        assertThat(NullSuspicion.of(SourceEngine.ORACLE, table(RowImages.KEY_ONLY, ID, quantity))
                        .suspect())
                .containsExactly("quantity");
        assertThat(NullSuspicion.of(SourceEngine.ORACLE, table(RowImages.FULL, ID, quantity))
                        .suspect())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(SourceEngine.class)
    void wholeRowImagesAreTrustedOfEveryEngine(SourceEngine engine) {
        SourceColumn body = SourceColumn.nullable("body", DataType.of(DataType.Kind.NCLOB));

        assertThat(NullSuspicion.of(engine, table(RowImages.FULL, ID, body)).unknown())
                .containsExactly("id");
    }

    private static List<String> suspectIn(SourceColumn... columns) {
        List<SourceColumn> all = new ArrayList<>(List.of(ID));
        all.addAll(List.of(columns));
        return NullSuspicion.of(SourceEngine.POSTGRESQL, table(RowImages.KEY_ONLY, all))
                .suspect();
    }

    private static SourceTable table(RowImages images, SourceColumn... columns) {
        return table(images, List.of(columns));
    }

    private static SourceTable table(RowImages images, List<SourceColumn> columns) {
        return new SourceTable(TableId.of("public", "orders"), columns, List.of("id"), images);
    }
}
