package io.convergence.testkit.ledger.simulation;

import io.convergence.store.ObjectStore;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Ways to get the protocol wrong, each of which some invariant must find out unless it is called harmless. */
enum Mutant {
    NONE,
    /** Sources are deleted, and only then the commit is tried. */
    DELETES_BEFORE_COMMIT(Invariant.I4_DELETES),
    /** A slot is written whether or not it is taken. */
    NO_CAS(Invariant.LOG),
    /** Who loses the race for a slot submits the same entry for the next one. */
    RESUBMITS_AT_LATER_SLOT(Invariant.I2_ONE_COMMIT),
    /** Who gets no answer submits the same entry for the next slot. */
    RETRIES_AFTER_UNKNOWN(Invariant.I2_ONE_COMMIT),
    /** Who is told 409 takes its commit for refused, and does not look at the slot. */
    BELIEVES_CONFLICTS(Invariant.LOG),
    /** Who cannot tell whether its commit arrived cleans up after itself. */
    DELETES_OUTPUTS_AFTER_UNKNOWN(Invariant.I3_FILES_EXIST, Invariant.I4_DELETES),
    /** Raw files are not looked at again before the commit (L4). */
    SOURCES_NOT_CHECKED_AGAIN(Invariant.I1_ROWS),
    /** The same of a merge. */
    MERGED_SOURCES_NOT_CHECKED_AGAIN(Invariant.I1_ROWS),
    /** Two runs on one base write files of the same names. */
    REUSES_NAMES(Invariant.I8_PREFIXES),
    /** Raw files are read as they are now, not as they were planned, and not looked at again. */
    READS_UNPINNED(Invariant.I1_ROWS, Invariant.I7_CONTENT),
    /** A raw object is told by key and ETag alone (against L3). */
    IGNORES_MODIFIED_TIME(Invariant.I1_ROWS),
    /** Clean-up deletes without taking the slot that a sleeper may still take. */
    CLEANS_WITHOUT_FENCE(Invariant.I3_FILES_EXIST),
    /** Clean-up takes outputs for old that are planned on slots it has not seen. */
    CLEANS_IGNORING_BASE(Invariant.I3_FILES_EXIST, Invariant.I4_DELETES),
    /** Clean-up deletes what a commit has just replaced. */
    NO_GRACE(Invariant.I4_DELETES),
    /** Age is measured by a local clock that is an hour fast. */
    BELIEVES_ITS_CLOCK(Invariant.I4_DELETES),
    /** An undo does not look whether the raw files are still there. */
    UNDOES_WITHOUT_LOOKING(Invariant.I1_ROWS),
    /** Raw files are deleted whatever stands under their keys. */
    RETIRES_WITHOUT_ETAG(Invariant.I4_DELETES),
    /** Raw files are deleted without a word in the log, so that an undo may count on them. */
    RETIRES_WITHOUT_SLOT(Invariant.I4_DELETES),
    /** The manifest is written over whatever another process wrote meanwhile. */
    MANIFEST_WITHOUT_MATCH(Invariant.I5_READERS),
    /** The manifest names compacted files alone. */
    MANIFEST_WITHOUT_TAIL(Invariant.I5_READERS),
    /** Files are deleted that the manifest still names. */
    DELETES_WHAT_IS_SHOWN(Invariant.I4_DELETES),
    /** A checkpoint leaves a live file out, and the slot after it vouches for it. */
    CHECKPOINT_WRONG(Invariant.LOG),
    /** A checkpoint says it covers a slot more than it does, and is believed without the slot's word. */
    CHECKPOINT_A_SLOT_TOO_MANY(Invariant.LOG),
    /** A checkpoint leaves a live file out, and is believed without the slot's word. */
    CHECKPOINT_NOT_VERIFIED(Invariant.LOG),
    /** A checkpoint is overwritten. */
    CHECKPOINT_OVERWRITTEN(Invariant.I8_PREFIXES),
    /** A tail holds another text for a slot, and is believed without a later slot's word. */
    TAIL_NOT_VERIFIED(Invariant.LOG),
    /** A tail holds the text of a slot that lost its race, and is believed without a later slot's word. */
    TAIL_OF_A_LOST_SLOT(Invariant.LOG),
    /** Readers only list, as with compaction in place: outputs lie beside the raw files until those are deleted. */
    LIST_ONLY_IN_PLACE(Invariant.I5_READERS),

    /** Harmless: a checkpoint says it covers a slot more than it does, but no slot names it. */
    UNNAMED_CHECKPOINT_A_SLOT_TOO_MANY,
    /** Harmless: a checkpoint leaves a live file out, but the slot after it names another, or is not there yet. */
    UNNAMED_CHECKPOINT_WRONG,
    /** Harmless: a tail holds another text for a slot, but the slot after it was planned on the true one. */
    UNNAMED_TAIL_WRONG,
    /** Harmless: the same, in a store whose ETags say nothing of the content. */
    UNNAMED_TAIL_WRONG_UNHASHED,
    /** Harmless: a tail holds the text of a slot that lost its race. */
    UNNAMED_TAIL_OF_A_LOST_SLOT,
    /** Harmless: a tail leaves a slot out. */
    UNNAMED_TAIL_WITHOUT_A_SLOT,
    /** Harmless: a tail stands in the place of the next. */
    UNNAMED_TAIL_STALE;

