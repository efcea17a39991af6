package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.SymlinkManifest;
import io.convergence.ledger.TableFiles;
import io.convergence.store.ObjectStat;
import java.util.List;

/** The real symlink manifest. */
final class ProjectorActor extends Actor {
    ProjectorActor(World world, int number, int rounds) {
        super(world, Role.PROJECTOR, number, rounds);
    }

    @Override
    void round(Process process) {
        manifest(process).show(() -> files(process));
        process.view().at(CrashPoint.P13_PROJECTED);
    }

    static SymlinkManifest manifest(Process process) {
        return SymlinkManifest.of(
                process.ledger(),
                process.store(),
                process.store(),
                process.store(),
                World.PROJECTIONS,
                Ledger.Backoff.none());
    }

    private TableFiles files(Process process) {
        LedgerSnapshot snapshot = process.ledger().snapshot();
        List<ObjectStat> raw = process.store().listAll(World.RAW).toList();
        return TableFiles.of(snapshot, raw, file -> !world.mutant().is(Mutant.MANIFEST_WITHOUT_TAIL));
    }
}
