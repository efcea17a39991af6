package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.schema.Column;
import io.convergence.schema.SchemaChange;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Follows a table's columns from file to file, in the order of its history, and finds what no row tells (rule S14): what
 * rows from before a new column hold in it, and whether a column that vanished as another appeared is that one under a
 * new name. Names are taken as declared renames make them. Not thread-safe.
 */
final class ColumnChanges {
    private final TableSetup setup;
    private final Map<String, Column> known = new LinkedHashMap<>();
    private List<Column> last = List.of();
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> gone = new LinkedHashSet<>();
    private final Set<String> dropped = new LinkedHashSet<>();
    private boolean suspect;

    ColumnChanges(TableSetup setup) {
        this.setup = setup;
    }

    /**
     * Along the files that a merge would apply, from the published table or the load on.
     *
     * @param rows the columns of each file's rows in order; of files left out nothing is known
     * @param newestApplied tells the columns of the newest file applied; asked only if files differ from the published table
     */
    static ColumnChanges planned(
            TableSetup setup,
            Landing landing,
            Basis basis,
            List<PlacedFile> unapplied,
            Map<String, List<List<Column>>> rows,
            Function<PlacedFile, List<Column>> newestApplied) {
        var changes = new ColumnChanges(setup);
        if (basis != Basis.RELOAD) {
            landing.snapshot()
                    .published()
                    .ifPresent(published -> changes.start(published.schema().columns()));
        }
        boolean goesOn = changes.started();
        Optional<PlacedFile> newest = goesOn ? newestApplied(landing) : Optional.empty();
        Map<String, Integer> order = new HashMap<>();
        landing.timeline().files().forEach(file -> order.put(file.key(), order.size()));
        int place = newest.map(file -> order.getOrDefault(file.key(), -1)).orElse(-1);
        for (PlacedFile file : unapplied) {
            if (file.isReplay()) {
                // It has the columns there were when its rows were first written.
                continue;
            }
            boolean late = order.getOrDefault(file.key(), place) < place;
            for (List<Column> columns : rows.getOrDefault(file.key(), List.of())) {
                if (file.file() instanceof RawFile.Load || !changes.started()) {
                    changes.start(columns);
                    continue;
                }
                if (late && changes.knows(columns)) {
                    continue;
                }
                if (goesOn && changes.differs(columns)) {
                    goesOn = false;
                    newest.map(newestApplied).ifPresent(changes::newest);
                }
                changes.follow(file.key(), columns);
            }
        }
        setup.shape().tableSchema().ifPresent(changes::declared);
        return changes;
    }

    private static Optional<PlacedFile> newestApplied(Landing landing) {
        return landing.timeline().files().stream()
                .filter(file -> file.evidence().rows() > 0
                        && !landing.removed().contains(file.key())
                        && !file.isReplay()
                        && landing.snapshot().isApplied(file.file().stat()))
                .reduce((one, later) -> later);
    }

    /** Along all files, each with the columns of its rows in order. */
    static ColumnChanges ofHistory(TableSetup setup, List<PlacedFile> files, Map<String, List<List<Column>>> rows) {
        var changes = new ColumnChanges(setup);
        for (PlacedFile file : files) {
            for (List<Column> columns : rows.getOrDefault(file.key(), List.of())) {
                if (file.file() instanceof RawFile.Load || !changes.started()) {
                    changes.start(columns);
                } else {
                    changes.follow(file.key(), columns);
                }
            }
        }
        return changes;
    }

    /** Rows that the history starts with have these columns. */
    void start(List<Column> columns) {
        List<Column> now = now(columns);
        now.forEach(column -> known.putIfAbsent(column.name(), column));
        last = now;
    }

    /** Of the columns known from the start, the newest file has only these. */
    void newest(List<Column> columns) {
        last = now(columns);
    }

    boolean started() {
        return !known.isEmpty();
    }

    private boolean knows(List<Column> columns) {
        return known.keySet().containsAll(names(now(columns)));
    }

    /** Whether {@link #follow} would find columns that are new or gone. */
    boolean differs(List<Column> columns) {
        Set<String> names = names(now(columns));
        return !names.equals(known.keySet());
    }

    /** The next file. */
    void follow(String key, List<Column> columns) {
        List<Column> now = now(columns);
        compare("'" + key + "'", key, now, true);
        last = now;
    }

    /** What the source's schema declares beyond all files. */
    void declared(TableSchema schema) {
        List<Column> now = now(schema.columns());
        if (known.isEmpty() || known.keySet().containsAll(names(now))) {
            return;
        }

        compare("The source's schema", setup.table().toString(), now, false);
    }

