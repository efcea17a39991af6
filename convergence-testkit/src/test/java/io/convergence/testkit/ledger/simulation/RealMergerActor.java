package io.convergence.testkit.ledger.simulation;

import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.ListingMode;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.MergePlan;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.SimulatedTable;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;

/** The pipeline's own merge, of real Parquet files into a published table. */
final class RealMergerActor extends Actor {
    private final ListingMode listing;

    RealMergerActor(World world, int number, int rounds, ListingMode listing) {
        super(world, Role.MERGER, number, rounds);
        this.listing = listing;
    }

    @Override
    void round(Process process) {
        LakeTable table = SimulatedTable.of(
                process.store(),
                process.ledger(),
                ParquetRows.LAYOUT,
                PublishedRows.SHAPE,
                listing,
                World.CONTROL,
                World.LAKE,
                ParquetRows.LOAD_START,
                random);
        MergeOptions options = MergeOptions.defaults().declareComplete();
        TableResult result;
        if (random.nextBoolean()) {
            MergePlan plan = table.planMerge(options);
            Secrets.requireNone(plan.toString());
            process.view().at(CrashPoint.P1_AFTER_PLAN);
            result = plan.execute();
        } else {
            result = table.merge(options, ProgressListener.none());
        }
        Secrets.requireNone(result.toString());
        if (result.state() == TableState.SUSPECT) {
            world.count(WorldEvent.MERGE_SUSPECT);
        }
        if (result.state() == TableState.PUBLISHED) {
            world.count(WorldEvent.MERGE_PUBLISHED);
            process.view().at(CrashPoint.P10_COMMIT_ACKNOWLEDGED);
        }
    }
}
