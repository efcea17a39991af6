package io.convergence.pipeline;

import static io.convergence.pipeline.TableEvent.DDLS_ROSE;
import static io.convergence.pipeline.TableEvent.DECLARED_COLUMN_DEFAULT;
import static io.convergence.pipeline.TableEvent.DECLARED_EXPIRED;
import static io.convergence.pipeline.TableEvent.DECLARED_LOAD_COMPLETE;
import static io.convergence.pipeline.TableEvent.DECLARED_LOAD_START;
import static io.convergence.pipeline.TableEvent.DECLARED_ORDER;
import static io.convergence.pipeline.TableEvent.DECLARED_RELOADED;
import static io.convergence.pipeline.TableEvent.DECLARED_RENAMED;
import static io.convergence.pipeline.TableEvent.DECLARED_TRUNCATED;
import static io.convergence.pipeline.TableEvent.FAULT;
import static io.convergence.pipeline.TableEvent.FAULT_ENDED;
import static io.convergence.pipeline.TableEvent.FILES_CAME;
import static io.convergence.pipeline.TableEvent.FILES_GONE;
import static io.convergence.pipeline.TableEvent.FILES_RESTORED;
import static io.convergence.pipeline.TableEvent.GUARD_GIVEN;
import static io.convergence.pipeline.TableEvent.NEWER_LOAD;
import static io.convergence.pipeline.TableEvent.ROWS_READ;
import static io.convergence.pipeline.TableEvent.SCHEMA_GIVEN;
import static io.convergence.pipeline.TableEvent.TIME_PASSED;
import static io.convergence.pipeline.TableEvent.UNDONE;

