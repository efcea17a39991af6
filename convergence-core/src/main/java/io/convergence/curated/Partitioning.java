package io.convergence.curated;

import io.convergence.ledger.LedgerEntry;
import io.convergence.schema.TableSchema;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * By what the files of a snapshot are parted: nothing, one column or several, whose folders stand in each other. The partition is
 * told by the row as it is published, not by its key: an update may move a row. Every commit says its partitioning, in the note of its
 * layout. Immutable; thread-safe.
 *
 * @param by outermost folder first
 */
public record Partitioning(List<PartitionBy> by) {
    private static final Partitioning NONE = new Partitioning(List.of());

    public Partitioning {
        by = List.copyOf(by);
        Set<String> names = new HashSet<>();
        for (PartitionBy one : by) {
            if (!names.add(one.folder().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "Cannot partition by " + by + ": two folders would have the name '" + one.folder() + "'.");
            }
        }
    }

    /** Files are not parted. */
    public static Partitioning none() {
        return NONE;
    }

    public static Partitioning of(PartitionBy... by) {
        return new Partitioning(List.of(by));
    }

    /**
     * That of a published table.
     *
     * @throws CuratedTableException if the commit's note of it cannot be read
     */
    public static Partitioning of(LedgerEntry.Merge published) {
        return SnapshotLayout.of(published).map(SnapshotLayout::partitioning).orElse(NONE);
    }

    public boolean isPartitioned() {
        return !by.isEmpty();
    }

    /**
     * The same by the names columns have after a rename; folders that are named by a column are named by its new name.
     *
     * @param published columns before the rename, whose names are old ones if they are among the renamed; empty if nothing is published
     * @param renames new names by old ones
     */
    public Partitioning renamed(Optional<TableSchema> published, Map<String, String> renames) {
        return new Partitioning(by.stream()
                .map(one -> one.byColumn(nameNow(one.column(), published, renames)))
                .toList());
    }

    private static String nameNow(String name, Optional<TableSchema> published, Map<String, String> renames) {
        return published
                .filter(schema -> schema.indexOf(name) >= 0)
                .map(schema -> CuratedTable.renamed(schema, renames)
                        .columns()
                        .get(schema.indexOf(name))
                        .name())
                .orElseGet(() -> renames.getOrDefault(name, name));
    }

    String toNote() {
        var note = new StringJoiner(",");
        for (PartitionBy one : by) {
            note.add(one.unit().name().toLowerCase(Locale.ROOT) + ":" + encode(one.column()) + ":"
                    + encode(one.folder()));
        }
        return note.toString();
    }

    /** @throws IllegalArgumentException if it is none that {@link #toNote} wrote */
    static Partitioning parse(String note) {
        List<PartitionBy> by = new ArrayList<>();
        for (String one : note.split(",", -1)) {
            String[] parts = one.split(":", -1);
            if (parts.length != 3) {
                throw new IllegalArgumentException("'" + one + "' is no partition");
            }
            by.add(new PartitionBy(
                    decode(parts[1]), PartitionBy.Unit.valueOf(parts[0].toUpperCase(Locale.ROOT)), decode(parts[2])));
        }
        return new Partitioning(by);
    }

    private static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private static String decode(String name) {
        return URLDecoder.decode(name, StandardCharsets.UTF_8);
    }

    /** As at a prompt, or "nothing". */
    @Override
    public String toString() {
        return by.isEmpty() ? "nothing" : by.stream().map(PartitionBy::toString).collect(Collectors.joining(", "));
    }
}
