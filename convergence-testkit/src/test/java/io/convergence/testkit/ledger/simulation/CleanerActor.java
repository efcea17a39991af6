package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.CleanUp;
import io.convergence.ledger.CleanUpOptions;
import io.convergence.pipeline.LakeTable;
import java.time.Duration;

/** The real clean-up. Nothing may depend on its guess of how long a run takes, so that it mostly guesses too little. */
final class CleanerActor extends Actor {
    CleanerActor(World world, int number, int rounds) {
        super(world, Role.CLEANER, number, rounds);
    }

    @Override
    void round(Process process) {
        Duration longestRun = Duration.ofMinutes(random.nextInt(3) == 0 ? 60 : 0);
        CleanUp cleanUp = CleanUp.of(
                process.ledger(),
                LakeTable.folders(process.store(), World.LAKE, process.ledger()),
                CleanUpOptions.defaults().longestRun(longestRun));
        if (!world.mutant().is(Mutant.DELETES_WHAT_IS_SHOWN)) {
            cleanUp = cleanUp.shownBy(ProjectorActor.manifest(process));
        }
        CleanUp.Plan plan = cleanUp.plan();
        process.view().workOn(plan.base());
        process.view().at(CrashPoint.P1_AFTER_PLAN);
        if (!plan.isEmpty()) {
            cleanUp.execute(plan);
        }
    }
}
