package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.LedgerUndo;

/** The real undo, of whatever was committed last. */
final class UndoActor extends Actor {
    UndoActor(World world, int number, int rounds) {
        super(world, Role.UNDOER, number, rounds);
    }

    @Override
    void round(Process process) {
        LedgerUndo undo = LedgerUndo.of(process.ledger(), process.store(), process.store());
        LedgerUndo.Plan plan = undo.plan();
        process.view().workOn(plan.base());
        process.view().at(CrashPoint.P1_AFTER_PLAN);
        if (plan.obstacles().isEmpty()) {
            undo.execute(plan);
            process.view().at(CrashPoint.P10_COMMIT_ACKNOWLEDGED);
        }
    }
}
