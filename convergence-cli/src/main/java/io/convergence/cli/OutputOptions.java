package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.target.RowShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Where a command writes: {@code control/} for the ledger, {@code compacted/} and {@code tables/} for files. */
final class OutputOptions {
    @Option(
            names = "--to",
            required = true,
            paramLabel = "URI",
            description = {
                "Where to write: a folder or s3://bucket/prefix, not the landing zone or inside it.",
                "It gets control/ (the ledger), compacted/ and tables/; give the same place each time."
            })
    private String to = "";

    @Option(names = "--dry-run", description = "Print the plan and write nothing.")
    private boolean dryRun;

    boolean dryRun() {
        return dryRun;
    }

    /** @param keys the key columns of a table; empty if the command needs none */
    Convergence pipeline(InputOptions options, BiFunction<TableId, RowShape, List<String>> keys) {
        return pipeline(options, keys, builder -> {});
    }

    /** @param settings of the pipeline beyond those of the options */
    Convergence pipeline(
            InputOptions options,
            BiFunction<TableId, RowShape, List<String>> keys,
            Consumer<Convergence.Builder> settings) {
        Input input = options.resolve();
        input.requireFiles();
        if (input.listing().tables().isEmpty()) {
            throw new UsageException(
                    "Cannot use '" + input.uri()
                            + "' as a landing zone: it holds only compacted files. Give the raw files, and the lake of the compacted ones with --to; they are read in place of raw files they hold.");
        }
        input.requireColumns();
        if (input.location().holds(to)) {
            throw new UsageException("Cannot write to '" + to + "': it is inside the landing zone '" + input.uri()
                    + "', where DMS deletes files and they would be taken for data. Name a place outside it.");
        }

        for (String own : List.of("control", "compacted", "tables")) {
            if (input.location().isIn(to, own)) {
                throw new UsageException("Cannot write to '" + to + "': its folder '" + own
                        + "/' would share a place with the landing zone '" + input.uri()
                        + "', where DMS deletes files and they would be taken for data. Name another place.");
            }
        }

        Map<TableId, List<String>> keysByTable = new LinkedHashMap<>();
        input.listing()
                .tables()
                .keySet()
                .forEach(table -> keysByTable.put(table, keys.apply(table, input.shape(table))));
        // Only now, when nothing can be wrong with the command any more, is a folder made.
        Location target = dryRun ? Location.toPlan(to, options.s3()) : Location.toWrite(to, options.s3());
        Convergence.Builder builder = Convergence.builder()
                .store(input.location().store())
                .rawPrefix(input.location().prefix())
                .layout(input.layout())
                .timeline(input.timeline())
                .lake(target.store())
                .controlPrefix(target.prefix() + "control")
                .outputPrefix(target.prefix());
        keysByTable.forEach((table, columns) -> builder.table(table, input.shape(table), columns));
        settings.accept(builder);
        return builder.build();
    }
}
