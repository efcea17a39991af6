package io.convergence.audit;

import io.convergence.change.CellState;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeSequence;
import io.convergence.change.ColumnVector;
import io.convergence.change.Operation;
import io.convergence.schema.Column;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognises {@link DmsColumns} in the first rows of some files, read without naming any column. Not thread-safe. */
final class ColumnSniffer {
    /** The form is fixed by DMS, six digits of fraction always. */
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private static final int SEQUENCE_DIGITS = 35;
    private static final Pattern BEFORE = Pattern.compile("(before|old|prev|prior|bi)", Pattern.CASE_INSENSITIVE);

    private static final class Seen {
        private final Column column;
        private boolean first;
        private long timestamps;
        private long sequences;
        private long others;
        private long filledInInserts;
        private long filledInChanges;

        Seen(Column column) {
            this.column = column;
        }
    }

    private final Map<String, Seen> columns = new LinkedHashMap<>();
    private long inserts;

    void take(ChangeBatch batch) {
        for (int i = 0; i < batch.columns().size(); i++) {
            ColumnVector vector = batch.column(i);
            Seen seen = columns.computeIfAbsent(vector.column().name(), name -> new Seen(vector.column()));
            seen.first |= i == 0;
            for (int row = 0; row < batch.size(); row++) {
                if (vector.state(row) == CellState.PRESENT) {
                    look(seen, vector, row, batch.row(row).operation());
                }
            }
        }
        for (int row = 0; row < batch.size(); row++) {
            inserts += batch.row(row).operation() == Operation.INSERT ? 1 : 0;
        }
    }

    private static void look(Seen seen, ColumnVector vector, int row, Operation operation) {
        if (vector.column().type().kind().text()) {
            String text = vector.textValue(row);
            if (text.isEmpty()) {
                return;
            }
            if (isTimestamp(text)) {
                seen.timestamps++;
            } else if (isSequence(text)) {
                seen.sequences++;
            } else {
                seen.others++;
            }
        } else {
            seen.others++;
        }
        if (operation == Operation.INSERT) {
            seen.filledInInserts++;
        } else {
            seen.filledInChanges++;
        }
    }

    DmsColumns found() {
        String timestamp = null;
        String sequence = null;
        for (Seen seen : columns.values()) {
            if (seen.first && seen.timestamps > 0 && seen.others == 0 && seen.sequences == 0) {
                timestamp = seen.column.name();
            }
            if (seen.sequences > 0 && seen.others == 0 && seen.timestamps == 0) {
                sequence = seen.column.name();
            }
        }

        String prefix = affix(Place.PREFIX, timestamp, sequence);
        String suffix = prefix == null ? affix(Place.SUFFIX, timestamp, sequence) : null;
        boolean none = prefix == null && suffix == null;
        return new DmsColumns(
                timestamp,
                sequence,
                none ? null : Objects.requireNonNullElse(prefix, ""),
                none ? null : Objects.requireNonNullElse(suffix, ""));
    }

    private enum Place {
        PREFIX,
        SUFFIX
    }

    /** What the last columns' names have more than names of columns before them, of the same type. */
    private @Nullable String affix(Place place, @Nullable String timestamp, @Nullable String sequence) {
        List<Seen> all = List.copyOf(columns.values());
        for (int i = all.size() - 1; i >= 0; i--) {
            String name = all.get(i).column.name();
            if (name.equals(timestamp) || name.equals(sequence)) {
                continue;
            }
            for (Seen original : all.subList(0, i)) {
                String base = original.column.name();
                boolean longer = place == Place.PREFIX ? name.endsWith(base) : name.startsWith(base);
                if (!longer || name.length() == base.length()) {
                    continue;
                }
                String affix = place == Place.PREFIX
                        ? name.substring(0, name.length() - base.length())
                        : name.substring(base.length());
                if (isBeforeImage(place, affix, all)) {
                    return affix;
                }
            }
        }
        return null;
    }

    /** A foreign key is named the same way, so names alone prove nothing. */
    private boolean isBeforeImage(Place place, String affix, List<Seen> all) {
        long filled = 0;
        for (Seen seen : all) {
            String name = seen.column.name();
            boolean has = place == Place.PREFIX ? name.startsWith(affix) : name.endsWith(affix);
            String base = has && name.length() > affix.length() ? without(place, affix, name) : "";
            Seen original = columns.get(base);
            if (!has || original == null) {
                continue;
            }
            boolean sameType = original.column.type().equals(seen.column.type());
            if (!sameType || seen.filledInInserts > 0) {
                return false;
            }
            filled += seen.filledInChanges;
        }
        boolean named = BEFORE.matcher(affix).find();
        return named || (filled > 0 && inserts > 0);
    }

    private static String without(Place place, String affix, String name) {
        return place == Place.PREFIX
                ? name.substring(affix.length())
                : name.substring(0, name.length() - affix.length());
    }

    private static boolean isTimestamp(String text) {
        if (text.length() != 26 || text.charAt(10) != ' ') {
            return false;
        }
        try {
            LocalDateTime.parse(text, TIMESTAMP);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isSequence(String text) {
        if (text.length() != SEQUENCE_DIGITS) {
            return false;
        }
        try {
            new ChangeSequence(text).commitTime();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
