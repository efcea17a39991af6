package io.convergence.testkit.ledger;

import static io.convergence.testkit.ledger.LedgerFiles.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.CommitStateUnknownException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerException;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoreException;
import io.convergence.testkit.store.CrashSignal;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Writers that compact, merge and fence one table at once, on a store that fails, with processes that die: in every
 * interleaving all agree on one history. A failing seed is in the message.
 */
class LedgerSimulationTest {
    private static final int SEEDS = 1_500;
    private static final int WRITERS = 3;
    private static final List<ObjectStat> RAW =
            IntStream.range(0, 6).mapToObj(LedgerFiles::raw).toList();

    private enum Outcome {
        COMMITTED,
        NOT_COMMITTED,
        UNKNOWN
    }

    private record Attempt(LedgerEntry entry, Outcome outcome) {}

    @Test
    void allWritersAgreeOnOneHistoryWhateverFailsAndWhoeverComesFirst() {
        int unknown = 0;
        int lost = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var world = new World(seed, WriteRules.KEPT);
            world.run();
            unknown += world.count(Outcome.UNKNOWN);
            lost += world.count(Outcome.NOT_COMMITTED);
        }

        assertThat(unknown).as("schedules met unknown outcomes").isGreaterThan(SEEDS / 10);
        assertThat(lost).as("schedules met conflicts").isGreaterThan(SEEDS / 10);
    }

    /** The checks can fail: without put-if-absent a later writer overwrites a slot. */
    @Test
    void aStoreThatIgnoresConditionsIsFoundOut() {
        assertThatThrownBy(() -> {
                    for (int seed = 0; seed < 200; seed++) {
                        new World(seed, WriteRules.IGNORED).run();
                    }
                })
                .isInstanceOfAny(AssertionError.class, LedgerException.class);
    }

    private enum WriteRules {
        KEPT,
        IGNORED
    }

    private static final class World {
        private final long seed;
        private final InMemoryObjectStore truth = new InMemoryObjectStore(InstantSource.system());
        private final ObjectStore shared;
        private final RandomGenerator random;
        private final TurnTaking turns;
        private final List<FaultyObjectStore> views = new ArrayList<>();
        // Only the process whose turn it is writes these.
        private final List<Attempt> attempts = new ArrayList<>();
        private final List<List<LedgerEntry>> seen = new ArrayList<>();
        private int transactions;

        World(long seed, WriteRules rules) {
            this.seed = seed;
            this.shared = rules == WriteRules.KEPT ? truth : new UnconditionalStore(truth);
            this.random = new SplittableRandom(seed);
            this.turns = new TurnTaking(new SplittableRandom(~seed));
        }

        void run() {
            for (int i = 0; i < WRITERS; i++) {
                turns.add(shared, this::write);
            }
            turns.run();
            check();
        }

        int count(Outcome outcome) {
            return (int) attempts.stream()
                    .filter(attempt -> attempt.outcome() == outcome)
                    .count();
        }

        /** One process and those started in its place when it dies, until there is nothing left to do. */
        private void write(ObjectStore view) {
            boolean done = false;
            while (!done) {
                var faulty = new FaultyObjectStore(
                        view,
                        FaultPlan.random(new SplittableRandom(random.nextLong()), 0.15, EnumSet.allOf(Fault.class)));
                views.add(faulty);
                Ledger ledger =
                        Ledger.open(faulty, "control", ORDERS, new Random(random.nextLong()), Ledger.Backoff.none());
                try {
                    while (!done) {
                        done = step(ledger);
                    }
                } catch (CrashSignal dead) {
                    // Another process takes its place, knowing nothing.
                    done = false;
                }
            }
        }

        private boolean step(Ledger ledger) {
            LedgerSnapshot snapshot;
            try {
                seen.add(ledger.entries());
                snapshot = ledger.snapshot();
            } catch (StoreException e) {
                return false;
            }

            List<ObjectStat> loose = pick(stat -> !snapshot.isCompacted(stat));
            List<ObjectStat> unapplied = pick(stat -> !snapshot.isApplied(stat));
            if (loose.isEmpty() && unapplied.isEmpty()) {
                return true;
            }

            String transaction = "t" + transactions++;
            LedgerEntry entry;
            if (random.nextInt(10) == 0) {
                entry = new LedgerEntry.Fence(transaction, snapshot.slot());
            } else if (unapplied.isEmpty() || (!loose.isEmpty() && random.nextBoolean())) {
                entry = LedgerFiles.compaction(transaction, snapshot.slot(), loose);
            } else {
                entry = LedgerFiles.merge(transaction, snapshot.slot(), unapplied);
            }
            submit(ledger, entry);
            return false;
        }

        /** Up to three of the files that match. */
        private List<ObjectStat> pick(Predicate<ObjectStat> wanted) {
            List<ObjectStat> all = new ArrayList<>(RAW.stream().filter(wanted).toList());
            while (all.size() > 3) {
                all.remove(random.nextInt(all.size()));
            }

            return all;
        }

        private void submit(Ledger ledger, LedgerEntry entry) {
            // A crash leaves this outcome behind.
            Outcome outcome = Outcome.UNKNOWN;
            try {
                LedgerSnapshot after = ledger.commit(entry);
                outcome = Outcome.COMMITTED;
                assertThat(after.slot()).as("seed %s", seed).isEqualTo(entry.base() + 1);
            } catch (CommitConflictException e) {
                outcome = Outcome.NOT_COMMITTED;
            } catch (CommitStateUnknownException e) {
                outcome = Outcome.UNKNOWN;
            } catch (StoreException e) {
                outcome = Outcome.NOT_COMMITTED;
            } finally {
                attempts.add(new Attempt(entry, outcome));
            }
        }

        private void check() {
            Ledger judge = Ledger.open(truth, "control", ORDERS, new Random(0), Ledger.Backoff.none());
            List<LedgerEntry> log = judge.entries();
            for (Attempt attempt : attempts) {
                boolean logged = log.contains(attempt.entry());
                if (attempt.outcome() != Outcome.UNKNOWN) {
                    assertThat(logged)
                            .as("seed %s: %s is in the log", seed, attempt)
                            .isEqualTo(attempt.outcome() == Outcome.COMMITTED);
                }
            }
            for (int i = 0; i < log.size(); i++) {
                assertThat(log.get(i).base()).as("seed %s", seed).isEqualTo(i - 1L);
            }
            for (List<LedgerEntry> earlier : seen) {
                assertThat(log.subList(0, earlier.size()))
                        .as("seed %s: history never changes", seed)
                        .isEqualTo(earlier);
            }

            LedgerSnapshot end = judge.snapshot();
            assertThat(keys(end.compactedSources())).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(rawKeys());
            assertThat(appliedKeys(log)).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(rawKeys());
            long deletes = views.stream()
                    .mapToLong(view ->
                            view.log().count(Operation.DELETE) + view.log().count(Operation.DELETE_IF_MATCH))
                    .sum();
            assertThat(deletes).as("seed %s: L2, slots are never deleted", seed).isZero();
        }

        private static List<String> rawKeys() {
            return RAW.stream().map(ObjectStat::key).toList();
        }

        private static List<String> keys(Collection<RawSource> sources) {
            return sources.stream().map(RawSource::key).toList();
        }

        private static List<String> appliedKeys(List<LedgerEntry> log) {
            return log.stream()
                    .filter(LedgerEntry.Merge.class::isInstance)
                    .map(LedgerEntry.Merge.class::cast)
                    .flatMap(merge -> merge.applied().stream())
                    .map(RawSource::key)
                    .toList();
        }
    }
}
