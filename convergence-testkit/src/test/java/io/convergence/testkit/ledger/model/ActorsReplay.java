package io.convergence.testkit.ledger.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.ledger.CleanUp;
import io.convergence.ledger.CleanUpOptions;
import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.LakeFolders;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.LedgerUndo;
import io.convergence.ledger.RawRetirement;
import io.convergence.ledger.RawSource;
import io.convergence.ledger.RetirementOptions;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawLayout;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import io.convergence.testkit.store.StoreRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A walk through the model, done with the real clean-up, undo and retirement on files that exist. What each of them plans
 * must be what the model says, and what it leaves behind, too. Where the model has a step for each delete, the real one goes
 * on with a part of its plan, as the next run does after one that died.
 *
 * <p>So much time passes between the steps that every grace is over; the walks have no readers, whom the model keeps from
 * harm by other means.
 */
final class ActorsReplay {
    private static final TableId TABLE = TableId.of("public", "orders");
    private static final String RAW = "raw/public/orders/";
    private static final String OUTPUTS = "lake/compacted/public/orders/";
    private static final String CHECKPOINTS = "control/public/orders/checkpoints/";
    private static final Duration BEYOND_EVERY_GRACE = Duration.ofDays(10);
    private static final Predicate<StoreRequest> DELETES = request -> request.operation() == Operation.DELETE_IF_MATCH;

    private final ProtocolModel model;
    private final List<ModelWalk.Move> moves;
    private final int checkpointEvery;
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private final InMemoryObjectStore truth = new InMemoryObjectStore(() -> now);
    private final List<ObjectStat> raw = new ArrayList<>();
    private final List<ObjectStat> outputs = new ArrayList<>();
    private final List<Ledger> writers = new ArrayList<>();
    private final FaultyObjectStore cleanerStore = FaultyObjectStore.counting(truth);
    private final FaultyObjectStore retirerStore = FaultyObjectStore.counting(truth);
    private final CleanUp cleanUp;
    private final LedgerUndo undo;
    private final RawRetirement retirement;
    private CleanUp.@Nullable Plan cleaning;
    private LedgerUndo.@Nullable Plan undoing;
    private RawRetirement.@Nullable Plan retiring;
    private int next;
    private boolean looking;

    ActorsReplay(ProtocolModel model, List<ModelWalk.Move> moves, int writers, int checkpointEvery) {
        this.model = model;
        this.moves = moves;
        this.checkpointEvery = checkpointEvery;
        for (int i = 0; i < writers; i++) {
            this.writers.add(open(FaultyObjectStore.counting(truth), i));
        }
        Ledger cleaner = open(cleanerStore, 50);
        assertThat(OUTPUTS).endsWith(cleaner.tableFolder());
        this.cleanUp = CleanUp.of(
                cleaner,
                new LakeFolders(cleanerStore, List.of(OUTPUTS)),
                CleanUpOptions.defaults().longestRun(Duration.ZERO));
        this.undo = undo(51);
        this.retirement = RawRetirement.of(
                open(retirerStore, 52),
                retirerStore,
                retirerStore,
                RawLayout.detect(TABLE),
                RetirementOptions.byDeleting());
    }

    private Ledger open(FaultyObjectStore store, int seed) {
        Ledger ledger = Ledger.open(store, "control", TABLE, new Random(seed), Ledger.Backoff.none())
                .withCheckpointEvery(checkpointEvery);
        // The store is tried before: those requests are none of the model's.
        ledger.guarded(store).verify();
        return ledger;
    }

    private LedgerUndo undo(int seed) {
        return LedgerUndo.of(open(FaultyObjectStore.counting(truth), seed), truth, truth);
    }

    void run() {
        while (next < moves.size()) {
            step();
        }
    }

    /** How many there are at the end. */
    long checkpoints() {
        return truth.listAll(CHECKPOINTS).count();
    }

    private void step() {
        ModelWalk.Move move = moves.get(next++);
        ModelState before = move.before();
        if (!looking) {
            now = now.plus(BEYOND_EVERY_GRACE);
        }
        switch (move.step().act()) {
            case ARRIVE -> raw.add(put(String.format(Locale.ROOT, "%s20260301-%09d.parquet", RAW, raw.size())));
            case WRITE -> {
                int base = before.writers().get(move.step().who()).base();
                outputs.add(put(String.format(
                        Locale.ROOT, "%sgen-%d-%08x/part-00000.parquet", OUTPUTS, base + 1, outputs.size())));
            }
            case COMMIT -> {
                ModelState.Writer plan = before.writers().get(move.step().who());
                commit(move, () -> writers.get(move.step().who()).commit(compaction(before, plan)));
            }
            case CLEAN -> planCleanUp();
            case FENCE -> {
                CleanUp.Plan plan = planned(cleaning);
                cleanerStore.plan(FaultPlan.times(Integer.MAX_VALUE, DELETES, Fault.TIMEOUT_BEFORE_EFFECT));
                if (ProtocolModel.isOpen(before)) {
                    commit(move, () -> cleanUp.execute(plan));
                } else {
                    cleanUp.execute(plan);
                }
                cleanerStore.plan(FaultPlan.none());
            }
            case DELETE -> {
                CleanUp.Result result =
                        cleanUp.execute(part(List.of(outputs.get(move.step().who())), List.of()));
                assertThat(result.deleted())
                        .containsExactly(outputs.get(move.step().who()).key());
            }
            case CLEANED -> cleanUp.execute(part(List.of(), planned(cleaning).checkpoints()));
            case PLAN_UNDO -> {
                undoing = undo.plan();
                assertThat(undoing.obstacles()).as("%s", before).isEmpty();
                assertThat(undoing.removed().stream().map(LedgerFile::key))
                        .containsExactly(
                                outputs.get(before.newest(before.slot())).key());
            }
            case UNDO -> commit(move, () -> undo.execute(planned(undoing)));
            case PLAN_RETIREMENT -> {
                retiring = retirement.plan();
                assertThat(retiring.newly().stream().map(RawSource::key))
                        .as("to be retired in %s", before)
                        .containsExactlyInAnyOrderElementsOf(keys(raw, ProtocolModel.retirable(before)));
            }
            case RETIRE -> {
                retirerStore.plan(FaultPlan.times(Integer.MAX_VALUE, DELETES, Fault.TIMEOUT_BEFORE_EFFECT));
                commit(move, () -> retirement.execute(planned(retiring)));
                retirerStore.plan(FaultPlan.none());
            }
            case DELETE_RAW -> deleteRaw(before, move.step().who());
            default -> {
                // Nothing that these or the store would know of.
            }
        }
        compare(moves.get(next - 1));
    }