    private final Set<Invariant> breaks;

    Mutant(Invariant... breaks) {
        this.breaks = breaks.length == 0 ? Set.of() : Collections.unmodifiableSet(EnumSet.of(breaks[0], breaks));
    }

    /** One of these is what must be seen to be broken; what else goes wrong by it shows nothing. */
    Set<Invariant> breaks() {
        return breaks;
    }

    boolean is(Mutant other) {
        return this == other;
    }

    /** Whether it only costs time: the judge must not find anything but checkpoints and tails that were passed over. */
    boolean isHarmless() {
        return name().startsWith("UNNAMED_");
    }

    /** What a process sees instead of the store. */
    ObjectStore store(ProcessView view, World world, Role role) {
        return switch (this) {
            case NO_CAS -> new MutantStores.NoCas(view);
            case RESUBMITS_AT_LATER_SLOT -> new MutantStores.LaterSlot(view, MutantStores.LaterSlot.Cause.TAKEN);
            case RETRIES_AFTER_UNKNOWN -> new MutantStores.LaterSlot(view, MutantStores.LaterSlot.Cause.UNANSWERED);
            case BELIEVES_CONFLICTS -> new MutantStores.Refusing(view);
            case READS_UNPINNED -> new MutantStores.Unpinned(view);
            case IGNORES_MODIFIED_TIME -> new MutantStores.Timeless(view, world.firstSeen());
            case CLEANS_WITHOUT_FENCE -> role == Role.CLEANER ? new MutantStores.NoFence(view) : view;
            case CLEANS_IGNORING_BASE -> role == Role.CLEANER ? new MutantStores.NoBase(view) : view;
            case NO_GRACE -> new MutantStores.FastClock(view, Duration.ofDays(9));
            case BELIEVES_ITS_CLOCK -> new MutantStores.FastClock(view, Duration.ofHours(1));
            case UNDOES_WITHOUT_LOOKING -> role == Role.UNDOER ? new MutantStores.Blind(view, world) : view;
            case RETIRES_WITHOUT_ETAG -> role == Role.RETIRER ? new MutantStores.NoEtag(view, world) : view;
            case RETIRES_WITHOUT_SLOT -> role == Role.RETIRER ? new MutantStores.NoFence(view) : view;
            case MANIFEST_WITHOUT_MATCH -> new MutantStores.NoMatch(view);
            case DELETES_OUTPUTS_AFTER_UNKNOWN -> new MutantStores.Tidy(view);
            case CHECKPOINT_WRONG -> new MutantCheckpoints.Wrong(view, world);
            case CHECKPOINT_A_SLOT_TOO_MANY ->
                new MutantCheckpoints.Believing(new MutantCheckpoints.TooMany(view, world.checkpointTexts()), world);
            case CHECKPOINT_NOT_VERIFIED ->
                new MutantCheckpoints.Believing(new MutantCheckpoints.Shortened(view), world);
            case UNNAMED_CHECKPOINT_A_SLOT_TOO_MANY -> new MutantCheckpoints.TooMany(view, world.checkpointTexts());
            case UNNAMED_CHECKPOINT_WRONG -> new MutantCheckpoints.Shortened(view);
            case CHECKPOINT_OVERWRITTEN -> new MutantCheckpoints.Overwriting(view);
            case TAIL_NOT_VERIFIED ->
                new MutantTails.Believing(
                        new MutantTails.Damaging(new MutantTails.Unhashed(view), world, MutantTails.Damage.OTHER_TEXT),
                        world);
            case TAIL_OF_A_LOST_SLOT ->
                new MutantTails.Believing(
                        new MutantTails.Damaging(new MutantTails.Unhashed(view), world, MutantTails.Damage.LOST_SLOT),
                        world);
            case UNNAMED_TAIL_WRONG -> new MutantTails.Damaging(view, world, MutantTails.Damage.OTHER_TEXT);
            case UNNAMED_TAIL_WRONG_UNHASHED ->
                new MutantTails.Damaging(new MutantTails.Unhashed(view), world, MutantTails.Damage.OTHER_TEXT);
            case UNNAMED_TAIL_OF_A_LOST_SLOT -> new MutantTails.Damaging(view, world, MutantTails.Damage.LOST_SLOT);
            case UNNAMED_TAIL_WITHOUT_A_SLOT ->
                new MutantTails.Damaging(view, world, MutantTails.Damage.A_SLOT_MISSING);
            case UNNAMED_TAIL_STALE -> new MutantTails.Damaging(view, world, MutantTails.Damage.STALE);
            case NONE,
                    DELETES_BEFORE_COMMIT,
                    SOURCES_NOT_CHECKED_AGAIN,
                    MERGED_SOURCES_NOT_CHECKED_AGAIN,
                    REUSES_NAMES,
                    MANIFEST_WITHOUT_TAIL,
                    DELETES_WHAT_IS_SHOWN,
                    LIST_ONLY_IN_PLACE -> view;
        };
    }
}