import io.convergence.Finding;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What stands against publishing a table, named by the code of its finding, with what may bring it about and what ends it.
 * The first of those that are there hides the others, in the order in which they stand here.
 *
 * <p>This is the whole law of a table's states. No code of the library enforces it, since no state is stored: it tells people
 * what may end an obstacle, tests hold every look to it, and whoever watches tables may. Between two looks at a table, an obstacle may only come over what it hides
 * if one of its {@link #causes} happened, and may only go if one of its {@link #endings} did. See {@link #mayFollow}.
 * What only rows tell comes and goes by a merge that reads them, too.
 */
public enum Obstacle {
    /** The work broke off. */
    TABLE_FAILED(TableCondition.FAILED, set(FAULT), set(FAULT_ENDED)),
    /** A commit's outcome is open. */
    COMMIT_STATE_UNKNOWN(TableCondition.FAILED, set(FAULT), set(FAULT_ENDED)),
    /** A declared moment lies before what is published. */
    DECLARATION_OVERTAKEN(
            TableCondition.SUSPECT,
            set(DECLARED_TRUNCATED, DECLARED_RELOADED),
            set(DECLARED_TRUNCATED, DECLARED_RELOADED, NEWER_LOAD, UNDONE)),
    /** Rules S13 and S14. */
    RAW_FILE_VANISHED(TableCondition.SUSPECT, set(FILES_GONE, UNDONE), wayOut(FILES_RESTORED, DECLARED_EXPIRED)),
    /** Rule L4: the log says so. */
    TABLE_SUSPECT(TableCondition.SUSPECT, set(FILES_GONE, UNDONE), wayOut(FILES_RESTORED, DECLARED_EXPIRED)),
    /** Rules S2 and S3. */
    ORDER_DISPUTED(
            TableCondition.DISPUTED,
            set(FILES_CAME, NEWER_LOAD, DECLARED_LOAD_START, FILES_RESTORED, ROWS_READ),
            wayOut(DECLARED_ORDER, DECLARED_LOAD_START, FILES_RESTORED, FILES_GONE, ROWS_READ)),
    /** Rule S3: a run begins with changes seen before and has not yet reached what follows them. */
    REPLAY_HELD(TableCondition.HELD, set(FILES_CAME, NEWER_LOAD), wayOut(FILES_CAME, DECLARED_ORDER, FILES_GONE)),
    /** Rule S5. */
    LOAD_TIME_UNKNOWN(
            TableCondition.HELD,
            set(FILES_CAME, NEWER_LOAD, FILES_RESTORED),
            wayOut(DECLARED_LOAD_START, FILES_CAME, FILES_GONE)),
    /** Rule S5. */
    LOAD_LAYOUT_MIXED(TableCondition.HELD, set(FILES_CAME, NEWER_LOAD), wayOut(FILES_GONE)),
    /** Rule S5. */
    LOAD_SET_UNCLEAR(TableCondition.HELD, set(FILES_CAME, NEWER_LOAD), wayOut(FILES_GONE)),
    /** Rule S5. */
    LOAD_FILE_TWICE(TableCondition.HELD, set(FILES_CAME, NEWER_LOAD), wayOut(FILES_GONE)),
    /** Rule S6. */
    LOAD_FILE_MISSING(
            TableCondition.HELD,
            set(FILES_CAME, NEWER_LOAD, FILES_GONE),
            wayOut(FILES_CAME, FILES_RESTORED, FILES_GONE)),
    /** A reload is declared and its files are not there. */
    RELOAD_AWAITED(
            TableCondition.AWAITING_LOAD,
            set(DECLARED_RELOADED, FILES_GONE),
            set(NEWER_LOAD, DECLARED_LOAD_COMPLETE, DECLARED_TRUNCATED, DECLARED_RELOADED)),
    /** Nothing of the table was there ever. */
    NO_FILES(
            TableCondition.AWAITING_LOAD,
            set(FILES_GONE, UNDONE),
            set(FILES_CAME, NEWER_LOAD, DECLARED_LOAD_COMPLETE, DECLARED_TRUNCATED, DECLARED_RELOADED)),
    /** Rule S6: there are changes, and the files of the load that the spec promises are not. */
    LOAD_AWAITED(
            TableCondition.AWAITING_LOAD,
            set(FILES_CAME, FILES_GONE, UNDONE),
            set(NEWER_LOAD, FILES_GONE, DECLARED_LOAD_COMPLETE, DECLARED_TRUNCATED, DECLARED_RELOADED)),
    /** Rule S6: fewer rows than DMS's {@code FullLoadRows}. */
    LOAD_INCOMPLETE(
            TableCondition.LOADING,
            set(FILES_CAME, NEWER_LOAD, FILES_GONE),
            wayOut(FILES_CAME, FILES_GONE, DECLARED_LOAD_COMPLETE)),
    /** Rule S6: the newest LOAD file is younger than the settle time. */
    LOAD_UNSETTLED(
            TableCondition.LOADING,
            set(FILES_CAME, NEWER_LOAD, FILES_RESTORED),
            wayOut(TIME_PASSED, DECLARED_LOAD_COMPLETE, FILES_GONE)),
    /** Rule S6: changes of the time of the load may be missing. */
    RELOAD_CATCHING_UP(
            TableCondition.CATCHING_UP,
            set(FILES_CAME, NEWER_LOAD, FILES_RESTORED, DECLARED_RELOADED, DECLARED_LOAD_COMPLETE),
            wayOut(FILES_CAME, TIME_PASSED)),
    /** Rule S11: history is wanted that is in no file any more. */
    HISTORY_EXPIRED(
            TableCondition.SUSPECT,
            set(FILES_CAME, DECLARED_EXPIRED, ROWS_READ),
            wayOut(FILES_RESTORED, FILES_GONE, ROWS_READ)),
    /** Rule S14. */
    COLUMN_DEFAULT_UNKNOWN(
            TableCondition.SUSPECT,
            set(FILES_CAME, SCHEMA_GIVEN, UNDONE),
            wayOut(DECLARED_COLUMN_DEFAULT, DECLARED_RENAMED, SCHEMA_GIVEN, FILES_GONE)),
    /** Rule S14. */
    RENAME_SUSPECTED(
            TableCondition.SUSPECT,
            set(FILES_CAME, SCHEMA_GIVEN, UNDONE),
            wayOut(DECLARED_COLUMN_DEFAULT, DECLARED_RENAMED, SCHEMA_GIVEN, FILES_GONE)),
    /** Rule S14: DMS counted changes of the table's definition that its columns do not show. */
    DDL_UNEXPLAINED(
            TableCondition.SUSPECT,
            set(DDLS_ROSE, FILES_CAME, FILES_GONE, UNDONE),
            wayOut(DECLARED_COLUMN_DEFAULT, DECLARED_RENAMED, SCHEMA_GIVEN, FILES_CAME)),
    /** Rule S10. Later changes of the keys may tell what these did not. */
    KEY_COLLISION(
            TableCondition.DISPUTED, set(FILES_CAME, NEWER_LOAD, ROWS_READ), wayOut(FILES_CAME, FILES_GONE, ROWS_READ)),
    /** Two rows of one key in a load. */
    LOAD_KEY_TWICE(TableCondition.DISPUTED, set(FILES_CAME, NEWER_LOAD, ROWS_READ), wayOut(FILES_GONE, ROWS_READ)),
    /** Rule S6: a reload would take more of the keys than was said to be right. */
    RELOAD_GUARD(
            TableCondition.SUSPECT,
            set(FILES_CAME, NEWER_LOAD, GUARD_GIVEN, ROWS_READ),
            wayOut(GUARD_GIVEN, FILES_CAME, FILES_GONE, ROWS_READ)),
    /** Another code of a suspect table, such as rows that could not be read. */
    SUSPECT_OTHERWISE(
            TableCondition.SUSPECT,
            set(FILES_CAME, NEWER_LOAD, SCHEMA_GIVEN, ROWS_READ),
            wayOut(FILES_RESTORED, SCHEMA_GIVEN, FILES_GONE, ROWS_READ)),
    /** Another code of a disputed table. */
    DISPUTED_OTHERWISE(
            TableCondition.DISPUTED,
            set(FILES_CAME, NEWER_LOAD, ROWS_READ),
            wayOut(DECLARED_ORDER, FILES_CAME, FILES_GONE, ROWS_READ)),
    /** Rule S7: all that is new belongs to the newest transaction, which may be cut. */
    NEWEST_TRANSACTION_HELD(
            TableCondition.HELD,
            set(FILES_CAME, FILES_GONE, NEWER_LOAD, ROWS_READ, UNDONE),
            wayOut(FILES_CAME, TIME_PASSED, FILES_GONE, FILES_RESTORED, ROWS_READ));

    private final TableCondition condition;
    private final Set<TableEvent> causes;
    private final Set<TableEvent> endings;

    Obstacle(TableCondition condition, Set<TableEvent> causes, Set<TableEvent> endings) {
        this.condition = condition;
        this.causes = Collections.unmodifiableSet(causes);
        this.endings = Collections.unmodifiableSet(endings);
    }

    private static Set<TableEvent> set(TableEvent... events) {
        Set<TableEvent> set = EnumSet.noneOf(TableEvent.class);
        set.addAll(Arrays.asList(events));
        return set;
    }

    /** With what ends nearly everything: a newer load, or the declaration that the table began anew. */
    private static Set<TableEvent> wayOut(TableEvent... events) {
        Set<TableEvent> set = set(events);
        set.addAll(set(NEWER_LOAD, DECLARED_TRUNCATED, DECLARED_RELOADED));
        return set;
    }

    /** The state of a table it stands against. */
    public TableCondition condition() {
        return condition;
    }

    /** What may bring it about. */
    public Set<TableEvent> causes() {
        return causes;
    }

    /** What may end it. */
    public Set<TableEvent> endings() {
        return endings;
    }

    /** Whether it ends without a person: by files that come, or by time. */
    public boolean endsByItself() {
        return endings.contains(FILES_CAME) || endings.contains(TIME_PASSED);
    }

    /**
     * Whether a table may go from one obstacle to another, or to none, if this happened in between. What hides what was there
     * needs a cause; what was there goes only by one of its endings, and may uncover what it hid.
     *
     * @param before empty for a table that nothing stood against
     */
    public static boolean mayFollow(
            Optional<Obstacle> before, Optional<Obstacle> after, Collection<TableEvent> happened) {
        if (before.equals(after)) {
            return true;
        }
        if (before.isPresent() && after.isPresent() && before.get().condition == TableCondition.FAILED) {
            // A table that failed was not looked at, so anything may have happened to it before.
            return !Collections.disjoint(before.get().endings, happened);
        }

        boolean hides = after.isPresent()
                && (before.isEmpty() || after.get().ordinal() < before.get().ordinal());
        return hides
                ? !Collections.disjoint(after.get().causes, happened)
                : !Collections.disjoint(before.orElseThrow().endings, happened);
    }

    /** The one that stands against publishing, by what was found; empty for a table that can be published. */
    static Optional<Obstacle> of(TableState state, List<Finding> findings) {
        TableCondition like = switch (state) {
            case PUBLISHED, UNCHANGED -> null;
            case HELD -> TableCondition.HELD;
            case DISPUTED -> TableCondition.DISPUTED;
            case SUSPECT -> TableCondition.SUSPECT;
            case FAILED -> TableCondition.FAILED;
        };
        if (like == null) {
            return Optional.empty();
        }

        for (Obstacle obstacle : values()) {
            if (obstacle.condition.like() == like
                    && findings.stream().anyMatch(finding -> finding.code().equals(obstacle.name()))) {
                return Optional.of(obstacle);
            }
        }

        return Optional.of(
                switch (like) {
                    case SUSPECT -> SUSPECT_OTHERWISE;
                    case DISPUTED -> DISPUTED_OTHERWISE;
                    case FAILED -> TABLE_FAILED;
                    case HELD, AWAITING_LOAD, LOADING, CATCHING_UP, CURRENT -> NEWEST_TRANSACTION_HELD;
                });
    }
}
