package io.convergence.compact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.parquet.schema.ColumnOrder;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * The columns of files that share an output: by name, in the order they first appear, each of the type that takes the
 * values of all (rule S15). Immutable.
 */
final class ColumnUnion {
    private static final String MESSAGE = "table";

    private record Fed(MessageType file, List<ColumnFeed> feeds) {}

    private final Map<String, PrimitiveType> columns;
    private final Set<String> asStored;

    /** Of the latest file; files of one table mostly share their schema. */
    private volatile @Nullable Fed latest;

    private ColumnUnion(Map<String, PrimitiveType> columns, Set<String> asStored) {
        this.columns = columns;
        this.asStored = asStored;
    }

    static ColumnUnion none() {
        return new ColumnUnion(Map.of(), Set.of());
    }

    static ColumnUnion of(List<OutputColumn> planned) {
        Map<String, PrimitiveType> columns = new LinkedHashMap<>();
        planned.forEach(column -> columns.put(column.name(), column.primitive()));
        return new ColumnUnion(columns, Set.of());
    }

    /** The columns of an output as they were written. */
    static ColumnUnion ofOutput(MessageType output) {
        Map<String, PrimitiveType> columns = new LinkedHashMap<>();
        output.getFields().forEach(field -> columns.put(field.getName(), field.asPrimitiveType()));
        return new ColumnUnion(columns, Set.of());
    }

    List<OutputColumn> toPlan() {
        return columns.values().stream().map(OutputColumn::of).toList();
    }

    /** The same without a column; where it is met it is kept as it is stored, and shared by files that store it alike only. */
    ColumnUnion keeping(String column) {
        Map<String, PrimitiveType> others = new LinkedHashMap<>(columns);
        others.remove(column);
        Set<String> kept = new TreeSet<>(asStored);
        kept.add(column);
        return new ColumnUnion(others, kept);
    }

    private Optional<PrimitiveType> widest(PrimitiveType known, PrimitiveType field) {
        if (!asStored.contains(known.getName())) {
            return ColumnTypes.widest(known, field);
        }

        return ColumnTypes.same(known, field) ? Optional.of(known) : Optional.empty();
    }

    /** Whether all parts of a file have no other columns than these, nor values that these do not take. */
    boolean coversAll(List<MessageType> parts) {
        for (MessageType part : parts) {
            Fed known = latest;
            boolean covered = known != null && known.file() == part;
            if (!covered && !covers(part)) {
                return false;
            }
        }

        return true;
    }

    boolean isEmpty() {
        return columns.isEmpty();
    }

    /** Whether a file has no other columns than these, and no type with values that these do not take. */
    boolean covers(MessageType file) {
        return file.getFields().stream().map(Type::asPrimitiveType).allMatch(field -> {
            PrimitiveType known = columns.get(field.getName());
            return known != null
                    && widest(known, field)
                            .filter(wide -> ColumnTypes.same(wide, known))
                            .isPresent();
        });
    }

    /** Columns that the others lack, in order. */
    List<String> namesBeyond(ColumnUnion others) {
        return columns.keySet().stream()
                .filter(name -> !others.columns.containsKey(name))
                .toList();
    }

    /** Columns whose type is a wider one than among the others, in order, with both types. */
    List<String> widerThan(ColumnUnion others) {
        List<String> wider = new ArrayList<>();
        others.columns.forEach((name, type) -> {
            PrimitiveType now = columns.get(name);
            if (now != null && !ColumnTypes.same(type, now)) {
                wider.add("'" + name + "' (" + ColumnTypes.describe(type) + " to " + ColumnTypes.describe(now) + ")");
            }
        });
        return wider;
    }

