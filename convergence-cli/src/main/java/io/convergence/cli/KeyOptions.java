package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.RawFileException;
import io.convergence.raw.RawFile;
import io.convergence.schema.TableSchema;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** By which columns rows are told apart. */
final class KeyOptions {
    @Option(
            names = "--key",
            split = ",",
            paramLabel = "COL",
            description = "Columns that tell rows apart; the primary key of --schema or --spec if left out.")
    private List<String> key = new ArrayList<>();

    /**
     * The key of one table.
     *
     * @param published the columns published so far, whose key is taken if nothing else tells it
     */
    List<String> of(InputOptions options, TableId id, RowShape shape, Optional<TableSchema> published) {
        List<String> columns = ifAny(options, id, shape, published);
        if (columns.isEmpty()) {
            throw new UsageException("Cannot merge table " + id
                    + ": nothing tells its rows apart. Give --key COL[,COL], or --schema FILE with a primaryKey.");
        }
        return columns;
    }

    /** The same where a table needs no key; empty if there is none. */
    List<String> ifAny(InputOptions options, TableId id, RowShape shape, Optional<TableSchema> published) {
        List<String> columns = key.isEmpty()
                ? shape.tableSchema()
                        .or(() -> published)
                        .map(TableSchema::primaryKey)
                        .orElse(List.of())
                : key.stream().map(String::strip).toList();
        if (columns.isEmpty()) {
            return columns;
        }

        Set<String> known = columnsOf(options, id, shape, columns);
        for (String column : columns) {
            if (!known.isEmpty() && !known.contains(column)) {
                throw new UsageException("Cannot merge table " + id + " by column '" + column + "': it has " + known
                        + ". Correct --key; names are case-sensitive.");
            }
        }
        return columns;
    }

    /** By the schema, else by the files, of which as many are asked as it takes to find all the wanted ones; empty if none can be read. */
    private static Set<String> columnsOf(InputOptions options, TableId id, RowShape shape, List<String> wanted) {
        Set<String> known = new LinkedHashSet<>();
        shape.tableSchema().ifPresent(schema -> schema.columns().forEach(column -> known.add(column.name())));
        if (known.isEmpty()) {
            ChangeReader reader = options.resolve().reader(id, ChangeReadOptions.defaults());
            for (RawFile file : options.resolve().listing().files(id)) {
                try {
                    reader.profile(file).columns().forEach(column -> known.add(column.name()));
                } catch (RawFileException e) {
                    // The merge reads it again and says so.
                    continue;
                }
                if (known.containsAll(wanted)) {
                    break;
                }
            }
        }

        return known;
    }
}
