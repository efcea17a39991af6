package io.convergence.testkit.ledger.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides what may happen next. Sets of raw files and of outputs are bit masks.
 *
 * @param log one slot after the other
 * @param arrived how many raw files DMS has written; their numbers are 0 to this less one
 * @param raw those that are there
 * @param outputs all that were ever written
 * @param there those of {@code outputs} that exist
 * @param late a commit that is still on its way though its writer has given up or died
 */
record ModelState(
        List<Slot> log,
        int arrived,
        int raw,
        List<Output> outputs,
        int there,
        List<Checkpoint> checkpoints,
        List<Writer> writers,
        Cleaner cleaner,
        Reader reader,
        Intent undoer,
        Intent retirer,
        @Nullable Late late,
        int crashesLeft,
        int lostLeft) {
    static final int NOTHING = -1;

    ModelState {
        log = List.copyOf(log);
        outputs = List.copyOf(outputs);
        checkpoints = List.copyOf(checkpoints);
        writers = List.copyOf(writers);
    }

    enum Kind {
        COMPACTION,
        FENCE,
        /** Takes the newest compaction back. */
        UNDO,
        RETIREMENT
    }

    /** @param what the output that is live from here on or no longer; of a retirement, its raw files; 0 for a fence */
    record Slot(Kind kind, int what) {
        static final Slot FENCE = new Slot(Kind.FENCE, 0);

        static Slot compaction(int output) {
            return new Slot(Kind.COMPACTION, output);
        }
    }

    /** @param base the slot it was planned on */
    record Output(int sources, int base) {}

    /** What someone wrote down as live at a slot. */
    record Checkpoint(int slot, int live) {}

    enum Phase {
        IDLE,
        PLANNED,
        WRITTEN,
        /** A try to commit got no answer. */
        ASKING
    }

    record Writer(Phase phase, int base, int sources, int output) {
        static final Writer IDLE = new Writer(Phase.IDLE, NOTHING, 0, NOTHING);
    }

    enum Cleaning {
        IDLE,
        /** The log was read. */
        BEGUN,
        /** The outputs were listed. */
        LISTED,
        /** The slot is taken, or need not be. */
        FENCED
    }

    /** @param objects that are to be deleted */
    record Cleaner(Cleaning phase, int base, int objects, int runsLeft) {
        static Cleaner idle(int runsLeft) {
            return new Cleaner(Cleaning.IDLE, NOTHING, 0, runsLeft);
        }
    }

    /** @param files outputs still to be read; @param tail raw files still to be read */
    record Reader(boolean reads, int files, int tail, int runsLeft) {}

    /** What someone is about to commit. @param what as in {@link Slot} */
    record Intent(boolean planned, int base, int what, int runsLeft) {
        static Intent none(int runsLeft) {
            return new Intent(false, NOTHING, 0, runsLeft);
        }
    }

    record Late(int slot, int output) {}

    static ModelState initial(int writers, int crashes, int lost, int takenBack) {
        List<Writer> idle = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            idle.add(Writer.IDLE);
        }
        return new ModelState(
                List.of(),
                0,
                0,
                List.of(),
                0,
                List.of(),
                idle,
                Cleaner.idle(1),
                new Reader(false, 0, 0, 1),
                Intent.none(takenBack),
                Intent.none(takenBack),
                null,
                crashes,
                lost);
    }

    int slot() {
        return log.size() - 1;
    }

    /** Outputs that are live at this slot. */
    int live(int slot) {
        int live = 0;
        for (Slot entry : log.subList(0, slot + 1)) {
            live = entry.kind() == Kind.COMPACTION
                    ? live | 1 << entry.what()
                    : entry.kind() == Kind.UNDO ? live & ~(1 << entry.what()) : live;
        }
        return live;
    }

    /** Raw files that may be deleted by what the log says at this slot. */
    int retired(int slot) {
        int retired = 0;
        for (Slot entry : log.subList(0, slot + 1)) {
            retired |= entry.kind() == Kind.RETIREMENT ? entry.what() : 0;
        }
        return retired;
    }

    /** The output an undo at this slot would take back; {@link #NOTHING} if there is none. */
    int newest(int slot) {
        for (int i = slot; i >= 0; i--) {
            Slot entry = log.get(i);
            if (entry.kind() == Kind.COMPACTION || entry.kind() == Kind.UNDO) {
                return entry.kind() == Kind.COMPACTION ? entry.what() : NOTHING;
            }
        }
        return NOTHING;
    }

    int sources(int live) {
        int sources = 0;
        for (int i = 0; i < outputs.size(); i++) {
            if ((live & 1 << i) != 0) {
                sources |= outputs.get(i).sources();
            }
        }
        return sources;
    }

    ModelState withLog(List<Slot> changed) {
        return new ModelState(
                changed,
                arrived,
                raw,
                outputs,
                there,
                checkpoints,
                writers,
                cleaner,
                reader,
                undoer,
                retirer,
                late,
                crashesLeft,
                lostLeft);
    }

    ModelState withSlot(Slot slot) {
        List<Slot> longer = new ArrayList<>(log);
        longer.add(slot);
        return new ModelState(
                longer,
                arrived,
                raw,
                outputs,
                there,
                checkpoints,
                writers,
                cleaner,
                reader,
                undoer,
                retirer,
                late,
                crashesLeft,
                lostLeft);
    }

    ModelState withRaw(int newArrived, int newRaw) {
        return new ModelState(
                log,
                newArrived,
                newRaw,
                outputs,
                there,
                checkpoints,
                writers,
                cleaner,
                reader,
                undoer,
                retirer,
                late,
                crashesLeft,
                lostLeft);
    }

    ModelState withOutput(Output output) {
        List<Output> more = new ArrayList<>(outputs);
        more.add(output);
        return new ModelState(
                log,
                arrived,
                raw,
                more,
                there | 1 << outputs.size(),
                checkpoints,
                writers,
                cleaner,
                reader,
                undoer,
                retirer,
                late,
                crashesLeft,
                lostLeft);
    }

    ModelState withThere(int newThere) {
        return new ModelState(
                log,
                arrived,
                raw,
                outputs,
                newThere,
                checkpoints,
                writers,
                cleaner,
                reader,
                undoer,
                retirer,
                late,
                crashesLeft,
                lostLeft);
    }

    ModelState withCheckpoint(Checkpoint checkpoint) {
        List<Checkpoint> more = new ArrayList<>(checkpoints);
        more.add(checkpoint);
        return new ModelState(
                log,
                arrived,
                raw,
                outputs,
                there,
                more,
                writers,
                cleaner,
                reader,
                undoer,
                retirer,
                late,
                crashesLeft,
                lostLeft);
    }

    ModelState withWriter(int number, Writer writer) {
        List<Writer> changed = new ArrayList<>(writers);
        changed.set(number, writer);
        return new ModelState(
                log,
                arrived,
                raw,
                outputs,
                there,
                checkpoints,
                changed,
                cleaner,
                reader,
                undoer,
                retirer,
                late,
                crashesLeft,
                lostLeft);
    }

    ModelState withCleaner(Cleaner changed) {
        return new ModelState(
                log,
                arrived,
                raw,
                outputs,
                there,
                checkpoints,
                writers,
                changed,
                reader,
                undoer,
                retirer,
                late,
                crashesLeft,
                lostLeft);
    }

    ModelState withReader(Reader changed) {
        return new ModelState(
                log,
                arrived,
                raw,
                outputs,
                there,
                checkpoints,
                writers,
                cleaner,
                changed,
                undoer,
                retirer,
                late,
                crashesLeft,
                lostLeft);
    }

    ModelState withUndoer(Intent changed) {
        return new ModelState(
                log,
                arrived,
                raw,
                outputs,
                there,
                checkpoints,
                writers,
                cleaner,
                reader,
                changed,
                retirer,
                late,
                crashesLeft,
                lostLeft);
    }

    ModelState withRetirer(Intent changed) {
        return new ModelState(
                log,
                arrived,
                raw,
                outputs,
                there,
                checkpoints,
                writers,
                cleaner,
                reader,
                undoer,
                changed,
                late,
                crashesLeft,
                lostLeft);
    }

    ModelState withLate(@Nullable Late changed) {
        return new ModelState(
                log,
                arrived,
                raw,
                outputs,
                there,
                checkpoints,
                writers,
                cleaner,
                reader,
                undoer,
                retirer,
                changed,
                crashesLeft,
                lostLeft);
    }

    ModelState withBudget(int crashes, int lost) {
        return new ModelState(
                log,
                arrived,
                raw,
                outputs,
                there,
                checkpoints,
                writers,
                cleaner,
                reader,
                undoer,
                retirer,
                late,
                crashes,
                lost);
    }
}
