package io.convergence.testkit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.RawRetirement;
import io.convergence.ledger.RawSource;
import io.convergence.ledger.RetirementOptions;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** L4, S14: raw files that go while they are merged leave a suspicion in the log; retired ones (L5) none. */
class SuspicionTest {
    private final SourceHistory history = new SourceHistory(5, 6);
    private final LakeWorld world = new LakeWorld();

    @BeforeEach
    void deliver() {
        world.deliver(history.files());
        world.later();
    }

    @Test
    void l4AFileThatVanishesUnderAMergeEndsInASuspicionAndNotInACommit() {
        ObjectStat victim = lastChanges();

        TableResult result = mergeWhile(() -> world.store.delete(victim.key()));

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(world.log())
                .singleElement()
                .isInstanceOfSatisfying(
                        LedgerEntry.Suspect.class,
                        suspect -> assertThat(suspect.places())
                                .extracting(RawSource::key)
                                .containsExactly(victim.key()));
        // The log has never heard of the file but for this.
        TableResult next = world.merge();
        assertThat(next.state()).isEqualTo(TableState.SUSPECT);
        assertThat(next.findings()).extracting(Finding::code).contains("TABLE_SUSPECT");
        assertThat(world.merge().state()).isEqualTo(TableState.SUSPECT);
        assertThat(world.log()).hasSize(1);
    }

    @Test
    void s14ADeclarationEndsIt() {
        ObjectStat victim = lastChanges();
        mergeWhile(() -> world.store.delete(victim.key()));
        Ledger ledger = world.ledger();

        ledger.commit(new LedgerEntry.Declared(
                ledger.newTransaction(), 0, LedgerEntry.Declared.Kind.EXPIRED, "removed by hand", List.of(0L)));
        TableResult result = world.merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(ledger.snapshot().suspicions()).isEmpty();
        assertThat(ledger.snapshot().declarations()).hasSize(1);
    }

    /** A file that another process writes back has another time: it is another object, and only a person knows. */
    @Test
    void l3AFileWrittenAnewDoesNotEndIt() {
        ObjectStat victim = lastChanges();
        byte[] content = world.store.get(victim.key()).orElseThrow().content();
        mergeWhile(() -> world.store.delete(victim.key()));

        world.store.put(victim.key(), content, WriteCondition.none());

        assertThat(world.merge().state()).isEqualTo(TableState.SUSPECT);
    }

    @Test
    void l5RetiredRawFilesArePlacedFromTheLogAndMakeNothingSuspect() {
        world.merge();
        world.compact();
        world.later();
        world.merge();
        for (int hour = 0; hour < 50; hour++) {
            world.later();
        }
        LakeTable table = world.process(world.store);
        RawRetirement retirement = table.retirement(RetirementOptions.byDeleting());

        RawRetirement.Result retired = retirement.execute(retirement.plan());
        TableResult next = world.merge();

        assertThat(retired.retired()).isNotEmpty();
        assertThat(retired.findings()).isEmpty();
        assertThat(next.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(world.rows()).isEqualTo(history.rows());
        assertThat(table.check().findings())
                .extracting(Finding::code)
                .doesNotContain("RAW_FILES_GONE")
                .isSubsetOf("FILES_TO_CLEAN_UP");
    }

    private ObjectStat lastChanges() {
        List<ObjectStat> raw = world.store.listAll("raw/").toList();
        return raw.stream()
                .filter(stat -> !stat.key().contains("LOAD"))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** DMS acts when the merge has read everything and writes its first file. */
    private TableResult mergeWhile(Runnable dms) {
        FaultyObjectStore store = FaultyObjectStore.counting(world.store);
        store.plan(request -> {
            if (request.operation() == Operation.PUT && request.key().contains("/tables/")) {
                dms.run();
            }
            return Optional.empty();
        });
        return world.process(store).merge(MergeOptions.defaults(), ProgressListener.none());
    }
}
