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

/** Holds the files to be merged to a {@link SchemaPolicy}, one after the other. Not thread-safe. */
final class SchemaGate {
    private final TableSetup setup;
    private final SchemaPolicy policy;
    private final Map<String, Column> known = new LinkedHashMap<>();
    private Map<String, Column> last = new LinkedHashMap<>();
    private final Set<String> late = new LinkedHashSet<>();
    private final Set<String> quarantined = new LinkedHashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private boolean failed;
    private boolean loadRefused;

    private SchemaGate(TableSetup setup, SchemaPolicy policy) {
        this.setup = setup;
        this.policy = policy;
    }

    /** One difference of a file. */
    private record Difference(Kind kind, String what) {}

    /**
     * @param newestApplied tells the columns of the newest file applied; asked only if a table goes on
     */
    static SchemaGate of(
            TableSetup setup,
            Landing landing,
            boolean goesOn,
            List<PlacedFile> unapplied,
            SchemaPolicy policy,
            Function<PlacedFile, List<Column>> newestApplied) {
        var gate = new SchemaGate(setup, policy);
        if (policy.isStandard()) {
            return gate;
        }

        Optional<LedgerEntry.Merge> published =
                goesOn ? landing.snapshot().published() : Optional.empty();
        published.ifPresent(merge -> {
            gate.know(merge.schema().columns());
            gate.nullability(merge.schema());
        });
        if (published.isPresent()) {
            Optional<PlacedFile> newest = landing.timeline().files().stream()
                    .filter(file -> file.evidence().rows() > 0
                            && landing.snapshot().isApplied(file.file().stat()))
                    .reduce((one, later) -> later);
            gate.last = gate.named(newest.map(newestApplied)
                    .orElseGet(() -> published.get().schema().columns()));
            landing.timeline().files().stream()
                    .map(PlacedFile::key)
                    .takeWhile(key -> newest.filter(file -> !file.key().equals(key)).isPresent())
                    .forEach(gate.late::add);
        }
        for (PlacedFile file : unapplied) {
            List<Column> columns = landing.columns().get(file.key());
            if (columns != null) {
                gate.judge(file, columns);
            }
        }
        return gate;
    }

    private void judge(PlacedFile file, List<Column> columns) {
        Map<String, Column> now = named(columns);
        List<Difference> differences = known.isEmpty() ? List.of() : differences(file, now);
        Action action = differences.stream()
                .map(difference -> policy.of(difference.kind()))
                .max(Enum::compareTo)
                .orElse(Action.APPLY);
        if (action == Action.APPLY) {
            accept(file, columns, now);
            return;
        }

        List<Difference> reasons = differences.stream()
                .filter(difference -> policy.of(difference.kind()) == action)
                .toList();
        // The standard answers of the rules tell more, and what to declare.
        boolean asRules = action == Action.FAIL
                && reasons.stream().allMatch(reason -> reason.kind().standard() == Action.FAIL);
        if (asRules) {
            accept(file, columns, now);
            return;
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
                    "The policy sets it aside (" + why + "): its " + file.evidence().rows()
                            + " changes are not in the table.",
                    "Allow it (MergeOptions.schemaPolicy) or declare it (Declarations): it is merged then, as a file that comes late."));
        }
    }

    private void accept(PlacedFile file, List<Column> columns, Map<String, Column> now) {
        know(columns);
        if (!late.contains(file.key())) {
            last = now;
        }
    }

    private List<Difference> differences(PlacedFile file, Map<String, Column> now) {
        List<Difference> differences = new ArrayList<>();
        List<String> appeared = now.keySet().stream()
                .filter(name -> !known.containsKey(name) && !declared(name))
                .toList();
        // A file from before a column was added lacks it.
        List<String> vanished = late.contains(file.key())
                ? List.of()
                : last.keySet().stream().filter(name -> !now.containsKey(name)).toList();
        boolean headerless = file.file().format() == RawFormat.CSV
                && !setup.shape().csv().header();
        if (headerless && now.size() != last.size() && !late.contains(file.key())) {
            differences.add(new Difference(
                    Kind.CSV_WIDTH, now.size() + " columns instead of " + last.size()));
        } else if (!appeared.isEmpty() && !vanished.isEmpty()) {
            differences.add(new Difference(
                    Kind.RENAME_SUSPECTED, quoted(vanished) + " vanished as " + quoted(appeared) + " appeared"));
        } else if (!appeared.isEmpty()) {
            differences.add(new Difference(Kind.COLUMN_ADDED, quoted(appeared)));
        } else if (!vanished.isEmpty()) {
            differences.add(new Difference(Kind.COLUMN_VANISHED, quoted(vanished)));
        }
        now.forEach((name, column) -> {
            Column before = known.get(name);
            if (before != null && !before.type().equals(column.type())) {
                type(file.key(), name, before.type(), column.type()).ifPresent(differences::add);
            }
        });
        return differences;
    }

    private Optional<Difference> type(String file, String name, DataType before, DataType now) {
        Optional<DataType> wide = before.widen(now);
        String what = "'" + name + "' is " + now + " instead of " + before;
        if (wide.isEmpty()) {
            return Optional.of(new Difference(Kind.TYPE_INCOMPATIBLE, what));
        }
        if (!wide.get().equals(before)) {
            return Optional.of(new Difference(Kind.TYPE_WIDENED, what));
        }
        // The published type may be wider than that of any file, by the source's schema.
        Column newest = last.get(name);
        boolean narrowed = newest != null
                && !late.contains(file)
                && !newest.type().equals(now)
                && newest.type().widen(now).filter(newest.type()::equals).isPresent();
        return narrowed ? Optional.of(new Difference(Kind.TYPE_NARROWED, what)) : Optional.empty();
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
                        "The policy refuses that the source's schema allows null otherwise than the published table (NULLABILITY: "
                                + quoted(differing) + ").",
                        "Allow it (MergeOptions.schemaPolicy), or reload the table."));
            }
        });
    }

    private boolean declared(String name) {
        return setup.declarations().columnDefaults().containsKey(name);
    }

    private void know(List<Column> columns) {
        named(columns).forEach((name, column) -> known.merge(
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
