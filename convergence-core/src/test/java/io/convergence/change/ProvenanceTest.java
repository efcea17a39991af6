package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.ETag;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvenanceTest {
    private static final Instant TIME = Instant.parse("2024-06-12T10:31:25.108Z");

    @Test
    void provenanceIsReadBackS18() {
        FileEvidence full = new FileEvidence(3, "1".repeat(35), "2".repeat(35), TIME, TIME.plusNanos(1));
        Provenance provenance = new Provenance(List.of(
                new SourceSpan("a \"quoted\" ü", new ETag("e1"), TIME, 5, full, List.of("Op", "id"), 0),
                new SourceSpan("b", new ETag("e2"), TIME, 6, FileEvidence.ofRows(0), List.of("id"), 3),
                new SourceSpan("c", new ETag("e3"), TIME, 7, FileEvidence.ofRows(9), List.of("Op", "id"), 3)));

        assertThat(Provenance.parse(provenance.toJson())).isEqualTo(provenance);
        assertThat(provenance.rows()).isEqualTo(12);
    }

    @Test
    void typesOfRawFilesAreReadBackS15() {
        List<Column> types = List.of(
                Column.nullable("Op", DataType.parse("string(0)")),
                new Column("not null", DataType.parse("int4"), false));
        List<String> names = List.of("Op", "not null");
        Provenance provenance = new Provenance(List.of(
                new SourceSpan("a", new ETag("e1"), TIME, 5, FileEvidence.ofRows(2), names, types, 0),
                new SourceSpan("b", new ETag("e2"), TIME, 6, FileEvidence.ofRows(1), names, 2)));

        assertThat(Provenance.parse(provenance.toJson())).isEqualTo(provenance);
        assertThat(provenance.toJson()).contains("\"int4 not null\"");
        assertThat(provenance.spans().get(0).startingAt(7).types()).isEqualTo(types);
        assertThatThrownBy(() -> provenance.spans().get(0).withTypes(types.subList(0, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it has columns [Op, not null]");
    }

    @Test
    void whatANewerReleaseAddsIsPassedOver() {
        String json = new Provenance(
                        List.of(new SourceSpan("a", new ETag("e1"), TIME, 5, FileEvidence.ofRows(2), List.of("id"), 0)))
                .toJson();

        assertThat(Provenance.parse(json.replace("{\"key\"", "{\"new\":[1],\"key\"")))
                .isEqualTo(Provenance.parse(json));
    }

    @Test
    void gapBetweenFilesIsRefused() {
        SourceSpan late = new SourceSpan("a", new ETag("e"), TIME, 5, FileEvidence.ofRows(1), List.of(), 1);

        assertThatThrownBy(() -> new Provenance(List.of(late)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot trace rows of 'a': they begin at row 1, but the file before ends at row 0.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"version\":2}",
                "{\"version\":1,\"columnLists\":[]}",
                "{\"version\":1,\"columnLists\":[],\"sources\":[{}]}",
                "{\"version\":1,\"columnLists\":[[1]],\"sources\":[]}",
                "{\"version\":1,\"columnLists\":[],\"sources\":[{\"rows\":1,\"columns\":0}]}",
                "{\"version\":1,\"columnLists\":[],\"sources\":[]} {}",
                "{\"version\":1,\"columnLists\":[[\"a\"]],\"typeLists\":[[\"no type\"]],\"sources\":[{\"rows\":1,\"columns\":0,\"types\":0}]}",
                "{\"version\":1,\"columnLists\":[[\"a\"]],\"typeLists\":[[]],\"sources\":[{\"rows\":1,\"columns\":0,\"types\":0}]}",
                "{\"version\":1,\"columnLists\":[[\"a\"]],\"sources\":[{\"rows\":1,\"columns\":0,\"types\":0}]}",
            })
    void otherTextIsRefused(String json) {
        assertThatThrownBy(() -> Provenance.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("provenance");
    }
}
