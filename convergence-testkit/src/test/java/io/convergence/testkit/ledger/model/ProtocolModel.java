package io.convergence.testkit.ledger.model;

import static io.convergence.testkit.ledger.model.ModelState.NOTHING;

import io.convergence.testkit.ledger.model.ModelState.Checkpoint;
import io.convergence.testkit.ledger.model.ModelState.Cleaner;
import io.convergence.testkit.ledger.model.ModelState.Cleaning;
import io.convergence.testkit.ledger.model.ModelState.Intent;
import io.convergence.testkit.ledger.model.ModelState.Kind;
import io.convergence.testkit.ledger.model.ModelState.Late;
import io.convergence.testkit.ledger.model.ModelState.Output;
import io.convergence.testkit.ledger.model.ModelState.Phase;
import io.convergence.testkit.ledger.model.ModelState.Reader;
import io.convergence.testkit.ledger.model.ModelState.Slot;
import io.convergence.testkit.ledger.model.ModelState.Writer;
import io.convergence.testkit.ledger.model.Step.Act;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The protocol of slots, generations, fences and checkpoints: what may happen in a state, and what must never be.
 * Written from the rules, not from the code.
 */
final class ProtocolModel {
    private final Bound bound;
    private final Set<Flaw> flaws;

    /**
     * @param slots no plan begins when the log has so many
     * @param takenBack how often an undo may begin, and how often a retirement
     * @param checkpointEvery slots
     */
    record Bound(
            int writers,
            int rawFiles,
            int slots,
            int outputs,
            int crashes,
            int lost,
            int takenBack,
            int checkpointEvery) {}

    /** What the protocol would be without one of its rules; each must be found out. */
    enum Flaw {
        NO_CAS,
        LATER_SLOT_AFTER_CONFLICT,
        RETRY_AFTER_UNKNOWN,
        DELETE_OUTPUT_AFTER_UNKNOWN,
        CLEAN_WITHOUT_FENCE,
        CLEAN_IGNORING_BASE,
        NO_GRACE,
        CHECKPOINT_OF_WHAT_WAS_WRITTEN,
        CHECKPOINT_OF_A_SLOT_TOO_MANY,
        TAIL_WITHOUT_A_SLOT,
        TAIL_OF_WHAT_WAS_WRITTEN,
        UNDO_WITHOUT_CHECK,
        RETIRE_WITHOUT_SLOT
    }

    ProtocolModel(Bound bound, Set<Flaw> flaws) {
        this.bound = bound;
        this.flaws = flaws.isEmpty() ? EnumSet.noneOf(Flaw.class) : EnumSet.copyOf(flaws);
    }

    ModelState initial() {
        return ModelState.initial(bound.writers(), bound.crashes(), bound.lost(), bound.takenBack());
    }

    /** Every step that is possible, with the state after it. */
    void successors(ModelState state, BiConsumer<Step, ModelState> found) {
        if (state.arrived() < bound.rawFiles()) {
            found.accept(
                    new Step(Act.ARRIVE, state.arrived()),
                    state.withRaw(state.arrived() + 1, state.raw() | 1 << state.arrived()));
        }
        for (int i = 0; i < bound.writers(); i++) {
            writer(state, i, found);
        }
        Late late = state.late();
        if (late != null) {
            found.accept(
                    new Step(Act.ARRIVE_LATE, 0),
                    put(state, late.slot(), late.output()).withLate(null));
        }
        cleaner(state, found);
        checkpoints(state, found);
        undoer(state, found);
        retirer(state, found);
        reader(state, found);
    }

