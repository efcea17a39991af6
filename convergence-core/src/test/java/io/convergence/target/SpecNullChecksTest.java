package io.convergence.target;

import static io.convergence.target.SpecFixture.all;
import static io.convergence.target.SpecFixture.codes;
import static io.convergence.target.SpecFixture.lakeReady;
import static io.convergence.target.SpecFixture.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecNullChecksTest {
    private static final TableId T = TableId.of("public", "t");

    @Test
    void columnsThatStopTheTableAreListed_S8() {
        assertThat(only(lakeReady(table()).nullOnUpdate(T, "note", NullOnUpdate.REFUSE), "NULL_STOPS_TABLE"))
                .isEqualTo(Finding.info(
                        "NULL_STOPS_TABLE",
                        "$.sourceSchema public.t",
                        "A null in an update of [note] stops the table, as nullOnUpdate declares (rule S8).",
                        "Declare NULL or UNKNOWN where the table had better go on."));
    }

    @Test
    void columnsThatAreTakenAsUnknownAreListedWithTheReason_S8() {
        ReplicationSpec.Builder spec = lakeReady(table());

        assertThat(only(spec, "NULL_MAY_BE_STALE").message()).startsWith("A null in an update of [note] is taken");
        assertThat(only(spec, "NULL_TAKEN_AS_UNKNOWN"))
                .isEqualTo(Finding.info(
                        "NULL_TAKEN_AS_UNKNOWN",
                        "$.sourceSchema public.t",
                        "A null in an update of [body] is taken as unknown, because the columns are NOT NULL: the row keeps what it had (rule S8).",
                        "Nothing needs to be done."));
        assertThat(only(spec.nullOnUpdate(T, "small", NullOnUpdate.UNKNOWN), "NULL_MAY_BE_STALE")
                        .message())
                .startsWith("A null in an update of [note, small] is taken");
    }

    @Test
    void declarationsForWhatIsNotWrittenHaveNoEffect_S8() {
        Finding expected = Finding.warning(
                "NULL_ON_UPDATE_WITHOUT_EFFECT",
                "$.nullOnUpdate",
                "Column 'note' of public.t is not written: the mappings leave it out.",
                "Remove the declaration, or select the column.");

        assertThat(only(
                        lakeReady(table())
                                .tableMappings(m -> m.removeColumn("public", "t", "note"))
                                .nullOnUpdate(T, "note", NullOnUpdate.NULL),
                        "NULL_ON_UPDATE_WITHOUT_EFFECT"))
                .isEqualTo(expected);
        assertThat(only(
                        lakeReady(table(), SpecFixture.table("public", "other"))
                                .tableMappings(m -> m.exclude("public", "t"))
                                .nullOnUpdate(T, "note", NullOnUpdate.NULL),
                        "NULL_ON_UPDATE_WITHOUT_EFFECT"))
                .isEqualTo(expected);
    }

    @Test
    void whereWholeRowsAreLoggedNothingIsToBeSaid_S8() {
        assertThat(codes(lakeReady(SourceTable.of(T, table().columns(), List.of("id"), RowImages.FULL))))
                .doesNotContain("NULL_MAY_BE_STALE", "NULL_TAKEN_AS_UNKNOWN", "NULL_STOPS_TABLE");
    }

    @Test
    void aTaskThatOnlyLoadsHasNoUpdates_S8() {
        assertThat(all(lakeReady(table()).migrationType(MigrationType.FULL_LOAD), "NULL_MAY_BE_STALE"))
                .isEmpty();
    }

    private static SourceTable table() {
        return SourceTable.of(
                T,
                List.of(
                        SpecFixture.ID,
                        SourceColumn.required("body", DataType.wstring(0)),
                        SourceColumn.nullable("note", DataType.wstring(0)),
                        SourceColumn.nullable("small", DataType.of(DataType.Kind.INT4))),
                List.of("id"),
                RowImages.KEY_ONLY);
    }
}
