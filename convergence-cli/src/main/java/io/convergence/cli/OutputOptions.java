package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.target.RowShape;
import java.util.List;
import java.util.function.BiFunction;
import picocli.CommandLine.Option;

/** Where a command writes: {@code control/} for the ledger, {@code compacted/} and {@code tables/} for files. */
final class OutputOptions {
    @Option(
            names = "--to",
            required = true,
            paramLabel = "URI",
            description = "Where to write; must not be the landing zone or inside it.")
    private String to = "";

    String uri() {
        return to;
    }

    Location location(InputOptions input) {
        Location from = input.resolve().location();
        Location target = Location.toWrite(to);
        String source = from.store().description() + "/" + from.prefix();
        String destination = target.store().description() + "/" + target.prefix();
        if (slashed(destination).startsWith(slashed(source))) {
            throw new UsageException("cannot write to '" + to + "': it is inside the landing zone '" + input.uri()
                    + "', where DMS deletes files and they would be taken for data. Name a place outside it.");
        }

        return target;
    }

    /** @param keys the key columns of a table; empty if the command needs none */
    Convergence pipeline(InputOptions options, BiFunction<TableId, RowShape, List<String>> keys) {
        InputOptions.Input input = options.resolve();
        Location target = location(options);
        Convergence.Builder builder = Convergence.builder()
                .store(input.location().store())
                .rawPrefix(input.location().prefix())
                .layout(input.layout())
                .lake(target.store())
                .controlPrefix(target.prefix() + "control")
                .outputPrefix(target.prefix());
        if (input.listing().tables().isEmpty()) {
            throw new UsageException(
                    "cannot find DMS files under '" + options.uri()
                            + "': no object there is named as DMS names them in a folder schema/table. Check the URI, or give --table.");
        }
        input.listing().tables().keySet().forEach(table -> {
            RowShape shape = input.shape(table);
            builder.table(table, shape, keys.apply(table, shape));
        });
        return builder.build();
    }

    private static String slashed(String place) {
        return place.replaceAll("/+", "/") + (place.endsWith("/") ? "" : "/");
    }
}