    private void writer(ModelState state, int number, BiConsumer<Step, ModelState> found) {
        Writer writer = state.writers().get(number);
        ModelState idle = state.withWriter(number, Writer.IDLE);
        switch (writer.phase()) {
            case IDLE -> {
                int loose = state.raw() & ~state.sources(state.live(state.slot()));
                if (loose != 0
                        && state.outputs().size() < bound.outputs()
                        && state.log().size() < bound.slots()) {
                    found.accept(
                            new Step(Act.PLAN, number),
                            state.withWriter(number, new Writer(Phase.PLANNED, state.slot(), loose, NOTHING)));
                }
            }
            case PLANNED -> {
                if (state.outputs().size() < bound.outputs()) {
                    var written = new Writer(
                            Phase.WRITTEN,
                            writer.base(),
                            writer.sources(),
                            state.outputs().size());
                    found.accept(
                            new Step(Act.WRITE, number),
                            state.withOutput(new Output(writer.sources(), writer.base()))
                                    .withWriter(number, written));
                }
            }
            case WRITTEN -> {
                found.accept(new Step(Act.COMMIT, number), committed(state, number, writer));
                if (state.lostLeft() > 0 && state.late() == null) {
                    ModelState asking = state.withWriter(
                                    number, new Writer(Phase.ASKING, writer.base(), writer.sources(), writer.output()))
                            .withBudget(state.crashesLeft(), state.lostLeft() - 1);
                    found.accept(
                            new Step(Act.COMMIT_UNANSWERED, number), put(asking, writer.base() + 1, writer.output()));
                    found.accept(
                            new Step(Act.COMMIT_DELAYED, number),
                            asking.withLate(new Late(writer.base() + 1, writer.output())));
                }
            }
            case ASKING -> {
                found.accept(new Step(Act.ASK, number), committed(state, number, writer));
                found.accept(new Step(Act.GIVE_UP, number), givenUp(state, number, writer));
            }
        }
        if (writer.phase() != Phase.IDLE && state.crashesLeft() > 0) {
            found.accept(new Step(Act.CRASH, number), idle.withBudget(state.crashesLeft() - 1, state.lostLeft()));
        }
    }

    private ModelState committed(ModelState state, int number, Writer writer) {
        int slot = writer.base() + 1;
        ModelState after = put(state, slot, writer.output()).withWriter(number, Writer.IDLE);
        boolean taken = !after.log().get(slot).equals(Slot.compaction(writer.output()));
        return taken && flaws.contains(Flaw.LATER_SLOT_AFTER_CONFLICT)
                ? after.withSlot(Slot.compaction(writer.output()))
                : after;
    }

    private ModelState givenUp(ModelState state, int number, Writer writer) {
        ModelState idle = state.withWriter(number, Writer.IDLE);
        if (flaws.contains(Flaw.DELETE_OUTPUT_AFTER_UNKNOWN)) {
            return idle.withThere(state.there() & ~(1 << writer.output()));
        }
        return flaws.contains(Flaw.RETRY_AFTER_UNKNOWN) ? idle.withSlot(Slot.compaction(writer.output())) : idle;
    }

    /** Put-if-absent; a slot beyond the next one cannot be planned. */
    private ModelState put(ModelState state, int slot, int output) {
        if (slot == state.log().size()) {
            return state.withSlot(Slot.compaction(output));
        }
        if (!flaws.contains(Flaw.NO_CAS)) {
            return state;
        }

        List<Slot> overwritten = new ArrayList<>(state.log());
        overwritten.set(slot, Slot.compaction(output));
        return state.withLog(overwritten);
    }

    private void cleaner(ModelState state, BiConsumer<Step, ModelState> found) {
        Cleaner cleaner = state.cleaner();
        ModelState idle = state.withCleaner(Cleaner.idle(cleaner.runsLeft()));
        switch (cleaner.phase()) {
            case IDLE -> {
                if (cleaner.runsLeft() > 0 && !state.outputs().isEmpty()) {
                    found.accept(
                            new Step(Act.CLEAN, 0),
                            state.withCleaner(new Cleaner(Cleaning.BEGUN, state.slot(), 0, cleaner.runsLeft() - 1)));
                }
            }
            case BEGUN ->
                found.accept(
                        new Step(Act.LIST, 0),
                        state.withCleaner(
                                new Cleaner(Cleaning.LISTED, cleaner.base(), unreferenced(state), cleaner.runsLeft())));
            case LISTED -> {
                Cleaner fenced = new Cleaner(Cleaning.FENCED, cleaner.base(), cleaner.objects(), cleaner.runsLeft());
                if (cleaner.objects() == 0) {
                    found.accept(new Step(Act.CLEANED, 0), idle);
                } else if (!isOpen(state) || flaws.contains(Flaw.CLEAN_WITHOUT_FENCE)) {
                    found.accept(new Step(Act.FENCE, 0), state.withCleaner(fenced));
                } else if (cleaner.base() == state.slot()) {
                    found.accept(
                            new Step(Act.FENCE, 0), state.withSlot(Slot.FENCE).withCleaner(fenced));
                } else {
                    found.accept(new Step(Act.FENCE, 0), idle);
                }
            }
            case FENCED -> {
                for (int i = 0; i < state.outputs().size(); i++) {
                    if ((cleaner.objects() & state.there() & 1 << i) != 0 && isPastGrace(state, 1 << i)) {
                        found.accept(new Step(Act.DELETE, i), state.withThere(state.there() & ~(1 << i)));
                    }
                }
                found.accept(new Step(Act.CLEANED, 0), idle);
            }
        }
    }

