package io.convergence.curated;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.ObjectStore;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bookkeeping of a change log: for each of its files the columns it has, and between which identities its changes lie,
 * so that a delivery is compared only with files that may hold it already.
 */
final class ChangeLogIndex {
    static final List<Column> COLUMNS = List.of(
            Column.required("file", DataType.of(DataType.Kind.STRING)),
            Column.required("least", DataType.of(DataType.Kind.STRING)),
            Column.required("greatest", DataType.of(DataType.Kind.STRING)),
            Column.required("columns", DataType.of(DataType.Kind.STRING)));

    private ChangeLogIndex() {}

    /**
     * What is known of one file.
     *
     * @param least identity, in the order of {@link String#compareTo}
     * @param columns the table's own, without those of the log
     */
    record Entry(LedgerFile file, String least, String greatest, List<Column> columns) {
        boolean mayHold(NavigableSet<String> identities) {
            String first = identities.ceiling(least);
            return first != null && first.compareTo(greatest) <= 0;
        }

        /** Of changes with a sequence the identity begins with the time part; those of a load are greater than all. */
        boolean mayHoldChangesSince(String timePart) {
            return greatest.compareTo(timePart) >= 0 && !least.startsWith("L");
        }

        @Nullable
        Object[] values() {
            return new @Nullable Object[] {file.key(), least, greatest, encode(columns)};
        }
    }

    static List<Entry> read(ObjectStore store, LedgerEntry.Merge published) {
        List<Entry> entries = new ArrayList<>();
        try (var cursor = new RowFileCursor(store, published.state(), COLUMNS)) {
            for (Object[] row = cursor.next(); row != null; row = cursor.next()) {
                if (entries.size() == published.data().size()
                        || !published.data().get(entries.size()).key().equals(row[0])) {
                    throw CuratedTableException.unreadable(
                            cursor.place(), "it does not name the files of the log in their order.", null);
                }
                entries.add(new Entry(
                        published.data().get(entries.size()), text(row[1]), text(row[2]), decode(text(row[3]))));
            }
            if (entries.size() < published.data().size()) {
                throw CuratedTableException.unreadable(
                        cursor.place(),
                        "it names " + entries.size() + " files of the log, which has "
                                + published.data().size() + ".",
                        null);
            }
        }
        return entries;
    }

    private static String text(@Nullable Object cell) {
        return (String) Objects.requireNonNull(cell);
    }

    private static String encode(List<Column> columns) {
        List<String> lines = new ArrayList<>();
        for (Column column : columns) {
            lines.add(column.type()
                    + (column.nullable() ? " ? " : " ! ")
                    + URLEncoder.encode(column.name(), StandardCharsets.UTF_8));
        }
        return String.join("\n", lines);
    }

    private static List<Column> decode(String text) {
        List<Column> columns = new ArrayList<>();
        for (String line : text.split("\n")) {
            String[] words = line.split(" ");
            DataType type = DataType.parse(words[0]);
            String name = URLDecoder.decode(words[2], StandardCharsets.UTF_8);
            columns.add(words[1].equals("?") ? Column.nullable(name, type) : Column.required(name, type));
        }
        return columns;
    }
}
