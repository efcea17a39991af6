package io.convergence.testkit.ledger.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.CommitStateUnknownException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.testkit.ledger.model.ModelState.Slot;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import io.convergence.testkit.store.StoreRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A walk through the model, done with real ledgers: each writer of the model has its own, and so have clean-up, undo and
 * retirement. After each step the log must say what the model says, to who has read it before and to who has not.
 */
final class ModelReplay {
    private static final TableId TABLE = TableId.of("public", "orders");
    private static final Instant STORED = Instant.parse("2026-03-01T10:00:00Z");
    private static final String LOG = "control/public/orders/log/";
    private static final Predicate<StoreRequest> SLOT = request -> request.key().startsWith(LOG);

    private final List<ModelWalk.Move> moves;
    private final InMemoryObjectStore truth = new InMemoryObjectStore(InstantSource.system());
    private final int checkpointEvery;
    private final List<FaultyObjectStore> views = new ArrayList<>();
    private final List<Ledger> ledgers = new ArrayList<>();
    private final Ledger others;
    private int next;
    private int conflicts;
    private int unknown;
    /** Whether a request got no answer and its writer has not paused yet; the bound allows one. */
    private boolean pauses;

    private Runnable late = () -> {};

    ModelReplay(List<ModelWalk.Move> moves, int writers, int checkpointEvery) {
        this.moves = moves;
        this.checkpointEvery = checkpointEvery;
        this.others = open(FaultyObjectStore.counting(truth), 99, Ledger.Backoff.none());
        for (int i = 0; i < writers; i++) {
            int writer = i;
            FaultyObjectStore view = FaultyObjectStore.counting(truth);
            views.add(view);
            ledgers.add(open(view, i, attempt -> whileAsking(writer)));
            // The store is tried before: those requests are none of the model's.
            ledgers.get(i).guarded(view).verify();
        }
        others.snapshot();
    }

    private Ledger open(FaultyObjectStore store, int seed, Ledger.Backoff backoff) {
        return Ledger.open(store, "control", TABLE, new Random(seed), backoff).withCheckpointEvery(checkpointEvery);
    }

    void run() {
        while (next < moves.size()) {
            step();
        }
    }

    int conflicts() {
        return conflicts;
    }

    int unknown() {
        return unknown;
    }

    private void step() {
        ModelWalk.Move move = moves.get(next++);
        int who = move.step().who();
        switch (move.step().act()) {
            case COMMIT, COMMIT_UNANSWERED, COMMIT_DELAYED -> commit(move, who);
            case FENCE -> {
                if (ProtocolModel.isOpen(move.before())) {
                    entry(
                            move,
                            new LedgerEntry.Fence(
                                    others.newTransaction(),
                                    move.before().cleaner().base()));
                }
            }
            case UNDO -> {
                long undone = slotOf(move.before(), move.before().undoer().what());
                entry(
                        move,
                        new LedgerEntry.Undo(
                                others.newTransaction(), move.before().undoer().base(), undone));
            }
            case RETIRE ->
                entry(
                        move,
                        new LedgerEntry.Retirement(
                                others.newTransaction(),
                                move.before().retirer().base(),
                                sources(move.before().retirer().what())));
            case ARRIVE_LATE -> {
                late.run();
                late = () -> {};
            }
            default -> {
                // Nothing that the log would know of.
            }
        }
        // Of a commit that got no answer, the move by which it was settled.
        compare(moves.get(next - 1));
    }

    private static long slotOf(ModelState state, int output) {
        return state.log().indexOf(Slot.compaction(output));
    }

    private void commit(ModelWalk.Move move, int writer) {
        ModelState.Writer plan = move.before().writers().get(writer);
        var entry = compaction(move.before(), plan);
        FaultyObjectStore view = views.get(writer);
        switch (move.step().act()) {
            case COMMIT_UNANSWERED -> view.plan(FaultPlan.once(SLOT.and(this::isPut), Fault.TIMEOUT_AFTER_EFFECT));
            case COMMIT_DELAYED -> {
                view.plan(FaultPlan.once(SLOT.and(this::isPut), Fault.TIMEOUT_BEFORE_EFFECT));
                late = () -> {
                    try {
                        open(FaultyObjectStore.counting(truth), 77, Ledger.Backoff.none())
                                .commit(entry);
                    } catch (CommitConflictException taken) {
                        // It came too late; or it is there, by another try.
                    }
                };
            }
            default -> view.plan(FaultPlan.none());
        }
        boolean asks = move.step().act() != Step.Act.COMMIT;
        pauses = asks;
        Outcome outcome = Outcome.of(() -> ledgers.get(writer).commit(entry));
        view.plan(FaultPlan.none());
        // While it paused, others made their moves up to the one by which this writer found out, or gave up.
        ModelWalk.Move ended = asks ? moves.get(next - 1) : move;
        Outcome expected = switch (ended.step().act()) {
            case GIVE_UP, CRASH -> Outcome.UNKNOWN;
            default ->
                ended.after().log().get(plan.base() + 1).equals(Slot.compaction(plan.output()))
                        ? Outcome.COMMITTED
                        : Outcome.CONFLICT;
        };
        assertThat(outcome).as("%s in %s", ended.step(), ended.before()).isEqualTo(expected);
        count(outcome);
    }

