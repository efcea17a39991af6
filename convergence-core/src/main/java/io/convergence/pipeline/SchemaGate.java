package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.ledger.LedgerEntry;
import io.convergence.pipeline.SchemaPolicy.Action;
import io.convergence.pipeline.SchemaPolicy.Kind;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds the files to be merged to a {@link SchemaPolicy}, one after the other. Not thread-safe. */
final class SchemaGate {
    private final TableSetup setup;
    private final SchemaPolicy policy;
    private final Function<PlacedFile, List<Column>> columnsOf;
    private final Map<String, Column> known = new LinkedHashMap<>();
    private final Set<String> quarantined = new LinkedHashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private boolean failed;
    private boolean loadRefused;

    private SchemaGate(TableSetup setup, SchemaPolicy policy, Function<PlacedFile, List<Column>> columnsOf) {
        this.setup = setup;
        this.policy = policy;
        this.columnsOf = columnsOf;
    }

    /** One difference of a file. */
    private record Difference(Kind kind, String what) {}

    /**
     * @param goesOn whether the published table goes on
     * @param columnsOf reads the columns of a file that was applied before
     */
    static SchemaGate of(
            TableSetup setup,
            Landing landing,
            boolean goesOn,
            List<PlacedFile> unapplied,
            SchemaPolicy policy,
            Function<PlacedFile, List<Column>> columnsOf) {
        var gate = new SchemaGate(setup, policy, columnsOf);
        if (!policy.isStandard()) {
            gate.judge(landing, goesOn, unapplied);
        }
        return gate;
    }

    private void judge(Landing landing, boolean goesOn, List<PlacedFile> unapplied) {
        Optional<LedgerEntry.Merge> published = goesOn ? landing.snapshot().published() : Optional.empty();
        Set<String> toJudge = unapplied.stream().map(PlacedFile::key).collect(Collectors.toSet());
        List<PlacedFile> there = landing.timeline().files().stream()
                .filter(file -> toJudge.contains(file.key())
                        || (published.isPresent()
                                && file.evidence().rows() > 0
                                && !landing.removed().contains(file.key())))
                .toList();
        published.ifPresent(merge -> {
            nullability(merge.schema());
            know(ofFiles(merge.schema(), there, toJudge));
        });
        // Each file is held to the one before it, which may be long applied: a file that was set aside stays so when
        // later ones are merged, and one that comes late is like those of its time.
        PlacedFile before = null;
        Map<String, Column> columnsBefore =
                published.map(merge -> named(merge.schema().columns())).orElseGet(Map::of);
        for (PlacedFile file : there) {
            if (!toJudge.contains(file.key())) {
                before = file;
                continue;
            }
            List<Column> columns = landing.columns().get(file.key());
            if (columns == null) {
                continue;
            }
            if (before != null) {
                columnsBefore = named(columnsOf.apply(before));
                before = null;
            }
            if (judge(file, columns, columnsBefore)) {
                columnsBefore = named(columns);
            }
        }
    }

    /** Published columns, without those that only the source's schema has given the table so far. */
    private List<Column> ofFiles(TableSchema published, List<PlacedFile> there, Set<String> toJudge) {
        Optional<TableSchema> source = setup.shape().tableSchema();
        Optional<PlacedFile> newest =
                there.stream().filter(file -> !toJudge.contains(file.key())).reduce((one, later) -> later);
        if (source.isEmpty() || newest.isEmpty()) {
            return published.columns();
        }

        Set<String> inFile = named(columnsOf.apply(newest.get())).keySet();
        return published.columns().stream()
                .filter(column -> inFile.contains(column.name()) || source.get().indexOf(column.name()) < 0)
                .toList();
    }

    /** Whether the file is to be merged, as far as the policy goes. */
    private boolean judge(PlacedFile file, List<Column> columns, Map<String, Column> before) {
        List<Difference> differences = known.isEmpty() ? List.of() : differences(file, named(columns), before);
        Action action = differences.stream()
                .map(difference -> policy.of(difference.kind()))
                .max(Enum::compareTo)
                .orElse(Action.APPLY);
        List<Difference> reasons = differences.stream()
                .filter(difference -> policy.of(difference.kind()) == action)
                .toList();
        // The standard answers of the rules tell more, and what to declare.
        boolean asRules = action != Action.QUARANTINE_FILE
                && reasons.stream().allMatch(reason -> reason.kind().standard() == action);
        if (action == Action.APPLY || asRules) {
            know(columns);
            return true;
        }
        String why = reasons.stream()
                .map(reason -> reason.kind() + ": " + reason.what())
                .collect(Collectors.joining("; "));
        if (action == Action.FAIL) {
            failed = true;
            findings.add(Finding.error(
                    "SCHEMA_CHANGE_REFUSED",
                    file.key(),
                    "The policy refuses how its columns differ (" + why + ").",
                    "Allow it (MergeOptions.schemaPolicy), declare it (Declarations), or reload the table."));
        } else if (file.file() instanceof RawFile.Load) {
            loadRefused = true;
            findings.add(Finding.error(
                    "LOAD_FILE_QUARANTINED",
                    file.key(),
                    "The policy sets it aside (" + why + "), and a load without one of its files is none.",
                    "Allow it (MergeOptions.schemaPolicy), declare it (Declarations), or reload the table."));
        } else {
            quarantined.add(file.key());
            findings.add(Finding.warning(
                    TableResult.FILE_QUARANTINED,
                    file.key(),
                    "The policy sets it aside (" + why + "): its "
                            + file.evidence().rows() + " changes are not in the table.",
                    "Allow it (MergeOptions.schemaPolicy) or declare it (Declarations): it is merged then, as"
                            + " a file that comes late."));
        }
        return false;
    }

