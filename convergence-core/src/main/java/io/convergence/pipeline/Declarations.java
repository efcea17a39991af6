package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.raw.DeclaredOrder;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What somebody declares of a table whose files do not tell it (rule S14). Given to {@link Convergence.Builder#declare},
 * or kept in the log as a {@link io.convergence.ledger.LedgerEntry.Declared}; the configuration wins. What stands in the
 * configuration must stay there until the table is reloaded, because files from before the change may
 * be read again when changes come late; if it is missing then, the table is suspect again. Names are those in the
 * files. Immutable; thread-safe.
 *
 * @param columnDefaults added columns, each with what rows from before it hold; null for null
 * @param renames renamed columns: new names by old ones
 * @param orders what decides the order of a run's changes, where the files contradict themselves (rule S2), by the instant
 *     of the run's first file
 */
public record Declarations(
        TableId table,
        Map<String, @Nullable Object> columnDefaults,
        Map<String, String> renames,
        Map<Instant, DeclaredOrder> orders) {
    public Declarations {
        requireNonNull(table, "table");
        orders = Map.copyOf(orders);
        columnDefaults = Collections.unmodifiableMap(new LinkedHashMap<>(columnDefaults));
        renames = Collections.unmodifiableMap(new LinkedHashMap<>(renames));
        if (renames.values().stream().distinct().count() != renames.size()) {
            throw new IllegalArgumentException(
                    "Cannot declare that two columns of " + table + " became one: " + renames + ".");
        }
        for (String renamed : renames.values()) {
            if (columnDefaults.containsKey(renamed) || renames.containsKey(renamed)) {
                throw new IllegalArgumentException("Cannot declare column '" + renamed + "' of " + table
                        + " both as renamed and as " + (renames.containsKey(renamed) ? "renamed again" : "added")
                        + ": declare what became of it in the end.");
            }
        }
    }

    /** Nothing declared. */
    public static Declarations of(TableId table) {
        return new Declarations(table, Map.of(), Map.of(), Map.of());
    }

    /** @param table {@code schema.table} as in the landing zone */
    public static Declarations of(String table) {
        return of(TableId.parse(table));
    }

    /**
     * The column was added, and rows that were there before hold this value: the default of {@code ADD COLUMN … DEFAULT}.
     *
     * @param value of the class its type has in the published table ({@code DataType.Kind.valueClass()}); whole numbers also as
     *     Integer; null if those rows hold null
     */
    public Declarations columnDefault(String column, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(columnDefaults);
        more.put(requireNonNull(column, "column"), value);
        return new Declarations(table, more, renames, orders);
    }

    /** The column was renamed: cells under the old name are those of the new one, in the published table too. */
    public Declarations renamed(String from, String to) {
        Map<String, String> more = new LinkedHashMap<>(renames);
        more.put(requireNonNull(from, "from"), requireNonNull(to, "to"));
        return new Declarations(table, columnDefaults, more, orders);
    }

    /**
     * What decides the order of a run's changes (rule S2). In the log it is declared as {@code INSTANT=counter}, {@code
     * INSTANT=files} or {@code INSTANT=follows}.
     *
     * @param run the instant of its first file, as the finding ORDER_DISPUTED names it
     */
    public Declarations order(Instant run, DeclaredOrder order) {
        Map<Instant, DeclaredOrder> more = new LinkedHashMap<>(orders);
        more.put(requireNonNull(run, "run"), requireNonNull(order, "order"));
        return new Declarations(table, columnDefaults, renames, more);
    }

    /**
     * With what the mapping renames: it writes the source's column under another name, so files of before the rule have the
     * source's (rule S15). What was declared wins, and so does a published table that has both.
     *
     * @param mapped names in the files by names at the source
     */
    Declarations withMapped(Map<String, String> mapped, Set<String> published) {
        Declarations all = this;
        for (Map.Entry<String, String> rename : mapped.entrySet()) {
            String from = rename.getKey();
            String to = rename.getValue();
            boolean told = Stream.of(from, to)
                    .anyMatch(name -> columnDefaults.containsKey(name)
                            || renames.containsKey(name)
                            || renames.containsValue(name));
            if (!told && !(published.contains(from) && published.contains(to))) {
                all = all.renamed(from, to);
            }
        }
        return all;
    }

    /** The shape by which files of before a rename are read too: their columns take the policy for nulls of the new names (rule S8). */
    RowShape withOldNames(RowShape shape) {
        if (renames.isEmpty()) {
            return shape;
        }

        Map<String, NullOnUpdate> policies = new LinkedHashMap<>(shape.nullOnUpdate());
        renames.forEach((old, now) -> policies.putIfAbsent(old, shape.nullOnUpdate(now)));
        return shape.withNullOnUpdate(policies, shape.defaultNullOnUpdate()).withBeforeImagesOf(renames);
    }

    /** The column's name now. */
    String nameNow(String column) {
        return renames.getOrDefault(column, column);
    }
}
