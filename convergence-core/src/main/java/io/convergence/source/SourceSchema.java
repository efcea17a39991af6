package io.convergence.source;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * What a source database promises: its tables with DMS types, keys and row images. Immutable and thread-safe.
 *
 * <p>As text it is one JSON object, the form of the command line's {@code --schema FILE}:
 *
 * <pre>
 * {"engine": "postgresql",
 *  "tables": [{"schema": "public", "name": "orders",
 *              "columns": [{"name": "order_id", "type": "int4"}, {"name": "note", "type": "nclob"}],
 *              "primaryKey": ["order_id"]}]}
 * </pre>
 *
 * <p>May be left out: {@code engine} (postgresql, the engine that promises least about nulls), {@code nullable} of a column
 * (false for key columns, else true), {@code nativeType}, {@code maxBytes}, {@code fixedWidth}, {@code hasDefault},
 * {@code primaryKey} (no key), and {@code rowImages} ({@code full}, {@code key-only} or {@code none}; what the engine does
 * when nobody changed it). Other names are refused, because a misspelt {@code primaryKey} would give a table without a key.
 */
public record SourceSchema(SourceEngine engine, List<SourceTable> tables) {
    public SourceSchema {
        requireNonNull(engine, "engine");
        tables = List.copyOf(tables);
        Set<TableId> ids = new HashSet<>();
        for (SourceTable table : tables) {
            if (!ids.add(table.id())) {
                throw new IllegalArgumentException(
                        "Cannot describe a source: table " + table.id() + " is given twice.");
            }
        }
    }

    public static SourceSchema of(SourceEngine engine, SourceTable... tables) {
        return new SourceSchema(engine, List.of(tables));
    }

    /**
     * Reads the catalog of a database with default options.
     *
     * @throws SourceAccessException if the database cannot be asked
     * @throws UnsupportedOperationException for an engine other than PostgreSQL
     */
    public static SourceSchema fromJdbc(DataSource dataSource) {
        return fromJdbc(dataSource, SourceOptions.defaults());
    }

    /** {@link #fromJdbc(DataSource)} with options, e.g. {@code fromJdbc(db, o -> o.schemas("sales").mapBooleanAsBoolean())}. */
    public static SourceSchema fromJdbc(DataSource dataSource, Consumer<SourceOptions.Builder> options) {
        SourceOptions.Builder builder = SourceOptions.builder();
        options.accept(builder);
        return fromJdbc(dataSource, builder.build());
    }

    /** {@link #fromJdbc(DataSource)} with options. */
    public static SourceSchema fromJdbc(DataSource dataSource, SourceOptions options) {
        return JdbcCatalog.read(requireNonNull(dataSource, "dataSource"), requireNonNull(options, "options"));
    }

    /**
     * Reads the JSON form described above.
     *
     * @throws InvalidSourceSchemaException if the text is not JSON of that form; the message gives the JSON path
     */
    public static SourceSchema parse(String json) {
        return SourceJson.parse(requireNonNull(json, "json"));
    }

    /** The JSON form that {@link #parse} reads to an equal object. */
    public String toJson() {
        return SourceJson.write(this);
    }

    public Optional<SourceTable> table(TableId id) {
        return tables.stream().filter(table -> table.id().equals(id)).findFirst();
    }

    /** What of these tables DMS cannot replicate in full, in the order of tables and columns. */
    public List<Finding> validate() {
        return SourceChecks.findings(this);
    }
}
