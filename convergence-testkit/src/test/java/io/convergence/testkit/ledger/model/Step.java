package io.convergence.testkit.ledger.model;

/** @param who number of a writer, an output or a slot; 0 where there is but one */
record Step(Act act, int who) {
    enum Act {
        /** DMS writes a raw file. */
        ARRIVE,
        PLAN,
        WRITE,
        /** Put-if-absent of the slot after the base, answered. */
        COMMIT,
        /** The same; it takes effect if it can and the answer is lost. */
        COMMIT_UNANSWERED,
        /** The request is on its way and the writer is told of a timeout. */
        COMMIT_DELAYED,
        /** The writer reads the slot, and tries again if it is empty. */
        ASK,
        GIVE_UP,
        /** A delayed request arrives. */
        ARRIVE_LATE,
        CRASH,
        /** Clean-up reads the log. */
        CLEAN,
        /** It lists the outputs, and knows what it is to delete. */
        LIST,
        FENCE,
        DELETE,
        CLEANED,
        CHECKPOINT,
        PLAN_UNDO,
        UNDO,
        PLAN_RETIREMENT,
        RETIRE,
        /** A raw file the log calls retired is deleted. */
        DELETE_RAW,
        READ,
        /** By the texts of the slots up to the last but one, which a writer put together, and the last slot itself. */
        READ_BY_TAIL,
        READ_FILE,
        READ_RAW
    }

    @Override
    public String toString() {
        return act + " " + who;
    }
}
