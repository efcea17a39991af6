package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.ledger.LedgerEntry;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S15: what Iceberg forbids is a finding first. */
class WidenedTypesTest {
    private static TableSchema schema(String column, String type) {
        return new TableSchema(
                ORDERS,
                List.of(Column.required("id", DataType.parse("int8")), Column.nullable(column, DataType.parse(type))),
                List.of("id"));
    }

    /** With a column that no file has yet. */
    private static TableSchema named(String price) {
        return new TableSchema(
                ORDERS,
                List.of(
                        Column.required("id", DataType.parse("int8")),
                        Column.nullable("name", DataType.parse("string(20)")),
                        Column.nullable("price", DataType.parse(price))),
                List.of("id"));
    }

    private static List<Finding> findings(TableSchema before, TableSchema now) {
        var merge = new LedgerEntry.Merge("t", -1, before, Instant.EPOCH, List.of(), List.of(), List.of(), null);
        return WidenedTypes.findings(Optional.of(merge), now, name -> name.equals("old") ? "new" : name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int4 | int4 | false",
                "int2 | int4 | false",
                "int4 | int8 | false",
                "int4 | uint4 | false",
                "int4 | numeric(12,0) | true",
                "int8 | numeric(19,0) | true",
                "uint8 | numeric(22,0) | false",
                "uint8 | numeric(22,2) | true",
                "numeric(10,2) | numeric(12,2) | false",
                "numeric(10,2) | numeric(12,4) | true",
                "real4 | real8 | false",
                "string(10) | nclob | false",
                "bytes(4) | blob | false",
                "datetime(0) | datetime(6) | false",
            })
    void s15OnlyWhatIcebergCannotPromoteIsTold(String from, String to, boolean told) {
        assertThat(findings(schema("c", from), schema("c", to))).hasSize(told ? 1 : 0);
        assertThat(findings(schema("old", from), schema("new", to)))
                .as("under its new name")
                .hasSize(told ? 1 : 0);
        assertThat(findings(schema("gone", from), schema("c", to))).isEmpty();
    }

    @Test
    void s15AMergeThatWidensAPublishedColumnTellsItOnce() {
        LandingSite site = new LandingSite();
        site.shape(SHAPE.withSchema(named("int4")));
        site.load(0, 1, loaded(-1, 1, "one"));
        TableResult first = site.later().merge();
        site.shape(SHAPE.withSchema(named("numeric(12,2)")));
        site.changes(5_000, insert(4_999, 2, "two"));

        TableResult widened = site.later().merge();
        site.changes(50_000, insert(49_999, 3, "three"));
        TableResult later = site.later().merge();

        assertThat(first.findings()).extracting(Finding::code).doesNotContain("TYPE_NEEDS_REWRITE");
        assertThat(widened.state()).as(widened.toString()).isEqualTo(TableState.PUBLISHED);
        assertThat(widened.findings())
                .filteredOn(finding -> finding.code().equals("TYPE_NEEDS_REWRITE"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.INFO);
                    assertThat(finding.message())
                            .startsWith("Column 'price' was published as int4 and is numeric(12,2)");
                });
        assertThat(later.findings()).extracting(Finding::code).doesNotContain("TYPE_NEEDS_REWRITE");
    }
}
