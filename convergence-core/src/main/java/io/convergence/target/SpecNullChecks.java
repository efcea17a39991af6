package io.convergence.target;

import io.convergence.TableId;
import io.convergence.mapping.MappedTable;
import io.convergence.source.NullSuspicion;
import io.convergence.source.RowImages;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What nulls in updates are taken for, by declaration and without (rule S8). */
final class SpecNullChecks {
    private final SpecContext spec;
    private final SourceEngine engine;
    private final SourceSchema schema;

    private SpecNullChecks(SpecContext spec, SourceEngine engine, SourceSchema schema) {
        this.spec = spec;
        this.engine = engine;
        this.schema = schema;
    }

    static void check(SpecContext spec) {
        SourceEngine engine = spec.engine();
        SourceSchema schema = spec.parts().schema();
        if (engine == null || schema == null) {
            return;
        }

        SpecNullChecks checks = new SpecNullChecks(spec, engine, schema);
        checks.declarations();
        if (spec.captures()) {
            spec.mapped().forEach(checks::listing);
        }
    }

    private void declarations() {
        new TreeMap<>(spec.parts().nullOnUpdate()).forEach((id, columns) -> {
            Optional<SourceTable> table = schema.table(id);
            if (table.isEmpty()) {
                spec.error(
                        "NULL_ON_UPDATE_UNKNOWN_TABLE",
                        "$.nullOnUpdate",
                        "Table " + id + " is not in the source schema.",
                        "Give the name the table has in the source.");
            } else {
                new TreeMap<>(columns).forEach((column, meaning) -> declaration(table.get(), column, meaning));
            }
        });
    }

    private void declaration(SourceTable table, String column, NullOnUpdate meaning) {
        if (table.column(column).isEmpty()) {
            spec.error(
                    "NULL_ON_UPDATE_UNKNOWN_COLUMN",
                    "$.nullOnUpdate",
                    "Table " + table.id() + " has no column '" + column + "'.",
                    "Give one of " + table.toSchema().columnNames() + ".");
            return;
        }
        if (!spec.mapped().isEmpty() && !written(table.id(), column)) {
            spec.warning(
                    "NULL_ON_UPDATE_WITHOUT_EFFECT",
                    "$.nullOnUpdate",
                    "Column '" + column + "' of " + table.id() + " is not written: the mappings leave it out.",
                    "Remove the declaration, or select the column.");
            return;
        }
        if (meaning == NullOnUpdate.NULL
                && NullSuspicion.of(engine, table).unknown().contains(column)) {
            spec.warning(
                    "NULL_TAKEN_AS_REAL",
                    "$.nullOnUpdate",
                    "Column '" + column + "' of " + table.id()
                            + " takes nulls in updates as real, but the source may leave the value out: "
                            + "then a value that did not change is lost (rule S8).",
                    "Leave the column at UNKNOWN, or have the source log whole rows.");
        }
    }

    private boolean written(TableId id, String column) {
        return spec.mapped().stream()
                .filter(table -> table.source().id().equals(id))
                .anyMatch(table -> table.nameOf(column).isPresent());
    }

    private void listing(MappedTable table) {
        Map<String, NullOnUpdate> declared =
                spec.parts().nullOnUpdate().getOrDefault(table.source().id(), Map.of());
        NullSuspicion suspicion = NullSuspicion.of(engine, table.source());
        List<String> stale = new ArrayList<>();
        List<String> safe = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        table.source().columns().forEach(column -> {
            String name = column.name();
            NullOnUpdate meaning = declared.get(name);
            boolean suspect = suspicion.suspect().contains(name);
            boolean impossible = suspicion.impossible().contains(name)
                    && table.source().rowImages() != RowImages.FULL
                    && !table.source().primaryKey().contains(name);
            if (table.nameOf(name).isEmpty()) {
                return;
            }
            if (meaning == NullOnUpdate.REFUSE) {
                refused.add(name);
            } else if ((suspect && meaning != NullOnUpdate.NULL)
                    || (meaning == NullOnUpdate.UNKNOWN && column.nullable())) {
                stale.add(name);
            } else if (impossible && meaning != NullOnUpdate.NULL) {
                safe.add(name);
            }
        });
        report(table, stale, safe, refused);
    }

    private void report(MappedTable table, List<String> stale, List<String> safe, List<String> refused) {
        if (!stale.isEmpty()) {
            spec.info(
                    "NULL_MAY_BE_STALE",
                    SpecContext.path(table),
                    "A null in an update of " + stale
                            + " is taken as unknown, because the source may leave out a value that did not change: "
                            + "where it is set to null, the lake keeps the old value until it is repaired (rule S8).",
                    engine == SourceEngine.POSTGRESQL
                            ? "Run ALTER TABLE " + table.source().id()
                                    + " REPLICA IDENTITY FULL with the test_decoding plugin, or declare nullOnUpdate for the column."
                            : "Have the source log all columns, or declare nullOnUpdate for the column.");
        }
        if (!safe.isEmpty()) {
            spec.info(
                    "NULL_TAKEN_AS_UNKNOWN",
                    SpecContext.path(table),
                    "A null in an update of " + safe
                            + " is taken as unknown, because the columns are NOT NULL: the row keeps what it had (rule S8).",
                    "Nothing needs to be done.");
        }
        if (!refused.isEmpty()) {
            spec.info(
                    "NULL_STOPS_TABLE",
                    SpecContext.path(table),
                    "A null in an update of " + refused + " stops the table, as nullOnUpdate declares (rule S8).",
                    "Declare NULL or UNKNOWN where the table had better go on.");
        }
    }
}