    /** Why a file cannot share an output with these columns; empty if it can. */
    Optional<String> conflict(MessageType file) {
        for (Type field : file.getFields()) {
            PrimitiveType known = columns.get(field.getName());
            if (known != null && widest(known, field.asPrimitiveType()).isEmpty()) {
                return Optional.of(
                        "column '" + field.getName() + "' is " + ColumnTypes.describe(field.asPrimitiveType())
                                + " and was " + ColumnTypes.describe(known)
                                + ", and no type takes the values of both exactly");
            }
            if (known == null) {
                // Most engines look columns up without regard to case and would find only one of the two.
                Optional<String> twin = columns.keySet().stream()
                        .filter(name -> name.toLowerCase(Locale.ROOT)
                                .equals(field.getName().toLowerCase(Locale.ROOT)))
                        .findFirst();
                if (twin.isPresent()) {
                    return Optional.of(
                            "column '" + field.getName() + "' differs from '" + twin.get() + "' only in case");
                }
            }
        }

        return Optional.empty();
    }

    /** The columns of one file alone. Its parts have the same types. */
    ColumnUnion only(List<MessageType> parts) {
        ColumnUnion all = new ColumnUnion(Map.of(), asStored);
        for (MessageType part : parts) {
            all = all.with(part);
        }

        return all;
    }

    /** These columns and those of all parts of a file; empty if a part cannot share an output with the others. */
    Optional<ColumnUnion> joined(List<MessageType> parts) {
        ColumnUnion all = this;
        for (MessageType part : parts) {
            if (all.conflict(part).isPresent()) {
                return Optional.empty();
            }
            all = all.with(part);
        }

        return Optional.of(all);
    }

    /** Why a file cannot share an output with these columns; empty if it can. */
    Optional<String> conflict(List<MessageType> parts) {
        ColumnUnion all = this;
        for (MessageType part : parts) {
            Optional<String> conflict = all.conflict(part);
            if (conflict.isPresent()) {
                return conflict;
            }
            all = all.with(part);
        }

        return Optional.empty();
    }

    /** These columns and those of a file without a conflict. */
    ColumnUnion with(MessageType file) {
        Map<String, PrimitiveType> all = new LinkedHashMap<>(columns);
        for (Type field : file.getFields()) {
            // Files written before a column was added have no values for it.
            PrimitiveType stored = ColumnTypes.optional(field.asPrimitiveType());
            PrimitiveType type = ordered(asStored.contains(field.getName()) ? stored : QueryLayout.of(stored));
            all.merge(
                    field.getName(),
                    type,
                    (known, other) -> widest(known, other)
                            .map(ColumnUnion::ordered)
                            .orElseThrow(() -> new IllegalArgumentException("Cannot join column '" + field.getName()
                                    + "': its types have no type in common.")));
        }

        return new ColumnUnion(all, asStored);
    }

    /** parquet-java gives floating numbers a total order, which other readers do not know and outputs do not have. */
    private static PrimitiveType ordered(PrimitiveType type) {
        return switch (type.getPrimitiveTypeName()) {
            case FLOAT, DOUBLE ->
                type.withColumnOrder(ColumnOrder.typeDefined()).asPrimitiveType();
            default -> type;
        };
    }

    MessageType schema() {
        return new MessageType(MESSAGE, new ArrayList<>(columns.values()));
    }

    List<String> names() {
        return List.copyOf(columns.keySet());
    }

    List<PrimitiveType> types() {
        return List.copyOf(columns.values());
    }

    /** Where the cells of each of these come from in a file that these cover. */
    List<ColumnFeed> feeds(MessageType file) {
        Fed known = latest;
        if (known != null && known.file() == file) {
            return known.feeds();
        }

        List<ColumnFeed> feeds =
                types().stream().map(column -> feed(column, file)).toList();
        latest = new Fed(file, feeds);
        return feeds;
    }

    private static ColumnFeed feed(PrimitiveType column, MessageType file) {
        if (!file.containsField(column.getName())) {
            return new ColumnFeed(column, ColumnFeed.ABSENT, CellConversion.NONE);
        }

        int place = file.getFieldIndex(column.getName());
        PrimitiveType source = file.getType(place).asPrimitiveType();
        return new ColumnFeed(column, place, ColumnTypes.conversion(source, column));
    }
}
