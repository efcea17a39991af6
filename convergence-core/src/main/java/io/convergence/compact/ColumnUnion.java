package io.convergence.compact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** The columns of files that share an output: by name, in the order they first appear, each of one type. Immutable. */
final class ColumnUnion {
    private static final String MESSAGE = "table";

    private final Map<String, PrimitiveType> columns;

    private ColumnUnion(Map<String, PrimitiveType> columns) {
        this.columns = columns;
    }

    static ColumnUnion none() {
        return new ColumnUnion(Map.of());
    }

    static ColumnUnion of(MessageType file) {
        return none().with(file);
    }

    boolean isEmpty() {
        return columns.isEmpty();
    }

    /** Whether a file has no other columns than these, with these types. */
    boolean covers(MessageType file) {
        return conflict(file).isEmpty()
                && file.getFields().stream().allMatch(field -> columns.containsKey(field.getName()));
    }

    /** Columns that the others lack, in order. */
    List<String> namesBeyond(ColumnUnion others) {
        return columns.keySet().stream()
                .filter(name -> !others.columns.containsKey(name))
                .toList();
    }

    /** Why a file cannot share an output with these columns; empty if it can. */
    Optional<String> conflict(MessageType file) {
        for (Type field : file.getFields()) {
            PrimitiveType known = columns.get(field.getName());
            if (known != null && !sameType(known, field.asPrimitiveType())) {
                return Optional.of("column '" + field.getName() + "' is " + describe(field.asPrimitiveType())
                        + " and was " + describe(known));
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

    /** These columns and those of a file without a conflict. */
    ColumnUnion with(MessageType file) {
        Map<String, PrimitiveType> all = new LinkedHashMap<>(columns);
        for (Type field : file.getFields()) {
            PrimitiveType type = field.asPrimitiveType();
            // Files written before a column was added have no values for it.
            all.putIfAbsent(
                    field.getName(),
                    Types.optional(type.getPrimitiveTypeName())
                            .length(type.getTypeLength())
                            .as(type.getLogicalTypeAnnotation())
                            .named(field.getName()));
        }

        return new ColumnUnion(all);
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
        return types().stream()
                .map(column -> new ColumnFeed(
                        column,
                        file.containsField(column.getName()) ? file.getFieldIndex(column.getName()) : ColumnFeed.ABSENT,
                        CellConversion.NONE))
                .toList();
    }

    private static boolean sameType(PrimitiveType one, PrimitiveType other) {
        return one.getPrimitiveTypeName() == other.getPrimitiveTypeName()
                && one.getTypeLength() == other.getTypeLength()
                && Objects.equals(one.getLogicalTypeAnnotation(), other.getLogicalTypeAnnotation());
    }

    private static String describe(PrimitiveType type) {
        boolean fixed = type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        String length = fixed ? "(" + type.getTypeLength() + ")" : "";
        return type.getPrimitiveTypeName()
                + length
                + (type.getLogicalTypeAnnotation() == null ? "" : " " + type.getLogicalTypeAnnotation());
    }
}
