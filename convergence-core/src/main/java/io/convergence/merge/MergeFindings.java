package io.convergence.merge;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangePosition;
import java.time.Instant;
import java.util.List;

/** The texts of the merge's findings. */
final class MergeFindings {
    private MergeFindings() {}

    static Finding keyCollision(MergePolicy policy, MergeKey key, String why) {
        return Finding.error(
                "KEY_COLLISION",
                policy.schema().table().toString(),
                "Key " + key + " is contested: " + why + ".",
                "Reload the table, or write before-images of all columns (column filter 'all') so that rows can be"
                        + " told apart.");
    }

    static Finding orderDisputed(String what, Change one, Change other) {
        return Finding.error(
                "ORDER_DISPUTED",
                one.place() + " and " + other.place(),
                what + " (positions " + one.position().encode() + " and "
                        + other.position().encode() + ").",
                declaration(one.position(), other.position()));
    }

    static Finding orderDisputed(Change change, StoredRow stored) {
        return Finding.error(
                "ORDER_DISPUTED",
                change.place(),
                "Commit time and change counter disagree about the order of a change of key " + change.key()
                        + " and the stored row (positions " + change.position().encode() + " and "
                        + stored.position().encode() + ").",
                declaration(change.position(), stored.position()));
    }

    /** Which declaration of order would end a dispute of two changes. */
    private static String declaration(ChangePosition one, ChangePosition other) {
        if (!(one instanceof ChangePosition.Sequenced a) || !(other instanceof ChangePosition.Sequenced b)) {
            return "Reload the table.";
        }

        Instant run = a.run().isAfter(b.run()) ? a.run() : b.run();
        return a.run().equals(b.run())
                ? "Reload the table; or declare what decides in this run, the order '" + run + "=counter' or '" + run
                        + "=files'."
                : "Reload the table; or, if the changes of the later run came after those before it, declare the order '"
                        + run + "=follows'.";
    }

    static Finding historyIncomplete(MergePolicy policy, MergeKey key, StoredRow stored) {
        return Finding.error(
                "HISTORY_INCOMPLETE",
                policy.schema().table().toString(),
                "The history given for key " + key + " lacks the change at "
                        + stored.position().encode() + ", which was applied before.",
                "Give every change of the key in this generation; if raw files of it are gone, reload the table.");
    }

    static Finding quarantined(Change change) {
        return Finding.warning(
                "CHANGE_QUARANTINED",
                change.place(),
                "A change of absent key " + change.key() + " at "
                        + change.position().encode()
                        + " lies below the floor: whether the row was deleted since is no longer known.",
                "Compare the row with the source and reload the table if it is missing.");
    }

    static Finding late(MergePolicy policy, long changes, Instant completeThrough) {
        return Finding.warning(
                "LATE_CHANGES",
                policy.schema().table().toString(),
                changes + " changes committed before " + completeThrough
                        + " arrived after the table was published as complete until then.",
                "Nothing is to be done for this state: they are in it. Raise the settle time if this repeats.");
    }

    static Finding orphans(MergePolicy policy, long updates) {
        return Finding.warning(
                "ORPHANS_POSSIBLE",
                policy.schema().table().toString(),
                updates
                        + " updates met an absent key, and key changes are not tracked: rows may be left under their"
                        + " old keys.",
                "Add the transformation add-before-image-columns for key columns and reload the table.");
    }

    static Finding rowsOfUpdates(MergePolicy policy, long rows, boolean loaded) {
        String message = rows + " rows were made by updates of keys that were absent"
                + (loaded
                        ? ": the load or an insert of them is missing, or they came from other keys unseen and rows"
                                + " are left over there (orphans)."
                        : "; cells that those updates do not tell are null.");
        return loaded
                ? Finding.warning(
                        "UPDATES_OF_ABSENT",
                        policy.schema().table().toString(),
                        message,
                        "Compare the table with the source; reload it if they differ.")
                : Finding.info(
                        "UPDATES_OF_ABSENT",
                        policy.schema().table().toString(),
                        message,
                        "Nothing to do for a table that is not loaded; a load would complete its rows.");
    }

