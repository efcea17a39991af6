package io.convergence.testkit.ledger.simulation;

import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.FileProfile;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.Compactor;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.LandingZone;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import java.util.ArrayList;
import java.util.List;

/** The real compactor, on real Parquet files. */
final class RealCompactorActor extends Actor {

    private final boolean inParts;

    /** @param inParts whether outputs go in parts, as those of more than 8 MB do, so that they can be cut off at each of them */
    RealCompactorActor(World world, int number, int rounds, boolean inParts) {
        super(world, Role.COMPACTOR, number, rounds);
        this.inParts = inParts;
    }

    @Override
    void round(Process process) {
        LedgerSnapshot snapshot = process.ledger().snapshot();
        process.view().workOn(snapshot.slot());
        Compactor compactor = Compactor.create(
                        process.store(),
                        inParts ? inParts(process) : process.store(),
                        process.ledger(),
                        World.OUTPUTS,
                        options(),
                        random)
                .withShape(PublishedRows.SHAPE);
        CompactionPlan plan = compactor.plan(timeline(process, snapshot), snapshot);
        Secrets.requireNone(plan.toString());
        process.view().at(CrashPoint.P1_AFTER_PLAN);
        compactor.execute(plan, CompactionListener.none());
        process.view().at(CrashPoint.P10_COMMIT_ACKNOWLEDGED);
    }

    /** What writing holds in memory is a row group. */
    private CompactionOptions options() {
        CompactionOptions.Builder options = CompactionOptions.builder().settled();
        return (world.measuresHeap() ? options.rowGroupRows(8) : options).build();
    }

    private static ObjectStore inParts(Process process) {
        GuardedObjectStore store = GuardedObjectStore.of(new InParts(process.store()), World.CONTROL);
        process.view().tried(store::verify);
        return store;
    }

    private static final class InParts extends ForwardingStore {
        InParts(ObjectStore store) {
            super(store);
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            if (!key.startsWith(World.OUTPUTS)) {
                return store.put(key, content, condition);
            }

            try (MultipartUpload upload = store.startMultipart(key)) {
                upload.part(1, content);
                return upload.complete(condition);
            }
        }
    }

    private static TableTimeline timeline(Process process, LedgerSnapshot snapshot) {
        ChangeReader reader = ChangeReader.create(
                process.store(),
                World.TABLE,
                PublishedRows.SHAPE,
                ChangeReadOptions.defaults().withLayout(ParquetRows.LAYOUT));
        List<TimelineFile> files = new ArrayList<>();
        for (RawFile file :
                LandingZone.scan(process.store(), "raw", ParquetRows.LAYOUT).files(World.TABLE)) {
            files.add(snapshot.known(file.stat())
                    .map(known -> new TimelineFile(file, known.evidence()))
                    .orElseGet(() -> {
                        FileProfile profile = reader.profile(file);
                        return new TimelineFile(file, profile.evidence(), profile.disputes());
                    }));
        }
        return TableTimeline.of(
                World.TABLE, files, TimelineOptions.defaults().withDeclaredLoadStart(ParquetRows.LOAD_START));
    }
}
