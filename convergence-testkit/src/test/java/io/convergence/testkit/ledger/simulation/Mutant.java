package io.convergence.testkit.ledger.simulation;

import io.convergence.store.ObjectStore;

/** Ways to get the protocol wrong, each of which some invariant must find out. */
enum Mutant {
    NONE,
    /** Sources are deleted, and only then the commit is tried. */
    DELETES_BEFORE_COMMIT,
    /** A slot is written whether or not it is taken. */
    NO_CAS,
    /** Who loses the race for a slot submits the same entry for the next one. */
    RESUBMITS_AT_LATER_SLOT,
    /** Who gets no answer submits the same entry for the next slot. */
    RETRIES_AFTER_UNKNOWN,
    /** Who cannot tell whether its commit arrived cleans up after itself. */
    DELETES_OUTPUTS_AFTER_UNKNOWN,
    /** Raw files are not looked at again before the commit (L4). */
    SOURCES_NOT_CHECKED_AGAIN,
    /** Two runs on one base write files of the same names. */
    REUSES_NAMES,
    /** Raw files are read as they are now, not as they were planned. */
    READS_UNPINNED,
    /** A raw object is told by key and ETag alone (against L3). */
    IGNORES_MODIFIED_TIME;

    boolean is(Mutant other) {
        return this == other;
    }

    /** What a process sees instead of the store. */
    ObjectStore store(ProcessView view, World world, Role role) {
        return switch (this) {
            case NO_CAS -> new MutantStores.NoCas(view);
            case RESUBMITS_AT_LATER_SLOT -> new MutantStores.LaterSlot(view, MutantStores.LaterSlot.Cause.TAKEN);
            case RETRIES_AFTER_UNKNOWN -> new MutantStores.LaterSlot(view, MutantStores.LaterSlot.Cause.UNANSWERED);
            case READS_UNPINNED -> new MutantStores.Unpinned(view);
            case IGNORES_MODIFIED_TIME -> new MutantStores.Timeless(view, world.firstSeen());
            case NONE, DELETES_BEFORE_COMMIT, DELETES_OUTPUTS_AFTER_UNKNOWN, SOURCES_NOT_CHECKED_AGAIN, REUSES_NAMES ->
                view;
        };
    }
}