    /** Outputs that are there, not live by the log as it was read, and of no plan that was made after it. */
    private int unreferenced(ModelState state) {
        int base = state.cleaner().base();
        int unreferenced = state.there() & ~state.live(base);
        for (int i = 0; i < state.outputs().size(); i++) {
            boolean newer = state.outputs().get(i).base() > base;
            if (newer && !flaws.contains(Flaw.CLEAN_IGNORING_BASE)) {
                unreferenced &= ~(1 << i);
            }
        }
        return unreferenced;
    }

    /** Whether what is to be deleted may still be committed: its slot is the one after that which was read. */
    static boolean isOpen(ModelState state) {
        Cleaner cleaner = state.cleaner();
        for (int i = 0; i < state.outputs().size(); i++) {
            if ((cleaner.objects() & 1 << i) != 0 && state.outputs().get(i).base() == cleaner.base()) {
                return true;
            }
        }
        return false;
    }

    /** Grace is perfect here: whoever reads a file had it before it could be deleted. */
    private boolean isPastGrace(ModelState state, int file) {
        return flaws.contains(Flaw.NO_GRACE) || (state.reader().files() & file) == 0;
    }

    private void undoer(ModelState state, BiConsumer<Step, ModelState> found) {
        Intent undo = state.undoer();
        if (undo.planned()) {
            ModelState idle = state.withUndoer(Intent.none(undo.runsLeft()));
            boolean taken = undo.base() != state.slot();
            found.accept(new Step(Act.UNDO, 0), taken ? idle : idle.withSlot(new Slot(Kind.UNDO, undo.what())));
            return;
        }

        if (undo.runsLeft() > 0 && state.log().size() < bound.slots() && mayUndo(state)) {
            found.accept(
                    new Step(Act.PLAN_UNDO, 0),
                    state.withUndoer(new Intent(true, state.slot(), state.newest(state.slot()), undo.runsLeft() - 1)));
        }
    }

    /** Whether there is something to take back, and all that would be read from raw files again is there. */
    boolean mayUndo(ModelState state) {
        int newest = state.newest(state.slot());
        if (newest == NOTHING) {
            return false;
        }

        // A fence, as far back as any grace goes, and a retirement make what stands before them final.
        boolean last = state.log().get(state.slot()).equals(Slot.compaction(newest));
        int sources = state.outputs().get(newest).sources();
        boolean there = last && (sources & state.retired(state.slot())) == 0 && (sources & ~state.raw()) == 0;
        return there || flaws.contains(Flaw.UNDO_WITHOUT_CHECK);
    }

    /** Raw files of live outputs that were not retired before. */
    static int retirable(ModelState state) {
        return state.sources(state.live(state.slot())) & ~state.retired(state.slot());
    }

    private void retirer(ModelState state, BiConsumer<Step, ModelState> found) {
        Intent intent = state.retirer();
        ModelState idle = state.withRetirer(Intent.none(intent.runsLeft()));
        if (intent.planned()) {
            if (flaws.contains(Flaw.RETIRE_WITHOUT_SLOT)) {
                found.accept(new Step(Act.RETIRE, 0), idle.withRaw(state.arrived(), state.raw() & ~intent.what()));
            } else {
                boolean taken = intent.base() != state.slot();
                found.accept(
                        new Step(Act.RETIRE, 0),
                        taken ? idle : idle.withSlot(new Slot(Kind.RETIREMENT, intent.what())));
            }
        } else if (intent.runsLeft() > 0 && state.log().size() < bound.slots()) {
            int covered = retirable(state);
            if (covered != 0) {
                found.accept(
                        new Step(Act.PLAN_RETIREMENT, 0),
                        state.withRetirer(new Intent(true, state.slot(), covered, intent.runsLeft() - 1)));
            }
        }
        int deletable =
                state.retired(state.slot()) & state.raw() & ~state.reader().tail();
        if (deletable != 0) {
            int file = Integer.numberOfTrailingZeros(deletable);
            found.accept(new Step(Act.DELETE_RAW, file), state.withRaw(state.arrived(), state.raw() & ~(1 << file)));
        }
    }

    private void checkpoints(ModelState state, BiConsumer<Step, ModelState> found) {
        for (int slot = bound.checkpointEvery() - 1; slot < state.log().size(); slot += bound.checkpointEvery()) {
            int covered = slot;
            if (state.checkpoints().stream().noneMatch(checkpoint -> checkpoint.slot() == covered)) {
                int live = state.live(slot);
                if (flaws.contains(Flaw.CHECKPOINT_OF_WHAT_WAS_WRITTEN)) {
                    live = state.there();
                }
                if (flaws.contains(Flaw.CHECKPOINT_OF_A_SLOT_TOO_MANY)) {
                    live = state.live(Math.min(slot + 1, state.slot()));
                }
                found.accept(new Step(Act.CHECKPOINT, slot), state.withCheckpoint(new Checkpoint(slot, live)));
            }
        }
    }

