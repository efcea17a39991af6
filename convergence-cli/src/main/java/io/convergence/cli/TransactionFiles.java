package io.convergence.cli;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.CommittedChanges;
import io.convergence.change.FileProfile;
import io.convergence.change.RawFileException;
import io.convergence.change.ReadCounts;
import io.convergence.change.TransactionCursor;
import io.convergence.change.TransactionReader;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.TimelineFile;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The transaction files of a landing zone: what each table has in them, and their changes in the order of commits. */
final class TransactionFiles {
    private static final FileContext UNPLACED = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);

    private final Input input;
    private final Console console;
    /** Files that could be read, each with what its tables' rows tell; of all tables, or of the only one wanted. */
    private final Map<RawFile.Transaction, Map<TableId, FileProfile>> profiles = new LinkedHashMap<>();

    private TransactionFiles(Input input, Console console) {
        this.input = input;
        this.console = console;
    }

    /** Reads each file's own columns once. Those that cannot be read are told and left out. */
    static TransactionFiles of(Input input, Console console) {
        TransactionFiles files = new TransactionFiles(input, console);
        for (RawFile.Transaction file : input.listing().transactions()) {
            try {
                files.profiles.put(file, files.profile(file));
            } catch (RawFileException e) {
                console.failed(e);
            }
        }

        return files;
    }

    /** None, for commands that leave them alone. */
    static TransactionFiles none(Input input, Console console) {
        return new TransactionFiles(input, console);
    }

    /** Whether transactions can be told apart, as reading all tables at once needs it. */
    static boolean ordered(Input input) {
        RowShape common = input.shapes().common();
        return common.timestamp().isPresent() || common.sequence().isPresent();
    }

    private Map<TableId, FileProfile> profile(RawFile.Transaction file) {
        Optional<TableId> wanted = input.wanted();
        if (wanted.isEmpty()) {
            return reader().profile(file);
        }

        TableId table = wanted.get();
        FileProfile profile = ChangeReader.create(
                        input.location().store(), table, input.shape(table), ChangeReadOptions.defaults())
                .profile(file);
        return profile.evidence().rows() == 0 ? Map.of() : Map.of(table, profile);
    }

    private TransactionReader reader() {
        return TransactionReader.create(
                input.location().store(),
                input.shapes().common(),
                input.shapes()::described,
                ChangeReadOptions.defaults());
    }

    /** Those with rows in the files. */
    SortedSet<TableId> tables() {
        SortedSet<TableId> tables = new TreeSet<>();
        profiles.values().forEach(profile -> tables.addAll(profile.keySet()));
        return tables;
    }

    /** How many rows each table has in the file; empty if it could not be read. */
    Map<TableId, Long> rows(RawFile.Transaction file) {
        Map<TableId, Long> rows = new TreeMap<>();
        profiles.getOrDefault(file, Map.of())
                .forEach((table, profile) -> rows.put(table, profile.evidence().rows()));
        return rows;
    }

    /** The table's rows as files of its history. That rows of others stand beside them does not matter to it. */
    Map<RawFile.Transaction, TimelineFile> historyOf(TableId table) {
        Map<RawFile.Transaction, TimelineFile> files = new LinkedHashMap<>();
        profiles.forEach((file, byTable) -> {
            FileProfile profile = byTable.get(table);
            if (profile != null) {
                RawFile alone = new RawFile.Cdc(table, file.stat(), file.format(), file.instant());
                files.put(file, new TimelineFile(alone, profile.evidence(), profile.disputes()));
            }
        });
        return files;
    }

    /**
     * Hands over the changes of all tables in the order of commits. What cannot be read any further is told, and the next
     * file is read.
     *
     * @param places by table the places of the files in its history; what has no place is older than the table's load
     */
    void read(Map<TableId, Map<String, FileContext>> places, Consumer<List<ChangeRecord>> changes) {
        Map<TableId, Long> unread = new TreeMap<>();
        ReadCounts counts = ReadCounts.NONE;
        for (RawFile.Transaction file : profiles.keySet()) {
            try (TransactionCursor cursor = reader().open(
                            List.of(file),
                            (table, any) -> places.getOrDefault(table, Map.of()).getOrDefault(file.key(), UNPLACED))) {
                for (Optional<CommittedChanges> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                    List<ChangeRecord> placed = new ArrayList<>();
                    for (ChangeRecord change : next.get().changes()) {
                        if (places.getOrDefault(change.table(), Map.of()).containsKey(file.key())) {
                            placed.add(change);
                        }
                    }
                    changes.accept(placed);
                }
                cursor.unread().forEach((table, rows) -> unread.merge(table, rows, Long::sum));
                counts = counts.plus(cursor.counts());
            } catch (RawFileException e) {
                console.failed(e);
            }
        }
        unread.forEach((table, rows) -> console.tell(Finding.warning(
                "TABLE_NOT_DESCRIBED",
                table.toString(),
                rows + (rows == 1 ? " row" : " rows") + " of it in transaction files " + (rows == 1 ? "was" : "were")
                        + " not read, because nothing describes the table.",
                "Add it to the schema, or choose a table with --table.")));
        console.tell(counts.findings("transaction files"));
    }
}