    private void compare(String what, String path, List<Column> now, boolean file) {
        for (SchemaChange change : SchemaChange.between(schema(last), schema(now))) {
            if (change instanceof SchemaChange.RenameSuspected rename) {
                List<Column> appeared = undeclared(rename.appeared());
                if (!appeared.isEmpty()) {
                    suspectRename(what, path, rename.vanished(), appeared);
                } else if (file) {
                    rename.vanished().forEach(column -> dropped.add(column.name()));
                }
            } else if (change instanceof SchemaChange.ColumnAdded added) {
                undeclared(List.of(added.column())).stream()
                        .filter(column -> !explained(column))
                        .forEach(column -> suspectDefault(what, path, column));
            } else if (file && change instanceof SchemaChange.ColumnDropped drop) {
                noteGone(path, drop.column());
                dropped.add(drop.column().name());
            }
        }
        now.forEach(column -> known.putIfAbsent(column.name(), column));
    }

    /** Those that no file before had and nobody declared. */
    private List<Column> undeclared(List<Column> appeared) {
        return appeared.stream()
                .filter(column -> !known.containsKey(column.name()))
                .filter(column -> !setup.declarations().columnDefaults().containsKey(column.name()))
                .toList();
    }

    private boolean explained(Column column) {
        Optional<Column> source = setup.shape().tableSchema().flatMap(schema -> schema.column(column.name()));
        return source.filter(Column::nullable).isPresent()
                && !setup.columnsWithDefault().contains(column.name());
    }

    private void suspectDefault(String what, String path, Column column) {
        suspect = true;
        boolean inSchema = setup.shape()
                .tableSchema()
                .filter(schema -> schema.indexOf(column.name()) >= 0)
                .isPresent();
        findings.add(Finding.error(
                "COLUMN_DEFAULT_UNKNOWN",
                path,
                what + " has column '" + column.name() + "', which rows from before it lack; "
                        + (inSchema
                                ? "the source's schema declares it as NOT NULL or with a default, so those rows may hold a value that no file tells."
                                : "the source's schema given does not have it, so it is not known whether those rows hold null or a default."),
                (inSchema
                                ? ""
                                : "Give the source's schema as it is now (schema(…)): a nullable column without default explains itself. Else ")
                        + (inSchema ? "Declare" : "declare") + " what those rows hold (Declarations.columnDefault(\""
                        + column.name() + "\", …)), or reload the table."));
    }

    private void suspectRename(String what, String path, List<Column> vanished, List<Column> appeared) {
        suspect = true;
        findings.add(Finding.error(
                "RENAME_SUSPECTED",
                path,
                what + " lacks " + quoted(vanished) + " and has " + quoted(appeared)
                        + " instead: renamed, or dropped and added.",
                "Declare it: Declarations.renamed(\""
                        + vanished.get(0).name() + "\", \"" + appeared.get(0).name()
                        + "\"), or, for a column that was added, Declarations.columnDefault(\""
                        + appeared.get(0).name() + "\", …). Or reload the table."));
    }

    private void noteGone(String path, Column column) {
        if (gone.add(column.name())) {
            findings.add(Finding.info(
                    "COLUMN_GONE",
                    path,
                    "It has no column '" + column.name()
                            + "' any more; rows that changed before keep its values, new ones are null there.",
                    "Nothing to do if it was dropped at the source."));
        }
    }

    private List<Column> now(List<Column> columns) {
        Set<String> names = names(columns);
        return columns.stream()
                .map(column -> {
                    String now = setup.declarations().nameNow(column.name());
                    return names.contains(now) ? column : new Column(now, column.type(), column.nullable());
                })
                .toList();
    }

    private TableSchema schema(List<Column> columns) {
        return new TableSchema(setup.table(), columns, List.of());
    }

    private static Set<String> names(List<Column> columns) {
        Set<String> names = new LinkedHashSet<>();
        columns.forEach(column -> names.add(column.name()));
        return names;
    }

    private static String quoted(List<Column> columns) {
        return columns.stream()
                .map(column -> "'" + column.name() + "'")
                .reduce((one, other) -> one + ", " + other)
                .orElse("");
    }

    /** Whether somebody must declare something. */
    boolean suspect() {
        return suspect;
    }

    /** Columns that a file lacks and the one before it had, and that have no new name. */
    Set<String> dropped() {
        return Set.copyOf(dropped);
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }
}