    /** What a reader finds live: the newest checkpoint that a slot follows, which vouches for it, and those slots. */
    static int liveToReaders(ModelState state) {
        return liveToReaders(state, state.log());
    }

    /** The same by a tail in the place of all slots but the last: its writer wrote down what it took for the log. */
    private int liveByTail(ModelState state) {
        List<Slot> told = new ArrayList<>(state.log());
        int end = state.slot() - 1;
        if (end < 0 || (end + 1) % bound.checkpointEvery() == 0) {
            return liveToReaders(state, told);
        }

        if (flaws.contains(Flaw.TAIL_WITHOUT_A_SLOT)) {
            told.set(end, Slot.FENCE);
        }
        if (flaws.contains(Flaw.TAIL_OF_WHAT_WAS_WRITTEN)) {
            // A writer that planned on the same slot, and lost.
            for (int output = 0; output < state.outputs().size(); output++) {
                boolean lost = state.outputs().get(output).base() == end - 1 && !told.contains(Slot.compaction(output));
                if (lost) {
                    told.set(end, Slot.compaction(output));
                }
            }
        }
        return liveToReaders(state, told);
    }

    private static int liveToReaders(ModelState state, List<Slot> log) {
        Checkpoint newest = new Checkpoint(NOTHING, 0);
        for (Checkpoint checkpoint : state.checkpoints()) {
            boolean vouched = checkpoint.slot() < state.slot();
            newest = vouched && checkpoint.slot() > newest.slot() ? checkpoint : newest;
        }
        int live = newest.live();
        for (Slot slot : log.subList(newest.slot() + 1, log.size())) {
            live = slot.kind() == Kind.COMPACTION
                    ? live | 1 << slot.what()
                    : slot.kind() == Kind.UNDO ? live & ~(1 << slot.what()) : live;
        }
        return live;
    }

    private void reader(ModelState state, BiConsumer<Step, ModelState> found) {
        Reader reader = state.reader();
        if (!reader.reads()) {
            if (reader.runsLeft() > 0 && !state.log().isEmpty()) {
                found.accept(new Step(Act.READ, 0), reading(state, liveToReaders(state)));
                found.accept(new Step(Act.READ_BY_TAIL, 0), reading(state, liveByTail(state)));
            }
            return;
        }

        if (reader.files() != 0) {
            int file = Integer.numberOfTrailingZeros(reader.files());
            found.accept(
                    new Step(Act.READ_FILE, file),
                    state.withReader(
                            new Reader(true, reader.files() & ~(1 << file), reader.tail(), reader.runsLeft())));
        } else {
            found.accept(new Step(Act.READ_RAW, 0), state.withReader(new Reader(false, 0, 0, reader.runsLeft())));
        }
    }

    private static ModelState reading(ModelState state, int live) {
        int tail = state.raw() & ~state.sources(live);
        return state.withReader(new Reader(true, live, tail, state.reader().runsLeft() - 1));
    }

    /** What is wrong with a state; empty if nothing is. */
    Optional<String> violation(ModelState state) {
        if (!state.log().isEmpty() && liveByTail(state) != state.live(state.slot())) {
            return Optional.of("a reader by the tail finds another log");
        }
        int live = 0;
        for (Slot slot : state.log()) {
            if (slot.kind() == Kind.COMPACTION) {
                int own = state.outputs().get(slot.what()).sources();
                if ((live & 1 << slot.what()) != 0 || (state.sources(live) & own) != 0) {
                    return Optional.of("a raw file is in two live outputs");
                }
                live |= 1 << slot.what();
            } else if (slot.kind() == Kind.UNDO) {
                live &= ~(1 << slot.what());
            }
        }
        if ((live & ~state.there()) != 0) {
            return Optional.of("a live output does not exist");
        }
        if ((state.sources(live) | state.raw()) != (1 << state.arrived()) - 1) {
            return Optional.of("a raw file is lost");
        }
        for (Checkpoint checkpoint : state.checkpoints()) {
            if (checkpoint.live() != state.live(checkpoint.slot())) {
                return Optional.of("a checkpoint is not what the slots say");
            }
        }
        if ((state.reader().files() & ~state.there()) != 0 || (state.reader().tail() & ~state.raw()) != 0) {
            return Optional.of("a file is missing to a reader");
        }
        return Optional.empty();
    }
}
