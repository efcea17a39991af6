package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.ledger.LedgerEntry;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the published files keep of the changes of a table, with the names of the columns it adds. Every commit says its
 * style in a note, so that a table is never published half in one style and half in another. Immutable; thread-safe.
 *
 * @param deletedColumns of soft delete
 * @param logColumns of a change log
 */
public record TableStyle(SnapshotStyle kind, DeletedColumns deletedColumns, LogColumns logColumns) {
    /** The name of the note of a commit. A commit without it is of {@link SnapshotStyle#CURRENT}. */
    public static final String NOTE = "style";

    public TableStyle {
        requireNonNull(kind, "kind");
        requireNonNull(deletedColumns, "deletedColumns");
        requireNonNull(logColumns, "logColumns");
    }

    private TableStyle(SnapshotStyle kind) {
        this(kind, DeletedColumns.defaults(), LogColumns.defaults());
    }

    /** The row of each key as it is now. */
    public static TableStyle current() {
        return new TableStyle(SnapshotStyle.CURRENT);
    }

    /** Deleted rows stay and say so, in columns of the standard names. */
    public static TableStyle softDelete() {
        return new TableStyle(SnapshotStyle.SOFT_DELETE);
    }

    public static TableStyle softDelete(DeletedColumns names) {
        return new TableStyle(SnapshotStyle.SOFT_DELETE, names, LogColumns.defaults());
    }

    /** Each change as a row of its own, with columns of the standard names; the table needs no key. */
    public static TableStyle append() {
        return new TableStyle(SnapshotStyle.APPEND);
    }

    public static TableStyle append(LogColumns names) {
        return new TableStyle(SnapshotStyle.APPEND, DeletedColumns.defaults(), names);
    }

    /** What a commit's note says of it; empty for one that needs none. */
    public Optional<String> note() {
        return switch (kind) {
            case CURRENT -> Optional.empty();
            case SOFT_DELETE -> Optional.of(note(List.of(deletedColumns.deleted(), deletedColumns.deletedAt())));
            case APPEND -> Optional.of(note(logColumns.names()));
        };
    }

    private String note(List<String> names) {
        List<String> words = new ArrayList<>();
        words.add(kind.label());
        names.forEach(name -> words.add(URLEncoder.encode(name, StandardCharsets.UTF_8)));
        return String.join(" ", words);
    }

    /**
     * The style in which a commit was published.
     *
     * @throws CuratedTableException if its note is of a version of Convergence that this one does not know
     */
    public static TableStyle of(LedgerEntry.Merge published) {
        String note = published.notes().get(NOTE);
        if (note == null) {
            return current();
        }

        String[] words = note.split(" ", -1);
        List<String> names = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            names.add(URLDecoder.decode(words[i], StandardCharsets.UTF_8));
        }
        if (words[0].equals(SnapshotStyle.SOFT_DELETE.label()) && names.size() == 2) {
            return softDelete(new DeletedColumns(names.get(0), names.get(1)));
        }
        if (words[0].equals(SnapshotStyle.APPEND.label()) && names.size() == 9) {
            return append(new LogColumns(
                    names.get(0),
                    names.get(1),
                    names.get(2),
                    names.get(3),
                    names.get(4),
                    names.get(5),
                    names.get(6),
                    names.get(7),
                    names.get(8)));
        }

        throw CuratedTableException.schema(
                "table " + published.schema().table() + " is published in style '" + note
                        + "', which this version does not know.",
                "Use the version that published it, or a later one.");
    }

    @Override
    public String toString() {
        return note().orElse(kind.label());
    }
}
