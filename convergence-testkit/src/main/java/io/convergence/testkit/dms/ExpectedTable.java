package io.convergence.testkit.dms;

import static java.util.Objects.requireNonNull;

import io.convergence.pipeline.TableState;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What must become of a table after a script. The rows are the scripted source's own, never read from files. Immutable.
 *
 * @param schema the source's columns by their names in the landing zone
 * @param rows the source's rows now, in the order of the schema's columns; values are of each type's value class
 * @param obstacles why the table must not be published, or cannot be right; empty if it must be published with these rows
 */
public record ExpectedTable(TableSchema schema, List<List<@Nullable Object>> rows, List<Obstacle> obstacles) {
    /** What the script planted. */
    public enum Kind {
        /** The source's clock stepped back between two changes of one key: rule S2. */
        CLOCK_STEPPED_BACK(TableState.DISPUTED),
        /** A column was added with a default, which no file tells: rule S14. */
        COLUMN_DEFAULT_UNKNOWN(TableState.SUSPECT),
        /** Between two files a column vanished and another appeared, renamed or not: rule S14. */
        RENAME_SUSPECTED(TableState.SUSPECT),
        /** A captured TRUNCATE deleted the table's files. Suspect to whoever has read them: rule S14. */
        FOLDER_EMPTIED(TableState.SUSPECT),
        /**
         * The transaction that a run begins with writes rows twice and is cut between them: until a later change comes, nothing tells
         * them from a task that writes the first ones again (rule S3). {@link DmsScript#expected} states it as long as it lasts.
         */
        REPLAY_NOT_EXCLUDED(TableState.HELD),
        /** TRUNCATE left no trace at all: the table is wrong until it is reconciled or reloaded. */
        TRUNCATE_NOT_CAPTURED(null),
        /** A real SET NULL in a column whose nulls count as not logged: the old value stays until it is repaired (rules S8, S19). */
        NULL_NOT_TOLD(null);

        private final @Nullable TableState state;

        Kind(@Nullable TableState state) {
            this.state = state;
        }

        /** The state a merge must end in; empty where nothing in the files can tell, so that the published table differs. */
        public Optional<TableState> state() {
            return Optional.ofNullable(state);
        }

        /** Whether {@link DmsScript#declarations} ends it. */
        public boolean endsByDeclaration() {
            return this == COLUMN_DEFAULT_UNKNOWN || this == RENAME_SUSPECTED;
        }
    }

    /**
     * One reason.
     *
     * @param detail where and when, for messages
     */
    public record Obstacle(Kind kind, String detail) {
        public Obstacle {
            requireNonNull(kind, "kind");
            requireNonNull(detail, "detail");
        }
    }

    public ExpectedTable {
        requireNonNull(schema, "schema");
        List<List<@Nullable Object>> copies = new ArrayList<>();
        rows.forEach(row -> copies.add(Collections.unmodifiableList(new ArrayList<>(row))));
        rows = Collections.unmodifiableList(copies);
        obstacles = List.copyOf(obstacles);
    }

    /** Whether a merge of all files must publish exactly these rows. */
    public boolean mustBePublished() {
        return obstacles.isEmpty();
    }
}
