package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Specs over tables of a few columns, and what is found in them. */
final class SpecFixture {
    static final SourceColumn ID = SourceColumn.required("id", DataType.of(DataType.Kind.INT8));

    private SpecFixture() {}

    /** A table with key {@code id} that logs whole rows, so that nothing is to be said of nulls. */
    static SourceTable table(String schema, String name, SourceColumn... more) {
        List<SourceColumn> columns = new ArrayList<>(List.of(ID));
        columns.addAll(List.of(more));
        return SourceTable.of(TableId.of(schema, name), columns, List.of("id"), RowImages.FULL);
    }

    /** A table whose one key column is this. */
    static SourceTable keyed(SourceColumn key) {
        return SourceTable.of(TableId.of("public", "t"), List.of(key), List.of(key.name()), RowImages.FULL);
    }

    static ReplicationSpec.Builder lakeReady(SourceTable... tables) {
        return lakeReady(SourceEngine.POSTGRESQL, tables);
    }

    static ReplicationSpec.Builder lakeReady(SourceEngine engine, SourceTable... tables) {
        return ReplicationSpec.lakeReady("lake", "dms")
                .sourceSchema(new SourceSchema(engine, Arrays.asList(tables)))
                .tableMappings(m -> m.include("%", "%"));
    }

    /** The one finding with this code. */
    static Finding only(ReplicationSpec.Builder spec, String code) {
        List<Finding> found = all(spec, code);
        assertThat(found).as(code + " among " + spec.validate()).hasSize(1);
        return found.get(0);
    }

    static List<Finding> all(ReplicationSpec.Builder spec, String code) {
        return spec.validate().stream()
                .filter(finding -> finding.code().equals(code))
                .toList();
    }

    static List<String> codes(ReplicationSpec.Builder spec) {
        return spec.validate().stream().map(Finding::code).distinct().toList();
    }

    /** The spec is refused for this and nothing else. */
    static void assertRefused(ReplicationSpec.Builder spec, Finding... expected) {
        assertThat(spec.validate().stream().filter(finding -> finding.severity() == Severity.ERROR))
                .containsExactly(expected);
        assertThatThrownBy(spec::build)
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.findings()).containsExactly(expected));
    }
}
