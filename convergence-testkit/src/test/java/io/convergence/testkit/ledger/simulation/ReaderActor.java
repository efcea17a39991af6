package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreException;
import io.convergence.testkit.ledger.simulation.RawHistory.RawId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the whole table, as long as it takes, while the others go on. */
final class ReaderActor extends Actor {
    ReaderActor(World world, int number, int rounds) {
        super(world, Role.READER, number, rounds);
    }

    @Override
    void round(Process process) {
        new Reading(process).run();
    }

    private final class Reading {
        private final Process process;
        private final int begun = world.step();
        private final Instant since = world.now();
        private final Set<RawId> before = world.judge().table();
        private final Set<RawId> seen = new HashSet<>();

        Reading(Process process) {
            this.process = process;
        }

        void run() {
            if (world.mutant().is(Mutant.LIST_ONLY_IN_PLACE) && world.format() == World.Format.TEXT) {
                listOnly();
                return;
            }

            LedgerSnapshot snapshot = process.ledger().snapshot();
            Secrets.requireNone(snapshot.toString());
            List<ObjectStat> tail = process.store()
                    .listAll(World.RAW)
                    .filter(stat -> !snapshot.isCompacted(stat))
                    .toList();
            // What was compacted since may be retired by now.
            boolean late = isExpired();
            for (LedgerEntry.CompactedFile file : snapshot.compacted()) {
                String text = read(file.file().stat());
                if (text == null) {
                    return;
                }
                if (world.format() == World.Format.TEXT) {
                    Blocks.count(List.of(text), world.raw()).forEach(this::see);
                } else {
                    // Its rows were judged when it was committed, and it is still that object.
                    file.sources().forEach(source -> see(RawId.of(source), 1));
                }
            }
            for (ObjectStat stat : tail) {
                String text = read(stat);
                if (text == null) {
                    return;
                }
                see(RawId.of(stat), 1);
            }
            if (!published(snapshot)) {
                return;
            }
            for (RawId id : before) {
                if (!seen.contains(id) && !isTakenAway(id) && !late) {
                    throw new Violation(Invariant.I5_READERS, name() + " did not see " + id + ": " + snapshot);
                }
            }
        }

        /** Whether the published table was read whole: its files stay, and the pinned schema reads them. */
        private boolean published(LedgerSnapshot snapshot) {
            if (snapshot.published().isEmpty()) {
                return true;
            }

            LedgerEntry.Merge merge = snapshot.published().get();
            for (LedgerFile file : merge.data()) {
                String text = read(file.stat());
                if (text == null) {
                    return false;
                }
                if (world.format() == World.Format.TEXT) {
                    Judge.requireReadable(merge, List.of(text));
                }
            }
            return true;
        }

        /** Whatever lies there is read, without asking the log. */
        private void listOnly() {
            List<ObjectStat> outputs = process.store().listAll(World.OUTPUTS).toList();
            List<ObjectStat> raw = process.store().listAll(World.RAW).toList();
            for (ObjectStat stat : outputs) {
                String text = read(stat);
                // What a run left that died before has no rows.
                if (text != null && text.startsWith("#")) {
                    Blocks.count(List.of(text), world.raw()).forEach(this::see);
                }
            }
            raw.forEach(stat -> see(RawId.of(stat), 1));
        }

        /** By DMS: meanwhile, or before and an undo could not know, which is judged where it is committed. */
        private boolean isTakenAway(RawId id) {
            int gone = world.raw().goneAt(id).orElse(-1);
            // Or retired as the same bytes that stood there before, whose rows it saw.
            boolean lost = gone >= 0 || world.raw().isRetired(id);
            return gone >= begun || (lost && !world.judge().table().contains(id));
        }

        private void see(RawId id, int times) {
            if (times > 1 || !seen.add(id)) {
                throw new Violation(Invariant.I5_READERS, name() + " saw " + id + " twice");
            }
        }

        /** Null if it is not to be had any more, and need not be. */
        private String read(ObjectStat stat) {
            try {
                return new String(process.store().read(stat, 0, Math.toIntExact(stat.size())), StandardCharsets.UTF_8);
            } catch (ObjectNotFoundException | PreconditionFailedException e) {
                if (!isExpired() && !dmsTook(stat) && !world.judge().wasTakenForRetired(RawId.of(stat))) {
                    throw new Violation(Invariant.I5_READERS, name() + " misses '" + stat.key() + "': " + e);
                }
                return null;
            } catch (StoreException fault) {
                return null;
            }
        }

        private boolean isExpired() {
            return since.plus(Judge.GRACE).isBefore(world.now());
        }

        private boolean dmsTook(ObjectStat stat) {
            return stat.key().startsWith(World.RAW)
                    && world.raw().goneAt(RawId.of(stat)).isPresent();
        }
    }
}
