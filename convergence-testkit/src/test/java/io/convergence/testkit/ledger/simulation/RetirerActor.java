package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.RawRetirement;
import io.convergence.ledger.RetirementOptions;
import io.convergence.raw.RawLayout;

/** The real retirement, by deleting or by tag. */
final class RetirerActor extends Actor {
    private static final RawLayout LAYOUT = RawLayout.detect(World.TABLE);

    private final RetirementOptions options;

    RetirerActor(World world, int number, int rounds, RetirementOptions options) {
        super(world, Role.RETIRER, number, rounds);
        this.options = options;
    }

    @Override
    void round(Process process) {
        RawRetirement retirement =
                RawRetirement.of(process.ledger(), process.store(), process.store(), LAYOUT, options);
        if (!world.mutant().is(Mutant.DELETES_WHAT_IS_SHOWN)) {
            retirement = retirement.shownBy(ProjectorActor.manifest(process));
        }
        RawRetirement.Plan plan = retirement.plan();
        process.view().workOn(plan.base());
        process.view().at(CrashPoint.P1_AFTER_PLAN);
        if (!plan.isEmpty()) {
            retirement.execute(plan);
        }
    }
}
