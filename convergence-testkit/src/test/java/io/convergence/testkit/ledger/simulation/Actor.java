package io.convergence.testkit.ledger.simulation;

import io.convergence.ConvergenceException;
import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerException;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawFilesListed;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoreException;
import io.convergence.store.WriteConflictException;
import io.convergence.testkit.ledger.simulation.RawHistory.RawId;
import io.convergence.testkit.store.CrashSignal;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A process that does its work some rounds long, and is started again when it dies unless another is to take over. */
abstract class Actor {
    private static final int MOST_TRIES = 12;

    final World world;
    final RandomGenerator random;
    private final Role role;
    private final int number;
    private final int rounds;

    Actor(World world, Role role, int number, int rounds) {
        this.world = world;
        this.role = role;
        this.number = number;
        this.rounds = rounds;
        this.random = new SplittableRandom(world.random().nextLong());
    }

    /** What a process holds in memory. */
    record Process(ProcessView view, ObjectStore store, Ledger ledger) {}

    /** Once through its work. */
    abstract void round(Process process);

    /** What a process tells that listed all raw files after this snapshot (rule L7); some do not. */
    void tellListing(Process process, LedgerSnapshot snapshot, List<ObjectStat> listed) {
        if (random.nextBoolean()) {
            return;
        }

        Set<RawId> there = new HashSet<>();
        listed.forEach(stat -> there.add(RawId.of(stat)));
        List<ObjectStat> gone = snapshot.presentRawFiles().stream()
                .filter(stat -> !there.contains(RawId.of(stat)))
                .toList();
        Instant now = process.view().now();
        process.ledger().rawFilesListed(new RawFilesListed(now, now, listed, gone));
    }

    String name() {
        return role + " " + number;
    }

    /** With others; {@code turn} is null if it is alone. */
    void run(Scheduler.@Nullable Turn turn) {
        Process process = null;
        int done = 0;
        for (int tries = 0; done < rounds && tries < MOST_TRIES; tries++) {
            if (process == null) {
                process = start(turn);
            }
            ProcessView view = process.view();
            try {
                round(process);
                done++;
            } catch (CrashSignal dead) {
                process = null;
            } catch (LedgerException unreadable) {
                Secrets.requireNone(unreadable);
                throw new Violation(Invariant.LOG, name() + ": " + unreadable.getMessage());
            } catch (CommitConflictException lost) {
                Secrets.requireNone(lost);
                try {
                    view.at(CrashPoint.P11_AFTER_412);
                } catch (CrashSignal dead) {
                    process = null;
                }
            } catch (ConvergenceException failed) {
                Secrets.requireNone(failed);
                requireTold(view, failed);
                // It tries again, as a process that is called once more would.
                retry(failed);
            }
            view.workDone();
            if (view.isLastRun()) {
                return;
            }
        }
    }

    /** Who is told that a store refused its commit for good takes it for not made. */
    private void requireTold(ProcessView view, ConvergenceException failed) {
        boolean raced = failed instanceof WriteConflictException || failed.getCause() instanceof WriteConflictException;
        if (raced && failed instanceof StoreException refused && world.judge().isSlotOf(view, refused.key())) {
            throw new Violation(Invariant.LOG, name() + " is told that its commit failed, and it stands: " + refused);
        }
    }

    /** After a round that failed; what may have been right or wrong about it. */
    void retry(ConvergenceException failure) {
        if (!failure.retryable() && world.isFaultless()) {
            throw new Violation(Invariant.I10_QUIESCENCE, name() + " fails without a fault: " + failure);
        }
    }

    private Process start(Scheduler.@Nullable Turn turn) {
        var view = new ProcessView(world, role, number, turn);
        ObjectStore store = GuardedObjectStore.of(world.mutant().store(view, world, role), World.CONTROL);
        // The store was tried before the schedule begins: what trying costs is not what is shown here.
        view.tried(() -> ((GuardedObjectStore) store).verify());
        return new Process(view, store, world.ledger(store, random.nextLong()));
    }
}