    static Finding loadKeyTwice(MergePolicy policy, List<Change[]> pairs) {
        return Finding.error(
                "LOAD_KEY_TWICE",
                policy.schema().table().toString(),
                pairs.size() + " rows of the full load have the key " + policy.keyColumns()
                        + " of another row of it and differ from that; the first are " + places(pairs.get(0)) + ".",
                "Give the key that tells the source's rows apart, with types that hold it exactly, or reload the"
                        + " table.");
    }

    static Finding loadRowMoved(MergePolicy policy, List<Change[]> pairs) {
        return Finding.warning(
                "LOAD_ROW_MOVED",
                policy.schema().table().toString(),
                pairs.size()
                        + " rows of the full load were read in two segments and differ; changes that follow tell the"
                        + " rows. The first are "
                        + places(pairs.get(0)) + ".",
                "Nothing if rows move between the segments at the source; else check the key " + policy.keyColumns()
                        + ".");
    }

    private static String places(Change[] pair) {
        return pair[0].place() + " and " + pair[1].place();
    }

    static Finding loadOverlap(MergePolicy policy, long cells) {
        return Finding.warning(
                "LOAD_OVERLAP_UNKNOWN",
                policy.schema().table().toString(),
                cells
                        + " cells are unknown and published as null: keys were left and taken again by key changes"
                        + " that do not log them while the full load ran, and it may have read the row before or the"
                        + " row after.",
                "Update those rows at the source with these columns logged, or reload the table while no key changes.");
    }

    static Finding unseenKeyFreed(MergePolicy policy, long keys) {
        return Finding.info(
                "UNSEEN_KEY_FREED",
                policy.schema().table().toString(),
                keys
                        + " keys never seen before were inserted and freed again in one transaction, and are taken as"
                        + " free.",
                "Nothing, unless the source defers its unique constraints: then load the table, so that rows older"
                        + " than the changes are known.");
    }

    static Finding historyContested(MergePolicy policy, Change change) {
        return Finding.error(
                "KEY_COLLISION",
                policy.schema().table().toString(),
                "At the commit of " + change.operation() + " at " + change.place() + " it is not told which row key "
                        + change.key() + " has.",
                "Reload the table, or write before-images of all columns (column filter 'all') so that rows can be"
                        + " told apart; the current state may be told all the same.");
    }

    static Finding historyTimeBack(Change first, long changes) {
        return Finding.warning(
                "HISTORY_TIME_BACK",
                first.place(),
                changes
                        + " changes were committed, by the source's clock, before earlier changes of the same key;"
                        + " their versions begin when the version before began or ended. This is the first.",
                "Nothing if the source's clock was set back; the order of versions is right.");
    }

    static Finding loggedTwice(LogEntry one, LogEntry other) {
        return Finding.error(
                "ORDER_DISPUTED",
                one.origin() + " and " + other.origin(),
                "Two different changes carry the same identity (" + one.id().text() + ").",
                "Reload the table: nothing is logged until then, since no order can be declared yet.");
    }

    /** @param logged whether one of them is in the log, where no declaration moves it any more */
    static Finding logOrderDisputed(LogEntry one, LogEntry other, boolean logged) {
        String run = other.id().text().split("\\|", -1)[1];
        return Finding.error(
                "ORDER_DISPUTED",
                one.origin() + " and " + other.origin(),
                "Commit time and change counter disagree about the order of two changes of one key (positions "
                        + one.position() + " and " + other.position() + ").",
                logged
                        ? "Reload the table. To declare an order, keep a new log under other output and control prefixes: what is logged stays where it is."
                        : "Reload the table; or, if nothing of the run is logged yet, declare what decides in it, the order '"
                                + run + "=counter' or '" + run + "=files', or that it came after what is before it, '"
                                + run + "=follows'.");
    }

    static Finding loggedLate(TableId table, long changes, Instant completeThrough) {
        return Finding.warning(
                "LATE_CHANGES",
                table.toString(),
                changes + " changes committed before " + completeThrough
                        + " arrived after the log was published as complete until then.",
                "Nothing is to be done for readers that order by position: they are in the log. Raise the settle time"
                        + " if this repeats.");
    }
}
