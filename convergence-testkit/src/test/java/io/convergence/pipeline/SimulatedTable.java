package io.convergence.pipeline;

import io.convergence.Metrics;
import io.convergence.ledger.Ledger;
import io.convergence.merge.KeyUniqueness;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.ReadAhead;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A table as {@link Convergence} builds it, but on a log that the simulation opened. */
public final class SimulatedTable {
    private SimulatedTable() {}

    /** @param loadStart declared; there are no LOAD files */
    public static LakeTable of(
            ObjectStore store,
            Ledger ledger,
            RawLayout layout,
            RowShape shape,
            ListingMode listing,
            String control,
            String outputs,
            Instant loadStart,
            RandomGenerator random) {
        return new LakeTable(
                new TableSetup(
                        ledger.table(),
                        shape,
                        List.of("id"),
                        Set.of(),
                        Map.of(),
                        KeyUniqueness.AT_COMMIT,
                        Declarations.of(ledger.table()),
                        layout,
                        TimelineOptions.defaults().withDeclaredLoadStart(loadStart),
                        null,
                        store,
                        layout.tablePrefix(ledger.table()),
                        listing,
                        ReadAhead.none(),
                        TransactionProfiles.of(store, shape, Map.of(ledger.table(), shape)),
                        store,
                        control,
                        outputs,
                        random,
                        time -> {},
                        new Watch(Metrics.none(), ledger.table())),
                ledger);
    }
}