    private boolean isPut(StoreRequest request) {
        return request.operation() == Operation.PUT;
    }

    /** Between two tries of a writer: what others do in the walk before it asks, gives up or dies. */
    private void whileAsking(int writer) {
        if (!pauses) {
            return;
        }

        pauses = false;
        while (next < moves.size() && !endsAsking(moves.get(next).step(), writer)) {
            step();
        }
        boolean asks = next < moves.size() && moves.get(next).step().act() == Step.Act.ASK;
        if (next < moves.size()) {
            next++;
        }
        views.get(writer)
                .plan(asks ? FaultPlan.none() : FaultPlan.times(Integer.MAX_VALUE, SLOT, Fault.TIMEOUT_BEFORE_EFFECT));
    }

    private static boolean endsAsking(Step step, int writer) {
        return step.who() == writer
                && (step.act() == Step.Act.ASK || step.act() == Step.Act.GIVE_UP || step.act() == Step.Act.CRASH);
    }

    private void entry(ModelWalk.Move move, LedgerEntry entry) {
        Outcome outcome = Outcome.of(() -> others.commit(entry));

        boolean committed = move.after().log().size() > move.before().log().size();
        assertThat(outcome)
                .as("%s in %s", move.step(), move.before())
                .isEqualTo(committed ? Outcome.COMMITTED : Outcome.CONFLICT);
        count(outcome);
    }

    private void count(Outcome outcome) {
        conflicts += outcome == Outcome.CONFLICT ? 1 : 0;
        unknown += outcome == Outcome.UNKNOWN ? 1 : 0;
    }

    private enum Outcome {
        COMMITTED,
        CONFLICT,
        UNKNOWN;

        static Outcome of(Runnable commit) {
            try {
                commit.run();
                return COMMITTED;
            } catch (CommitConflictException lost) {
                return CONFLICT;
            } catch (CommitStateUnknownException open) {
                return UNKNOWN;
            }
        }
    }

    private void compare(ModelWalk.Move move) {
        ModelState state = move.after();
        int live = state.live(state.slot());
        for (Ledger ledger : List.of(others, open(FaultyObjectStore.counting(truth), 55, Ledger.Backoff.none()))) {
            LedgerSnapshot snapshot = ledger.snapshot();
            assertThat(snapshot.slot()).as("%s", move.step()).isEqualTo(state.slot());
            assertThat(snapshot.compacted().stream().map(file -> file.file().key()))
                    .as("live after %s in %s", move.step(), move.before())
                    .containsExactlyInAnyOrderElementsOf(
                            bits(live).mapToObj(ModelReplay::output).toList());
            assertThat(snapshot.compactedSources().stream().map(RawSource::key))
                    .containsExactlyInAnyOrderElementsOf(sources(state.sources(live)).stream()
                            .map(RawSource::key)
                            .toList());
            assertThat(snapshot.retiredSources().stream().map(RawSource::key))
                    .containsExactlyInAnyOrderElementsOf(sources(state.retired(state.slot())).stream()
                            .map(RawSource::key)
                            .toList());
        }
    }

    private LedgerEntry.Compaction compaction(ModelState state, ModelState.Writer plan) {
        var file = LedgerFile.of(ObjectStat.of(output(plan.output()), 1, new ETag("e"), STORED), 1);
        return new LedgerEntry.Compaction(
                "of output " + plan.output(),
                plan.base(),
                List.of(new LedgerEntry.CompactedFile(
                        file, sources(state.outputs().get(plan.output()).sources()))));
    }

    private static String output(int number) {
        return "compacted/" + number;
    }

    private static List<RawSource> sources(int mask) {
        return bits(mask)
                .mapToObj(i ->
                        RawSource.of(ObjectStat.of("raw/" + i, 1, new ETag("e" + i), STORED), FileEvidence.ofRows(1)))
                .toList();
    }

    private static IntStream bits(int mask) {
        return IntStream.range(0, Integer.SIZE).filter(i -> (mask & 1 << i) != 0);
    }
}
