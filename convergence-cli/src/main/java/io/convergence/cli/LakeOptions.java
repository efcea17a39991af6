package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.ledger.Ledger;
import io.convergence.pipeline.Convergence;
import io.convergence.schema.TableSchema;
import io.convergence.target.RowShape;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Where a lake is: {@code control/} for the ledger, {@code compacted/} and {@code tables/} for files. */
final class LakeOptions {
    @Option(
            names = "--to",
            required = true,
            paramLabel = "URI",
            description = {
                "The lake: a folder or s3://bucket/prefix, not the landing zone or inside it.",
                "It gets control/ (the ledger), compacted/ and tables/; give the same place each time."
            })
    private String to = "";

    /** What a command without this option gives itself. */
    static LakeOptions at(String uri) {
        var options = new LakeOptions();
        options.to = uri;
        return options;
    }

    /** What a command does in the lake. */
    enum Use {
        /** It writes; a folder is made. */
        WRITE,
        /** It looks; nothing is made. */
        LOOK
    }

    /** The key columns of a table, by what is published of it so far; none if the command needs none. */
    interface Keys {
        List<String> of(TableId table, RowShape shape, Optional<TableSchema> published);
    }

    static Keys none() {
        return (table, shape, published) -> List.of();
    }

    /** The tables of the landing zone alone. */
    Convergence pipeline(
            InputOptions options,
            Use use,
            BiFunction<TableId, RowShape, List<String>> keys,
            Consumer<Convergence.Builder> settings) {
        options.resolve().requireFiles();
        if (options.resolve().listing().tables().isEmpty()) {
            throw new UsageException(
                    "Cannot use '" + options.resolve().uri()
                            + "' as a landing zone: it holds only compacted files. Give the raw files, and the lake of the compacted ones with --to; they are read in place of raw files they hold.");
        }

        return build(
                options,
                use,
                options.resolve().listing().tables().keySet(),
                (table, shape, published) -> keys.apply(table, shape),
                settings);
    }

    /** Those and the tables that the lake has a log of, though all their raw files may be gone. */
    Convergence pipelineOfLogged(InputOptions options, Use use, Keys keys) {
        Location lake = Location.toPlan(to, options.s3());
        Set<TableId> tables = new TreeSet<>(Ledger.tables(lake.store(), lake.prefix() + "control"));
        options.alsoThere(tables);
        Input input = options.resolve();
        if (!input.listing().transactions().isEmpty()) {
            tables.addAll(ofTransactions(input));
        }
        if (input.wanted().isPresent()) {
            tables.retainAll(Set.of(input.wanted().get()));
        }
        tables.addAll(input.listing().tables().keySet());
        if (tables.isEmpty()) {
            input.requireFiles();
            throw new UsageException("Cannot find a table: neither the landing zone '" + input.uri()
                    + "' nor the lake '" + to + "' has one. Check both places.");
        }

        return build(options, use, tables, keys, builder -> {});
    }

    /** The tables whose rows transaction files may hold. Reading the files would tell, at each run, and not of files to come. */
    private static Set<TableId> ofTransactions(Input input) {
        if (!input.shapes().describe()) {
            throw new UsageException("Cannot tell the tables of '" + input.uri() + "': it has transaction files, e.g. '"
                    + input.listing().transactions().get(0).key()
                    + "', and only a schema says whose rows they may hold. Give --schema FILE or --spec FILE.");
        }
        return input.shapes().tables();
    }

    private Convergence build(
            InputOptions options, Use use, Set<TableId> tables, Keys keys, Consumer<Convergence.Builder> settings) {
        Input input = options.resolve();
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

        Location planned = Location.toPlan(to, options.s3());
        Map<TableId, List<String>> keysByTable = new LinkedHashMap<>();
        tables.forEach(table -> keysByTable.put(table, keys.of(table, input.shape(table), published(planned, table))));
        // Only now, when nothing can be wrong with the command any more, is a folder made.
        Location target = use == Use.LOOK ? planned : Location.toWrite(to, options.s3());
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

    private static Optional<TableSchema> published(Location lake, TableId table) {
        return Ledger.open(
                        lake.store(),
                        lake.prefix() + "control",
                        table,
                        new SecureRandom(),
                        Ledger.Backoff.exponential())
                .snapshot()
                .schema();
    }
}