    private List<Difference> differences(PlacedFile file, Map<String, Column> now, Map<String, Column> before) {
        List<Difference> differences = new ArrayList<>();
        List<String> appeared = now.keySet().stream()
                .filter(name -> !known.containsKey(name) && !declared(name))
                .toList();
        List<String> vanished =
                before.keySet().stream().filter(name -> !now.containsKey(name)).toList();
        boolean headerless =
                file.file().format() == RawFormat.CSV && !setup.shape().csv().header();
        if (headerless && !before.isEmpty() && now.size() != before.size()) {
            differences.add(new Difference(Kind.CSV_WIDTH, now.size() + " columns instead of " + before.size()));
        } else if (!appeared.isEmpty() && !vanished.isEmpty()) {
            differences.add(new Difference(
                    Kind.RENAME_SUSPECTED, quoted(vanished) + " vanished as " + quoted(appeared) + " appeared"));
        } else if (!appeared.isEmpty()) {
            differences.add(new Difference(Kind.COLUMN_ADDED, quoted(appeared)));
        } else if (!vanished.isEmpty()) {
            differences.add(new Difference(Kind.COLUMN_VANISHED, quoted(vanished)));
        }
        now.forEach((name, column) -> {
            Column published = known.get(name);
            if (published != null) {
                type(column, published.type(), before.get(name)).ifPresent(differences::add);
            }
        });
        return differences;
    }

    private Optional<Difference> type(Column column, DataType published, @Nullable Column before) {
        DataType now = column.type();
        Optional<DataType> wide = published.widen(now);
        String what = "'" + column.name() + "' is " + now + " instead of ";
        if (wide.isEmpty()) {
            return Optional.of(new Difference(Kind.TYPE_INCOMPATIBLE, what + published));
        }
        if (!wide.get().equals(published)) {
            return Optional.of(new Difference(Kind.TYPE_WIDENED, what + published));
        }
        // The published type may be wider than that of any file, by the source's schema.
        if (before == null || before.type().equals(now)) {
            return Optional.empty();
        }
        boolean narrowed =
                before.type().widen(now).filter(before.type()::equals).isPresent();
        return narrowed ? Optional.of(new Difference(Kind.TYPE_NARROWED, what + before.type())) : Optional.empty();
    }

    private void nullability(TableSchema published) {
        if (policy.of(Kind.NULLABILITY) != Action.FAIL) {
            return;
        }
        setup.shape().tableSchema().ifPresent(source -> {
            List<String> differing = named(source.columns()).values().stream()
                    .filter(column -> published
                            .column(column.name())
                            .filter(before -> before.nullable() != column.nullable())
                            .isPresent())
                    .map(Column::name)
                    .toList();
            if (!differing.isEmpty()) {
                failed = true;
                findings.add(Finding.error(
                        "SCHEMA_CHANGE_REFUSED",
                        setup.table().toString(),
                        "The policy refuses that the source's schema allows null otherwise than the published table"
                                + " (NULLABILITY: "
                                + quoted(differing) + ").",
                        "Allow it (MergeOptions.schemaPolicy), or reload the table."));
            }
        });
    }

    private boolean declared(String name) {
        return setup.declarations().columnDefaults().containsKey(name);
    }

    private void know(List<Column> columns) {
        named(columns)
                .forEach((name, column) -> known.merge(
                        name,
                        column,
                        (before, now) -> new Column(
                                name, before.type().widen(now.type()).orElse(before.type()), before.nullable())));
    }

    /** Under the names that declared renames give them. */
    private Map<String, Column> named(List<Column> columns) {
        Set<String> names = columns.stream().map(Column::name).collect(Collectors.toSet());
        Map<String, Column> named = new LinkedHashMap<>();
        for (Column column : columns) {
            String now = setup.declarations().nameNow(column.name());
            named.put(names.contains(now) ? column.name() : now, column);
        }
        return named;
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }

    /** Files that are not to be merged. */
    boolean setsAside(PlacedFile file) {
        return quarantined.contains(file.key());
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** What stands against publishing; {@link TableState#PUBLISHED} for nothing. */
    TableState obstacle() {
        if (failed) {
            return TableState.FAILED;
        }
        return loadRefused ? TableState.SUSPECT : TableState.PUBLISHED;
    }
}
