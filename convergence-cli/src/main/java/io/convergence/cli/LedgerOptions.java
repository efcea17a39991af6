package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.ledger.LakeFolders;
import io.convergence.ledger.Ledger;
import io.convergence.pipeline.LakeTable;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which logs a {@code ledger} command is about. */
final class LedgerOptions {
    @Parameters(
            paramLabel = "URI",
            description = "The lake: the folder or s3://bucket/prefix that was given with --to; it has control/ in it.")
    private String uri = "";

    @Option(
            names = "--table",
            paramLabel = "SCHEMA.TABLE",
            converter = TableIdConverter.class,
            description = "Only this table.")
    private @Nullable TableId table;

    @Mixin
    private S3Options s3 = new S3Options();

    private @Nullable Location location;

    S3Options s3() {
        return s3;
    }

    String uri() {
        return uri;
    }

    @Nullable
    TableId table() {
        return table;
    }

    Location lake() {
        Location known = location;
        if (known == null) {
            Location read = Location.toRead(uri, s3);
            String folder =
                    read.prefix().isEmpty() || read.prefix().endsWith("/") ? read.prefix() : read.prefix() + "/";
            known = new Location(read.store(), folder);
            location = known;
        }

        return known;
    }

    /** @throws UsageException if there is none */
    List<Ledger> ledgers() {
        String control = lake().prefix() + "control";
        List<TableId> tables = Ledger.tables(lake().store(), control).stream()
                .filter(id -> table == null || id.equals(table))
                .toList();
        if (tables.isEmpty()) {
            throw new UsageException("Cannot find a log " + (table == null ? "" : "of table " + table + " ") + "in '"
                    + uri + "': it has none in its control/. Give the place that compact or snapshot wrote to.");
        }

        return tables.stream()
                .map(id -> Ledger.open(lake().store(), control, id, new SecureRandom(), Ledger.Backoff.exponential()))
                .toList();
    }

    LakeFolders folders(Ledger ledger) {
        return LakeTable.folders(lake().store(), lake().prefix(), ledger);
    }
}
