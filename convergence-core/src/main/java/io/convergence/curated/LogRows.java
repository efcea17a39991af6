package io.convergence.curated;

import io.convergence.change.ChangeId;
import io.convergence.change.Operation;
import io.convergence.change.RowOrigin;
import io.convergence.merge.LogEntry;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.schema.Column;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an entry of a change log stands as a row: the columns of {@link LogColumns}, then those of the table. */
final class LogRows {
    private LogRows() {}

    /** @param keys how many key columns the table has */
    static @Nullable Object[] values(LogEntry entry, int keys) {
        RowCells cells = entry.cells();
        int own = LogColumns.BEFORE + keys;
        var values = new @Nullable Object[own + cells.layout().size()];
        values[LogColumns.CHANGE_ID] = entry.id().text();
        values[LogColumns.POSITION] = entry.position();
        values[LogColumns.OPERATION] = String.valueOf(entry.operation().letter());
        values[LogColumns.COMMIT_TIME] = entry.committedAt()
                .map(time -> LocalDateTime.ofInstant(time, ZoneOffset.UTC))
                .orElse(null);
        values[LogColumns.SOURCE] = entry.source().name().toLowerCase(Locale.ROOT);
        values[LogColumns.FILE] = entry.origin().key();
        values[LogColumns.ROW] = entry.origin().row();
        values[LogColumns.UNKNOWN] = names(cells);
        for (int i = 0; i < entry.oldKey().size(); i++) {
            values[LogColumns.BEFORE + i] = entry.oldKey().get(i);
        }
        for (int i = 0; i < cells.layout().size(); i++) {
            values[own + i] = cells.published(i);
        }
        return values;
    }

    /** @param layout of the table's own columns in that file */
    static LogEntry entry(@Nullable Object[] values, RowLayout layout, int keys) {
        int own = LogColumns.BEFORE + keys;
        var cells = new @Nullable Object[layout.size()];
        System.arraycopy(values, own, cells, 0, cells.length);
        List<Object> oldKey = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            Object value = values[LogColumns.BEFORE + i];
            if (value != null) {
                oldKey.add(value);
            }
        }
        LocalDateTime time = (LocalDateTime) values[LogColumns.COMMIT_TIME];
        Instant committed = time == null ? null : time.toInstant(ZoneOffset.UTC);
        return new LogEntry(
                new ChangeId(text(values[LogColumns.CHANGE_ID])),
                text(values[LogColumns.POSITION]),
                Operation.of(text(values[LogColumns.OPERATION])).orElseThrow(),
                committed,
                LogEntry.Source.valueOf(text(values[LogColumns.SOURCE]).toUpperCase(Locale.ROOT)),
                new RowOrigin(text(values[LogColumns.FILE]), (Long) Objects.requireNonNull(values[LogColumns.ROW])),
                RowCells.of(layout, cells, new BitSet(0), places((String) values[LogColumns.UNKNOWN], layout)),
                oldKey);
    }

    private static String text(@Nullable Object cell) {
        return (String) Objects.requireNonNull(cell);
    }

    /** A JSON array, which engines can search; null for none. */
    private static @Nullable String names(RowCells cells) {
        if (!cells.hasUnknown()) {
            return null;
        }
        var text = new StringBuilder("[");
        for (int i = 0; i < cells.layout().size(); i++) {
            if (cells.unknown().get(i)) {
                text.append(text.length() == 1 ? "" : ",")
                        .append(quoted(cells.layout().columns().get(i)));
            }
        }
        return text.append(']').toString();
    }

    private static String quoted(Column column) {
        var text = new StringBuilder("\"");
        for (char c : column.name().toCharArray()) {
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }

    /** Columns are found by how they are written, so that nothing needs to be unescaped. */
    private static BitSet places(@Nullable String names, RowLayout layout) {
        var places = new BitSet(0);
        if (names == null) {
            return places;
        }
        int from = 1;
        for (int i = 0; i < layout.size(); i++) {
            String name = quoted(layout.columns().get(i));
            if (names.startsWith(name, from)) {
                places.set(i);
                from += name.length() + 1;
            }
        }
        return places;
    }
}
