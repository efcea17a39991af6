package io.convergence.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaChangeTest {
    private static final Column ID = Column.required("id", DataType.of(DataType.Kind.INT4));
    private static final Column NOTE = Column.nullable("note", DataType.wstring(20));

    @Test
    void equalTablesDoNotDiffer() {
        assertThat(SchemaChange.between(table(ID, NOTE), table(ID, NOTE))).isEmpty();
    }

    @Test
    void aNewColumnIsAdded() {
        assertThat(SchemaChange.between(table(ID), table(ID, NOTE)))
                .containsExactly(new SchemaChange.ColumnAdded(NOTE));
    }

    @Test
    void aMissingColumnIsDropped() {
        assertThat(SchemaChange.between(table(ID, NOTE), table(ID)))
                .containsExactly(new SchemaChange.ColumnDropped(NOTE));
    }

    @Test
    void aColumnThatVanishesAsAnotherAppearsIsASuspectedRename_S14() {
        Column remark = Column.nullable("remark", DataType.wstring(20));

        List<SchemaChange> changes = SchemaChange.between(table(ID, NOTE), table(ID, remark));

        assertThat(changes).containsExactly(new SchemaChange.RenameSuspected(List.of(NOTE), List.of(remark)));
    }

    @Test
    void aChangedTypeKnowsTheTypeThatHoldsBoth_S15() {
        Column longId = Column.required("id", DataType.of(DataType.Kind.INT8));

        List<SchemaChange> changes = SchemaChange.between(table(ID), table(longId));

        assertThat(changes).singleElement().isInstanceOfSatisfying(SchemaChange.TypeChanged.class, change -> {
            assertThat(change.column()).isEqualTo("id");
            assertThat(change.widened()).contains(DataType.of(DataType.Kind.INT8));
        });
    }

    @Test
    void changesOfKeyAndNullabilityAreReported() {
        Column requiredNote = Column.required("note", NOTE.type());
        TableSchema after = new TableSchema(TableId.of("s", "t"), List.of(ID, requiredNote), List.of("id", "note"));

        assertThat(SchemaChange.between(table(ID, NOTE), after))
                .containsExactly(
                        new SchemaChange.NullabilityChanged(requiredNote),
                        new SchemaChange.KeyChanged(List.of("id"), List.of("id", "note")));
    }

    private static TableSchema table(Column... columns) {
        return new TableSchema(TableId.of("s", "t"), List.of(columns), List.of("id"));
    }
}