    private ObjectStat put(String key) {
        return truth.put(key, new byte[] {1}, WriteCondition.ifAbsent());
    }

    private static <T> T planned(@Nullable T plan) {
        assertThat(plan).isNotNull();
        return requireNonNull(plan);
    }

    private void commit(ModelWalk.Move move, Runnable work) {
        boolean committed = true;
        try {
            work.run();
        } catch (CommitConflictException lost) {
            committed = false;
        }
        assertThat(committed)
                .as("%s commits in %s", move.step(), move.before())
                .isEqualTo(move.after().log().size() > move.before().log().size());
    }

    /** Between its look at the log and its listing of outputs, others make their moves. */
    private void planCleanUp() {
        looking = true;
        cleanerStore.plan(request -> {
            if (request.operation() == Operation.LIST && request.key().startsWith(OUTPUTS) && looking) {
                while (moves.get(next).step().act() != Step.Act.LIST) {
                    step();
                }
                next++;
                looking = false;
            }
            return Optional.empty();
        });
        cleaning = cleanUp.plan();
        cleanerStore.plan(FaultPlan.none());
        ModelState listed = moves.get(next - 1).after();
        assertThat(cleaning.base()).isEqualTo(listed.cleaner().base());
        assertThat(cleaning.objects().stream().map(ObjectStat::key))
                .as("to be deleted in %s", listed)
                .containsExactlyInAnyOrderElementsOf(
                        keys(outputs, listed.cleaner().objects()));
        assertThat(cleaning.fenced()).as("a fence in %s", listed).isEqualTo(ProtocolModel.isOpen(listed));
    }

    private CleanUp.Plan part(List<ObjectStat> objects, List<ObjectStat> checkpoints) {
        CleanUp.Plan plan = planned(cleaning);
        return new CleanUp.Plan(
                plan.base(), plan.horizon(), objects, List.of(), List.of(), checkpoints, false, List.of());
    }

    private void deleteRaw(ModelState before, int file) {
        RawRetirement.Plan plan = retirement.plan();
        assertThat(plan.unfinished().stream().map(RawSource::key))
                .as("retired and there in %s", before)
                .containsExactlyInAnyOrderElementsOf(keys(raw, before.retired(before.slot()) & before.raw()));
        List<RawSource> one = plan.unfinished().stream()
                .filter(source -> source.key().equals(raw.get(file).key()))
                .toList();
        RawRetirement.Result result =
                retirement.execute(new RawRetirement.Plan(plan.base(), List.of(), one, List.of()));
        assertThat(result.retired()).isEqualTo(one);
    }

    private void compare(ModelWalk.Move move) {
        ModelState state = move.after();
        Ledger fresh = open(FaultyObjectStore.counting(truth), 55);
        LedgerSnapshot snapshot = fresh.snapshot();
        assertThat(snapshot.slot()).as("%s", move.step()).isEqualTo(state.slot());
        assertThat(snapshot.compacted().stream().map(file -> file.file().key()))
                .as("live after %s in %s", move.step(), move.before())
                .containsExactlyInAnyOrderElementsOf(keys(outputs, state.live(state.slot())));
        assertThat(snapshot.retiredSources().stream().map(RawSource::key))
                .containsExactlyInAnyOrderElementsOf(keys(raw, state.retired(state.slot())));
        assertThat(there(OUTPUTS)).as("outputs after %s", move.step()).isEqualTo(keys(outputs, state.there()));
        assertThat(there(RAW)).as("raw files after %s", move.step()).isEqualTo(keys(raw, state.raw()));
        assertThat(undo(56).plan().obstacles().isEmpty())
                .as("whether something can be taken back in %s", state)
                .isEqualTo(model.mayUndo(state));
    }

    private List<String> there(String prefix) {
        try (Stream<ObjectStat> listed = truth.listAll(prefix)) {
            return listed.map(ObjectStat::key).sorted().toList();
        }
    }

    private static List<String> keys(List<ObjectStat> files, int mask) {
        return IntStream.range(0, files.size())
                .filter(i -> (mask & 1 << i) != 0)
                .mapToObj(i -> files.get(i).key())
                .sorted()
                .toList();
    }

    private LedgerEntry.Compaction compaction(ModelState state, ModelState.Writer plan) {
        int mask = state.outputs().get(plan.output()).sources();
        List<RawSource> sources = IntStream.range(0, raw.size())
                .filter(i -> (mask & 1 << i) != 0)
                .mapToObj(i -> RawSource.of(raw.get(i), FileEvidence.ofRows(1)))
                .toList();
        return new LedgerEntry.Compaction(
                "of output " + plan.output(),
                plan.base(),
                List.of(new LedgerEntry.CompactedFile(LedgerFile.of(outputs.get(plan.output()), 1), sources)));
    }
}
