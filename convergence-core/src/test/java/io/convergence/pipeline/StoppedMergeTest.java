package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.move;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.LedgerEntry;
import io.convergence.raw.TimelineOptions;
import io.convergence.target.RowShape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What only rows tell is shown from the log, by whatever process. */
class StoppedMergeTest {
    private static final MergeOptions HALF = MergeOptions.defaults().reloadGuard(ReloadGuard.share(0.5));

    private final LandingSite site = new LandingSite();

    enum Style {
        CURRENT,
        SOFT_DELETE;

        MergeOptions of(MergeOptions options) {
            return this == CURRENT ? options : options.style(TableStyle.softDelete());
        }
    }

    private TableStatus show(MergeOptions options) {
        return site.lake().table(ORDERS).show(options);
    }

    private Optional<Obstacle> shown() {
        return show(MergeOptions.defaults()).standing();
    }

    private List<LedgerEntry> log() {
        return site.lake().table(ORDERS).ledger().entries();
    }

    private void loadedTable() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
    }

    @ParameterizedTest
    @EnumSource
    void s10AContestedKeyIsShownOnceAMergeReadItAndUntilFilesCome(Style style) {
        MergeOptions options = style.of(MergeOptions.defaults());
        loadedTable();
        site.changes(60, move(10, 1, 2, "one"), move(10, 2, 1, "fits no row"));
        site.later();

        Optional<Obstacle> before = shown();
        TableResult result = site.merge(options);
        TableStatus status = show(options);
        site.changes(20_000, insert(19_999, 3, "three"));
        Optional<Obstacle> afterFiles = show(options).standing();

        assertThat(before).as("nobody read the rows").isEmpty();
        assertThat(result.state()).isEqualTo(TableState.DISPUTED);
        assertThat(status.standing()).contains(Obstacle.KEY_COLLISION);
        assertThat(status.condition()).isEqualTo(TableCondition.DISPUTED);
        assertThat(status.toString())
                .startsWith("public.orders: DISPUTED\n  ERROR KEY_COLLISION")
                .contains("read the rows of 2 files and published nothing")
                .doesNotContain("the next merge");
        assertThat(afterFiles).as("they may tell which row moved").isEmpty();
    }

    /** A table that waits for a person must not fill its log, whatever comes meanwhile. */
    @Test
    void aTableThatStaysDisputedTakesOneSlot() {
        loadedTable();
        site.changes(60, update(50, 1, "stored"));
        site.later().merge();
        site.changes(5000, update(49.5, 1, "back").counter(60_000));

        site.later().merge();
        List<LedgerEntry> first = log();
        site.changes(30_000, update(29_999, 2, "news"));
        site.later().merge();
        site.merge();

        assertThat(first).hasSize(2).last().isInstanceOf(LedgerEntry.Stopped.class);
        assertThat(log()).isEqualTo(first);
        assertThat(shown()).contains(Obstacle.ORDER_DISPUTED);
    }

    @Test
    void s2ADisputedKeyIsShownUntilTheOrderIsDeclaredOrTheFileIsGone() {
        loadedTable();
        site.changes(60, update(50, 1, "stored"));
        site.later().merge();
        String disputed = site.changes(5000, update(49.5, 1, "back").counter(60_000));
        site.later().merge();

        Optional<Obstacle> stands = shown();
        var store = site.lake().table(ORDERS);
        var ledger = store.ledger();
        LedgerEntry.Stopped note = ledger.snapshot().stopped().orElseThrow().entry();
        ledger.commit(new LedgerEntry.Declared(
                ledger.newTransaction(),
                ledger.snapshot().slot(),
                LedgerEntry.Declared.Kind.ORDER,
                at(60) + "=files",
                List.of()));

        assertThat(stands).contains(Obstacle.ORDER_DISPUTED);
        assertThat(note.named()).extracting(source -> source.key()).containsExactly(disputed);
        assertThat(shown()).as("the next merge tells").isEmpty();
        assertThat(site.merge().state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.lake().table(ORDERS).ledger().snapshot().stopped()).isEmpty();
    }

    @Test
    void s10TwoRowsOfOneKeyInALoadAreShownUntilANewerLoad() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 1, "another"));
        site.later().merge();

        Optional<Obstacle> stands = shown();
        site.wipe();
        site.load(20_000, 1, loaded(19_999, 1, "one"));
        site.later();

        assertThat(stands).contains(Obstacle.LOAD_KEY_TWICE);
        assertThat(shown()).isEmpty();
        assertThat(site.merge().state()).isEqualTo(TableState.PUBLISHED);
    }

    @ParameterizedTest
    @EnumSource
    void s6ARefusedReloadIsShownWithWhatAcceptsIt(Style style) {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-2, 2, "two"), loaded(-2, 3, "three"));
        site.later().merge(style.of(MergeOptions.defaults()));
        site.wipe();
        site.load(10_000, 1, loaded(9_999, 2, "two"));
        site.changes(10_100, update(10_050, 2, "two, changed"));
        site.later().merge(style.of(HALF));

        TableStatus status = show(style.of(HALF));
        Optional<Obstacle> accepting =
                show(HALF.reloadGuard(ReloadGuard.none())).standing();

        assertThat(status.standing()).contains(Obstacle.RELOAD_GUARD);
        assertThat(status.condition()).isEqualTo(TableCondition.SUSPECT);
        assertThat(status.toString()).contains("accepting the reload");
        assertThat(accepting).isEmpty();
    }

    /** A preview and a plan write nothing; the plan tells what the newest merge found. */
    @Test
    void aPlanTellsWhatTheNewestMergeStoppedAt() {
        loadedTable();
        site.changes(60, move(10, 1, 2, "one"), move(10, 2, 1, "fits no row"));
        site.later().merge();

        MergePlan plan = site.lake().table(ORDERS).planMerge(MergeOptions.defaults());

        assertThat(plan.outlook()).as("a merge reads again").isEqualTo(TableState.PUBLISHED);
        assertThat(plan.toString()).contains("KEY_COLLISION");
        assertThat(plan.findings()).extracting(Finding::code).doesNotContain("KEY_COLLISION");
    }

    /** S7: by the files alone, if all that is new is of one transaction. */
    @Test
    void s7ANewestTransactionThatIsHeldIsShown() {
        loadedTable();
        site.changes(60, update(50, 1, "uno"));
        site.later().merge();
        site.changes(10_000, update(9_990, 1, "cut"), update(9_990, 2, "here?"));
        site.clock(10_001);

        Optional<Obstacle> young = shown();
        TableResult held = site.merge();
        site.later();

        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(young).contains(Obstacle.NEWEST_TRANSACTION_HELD);
        assertThat(shown()).isEmpty();
        assertThat(site.merge().state()).isEqualTo(TableState.PUBLISHED);
    }

    /** S7: the look goes by what the merge goes by. */
    @Test
    void s7WithoutATimestampColumnANewestTransactionThatIsHeldIsShown() {
        site.shape(RowShape.plain().withSequenceColumn("seq").withBeforeImage("before_", ""))
                .timeline(TimelineOptions.defaults().withDeclaredLoadStart(at(-10)));
        loadedTable();
        site.changes(60, update(50, 1, "uno"));
        site.later().merge();
        site.changes(10_000, update(9_980, 1, "whole"), update(9_990, 1, "cut"));
        site.clock(10_001);

        Optional<Obstacle> before = shown();
        TableResult partly = site.merge();
        Optional<Obstacle> after = shown();
        TableResult held = site.merge();
        site.later().merge();
        site.lateChanges(20_000, 9_999, update(9_975, 2, "late"));

        assertThat(before).isEmpty();
        assertThat(partly.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(after).contains(Obstacle.NEWEST_TRANSACTION_HELD);
        assertThat(shown()).as("older than what is applied").isEmpty();
        assertThat(site.merge().state()).isEqualTo(TableState.PUBLISHED);
    }

    /** S7: a file of which the older part is applied is held from then on. */
    @Test
    void s7AFileThatIsHeldInPartIsShownOnceItsOlderChangesAreApplied() {
        loadedTable();
        site.later().merge();
        site.changes(10_000, update(9_980, 1, "whole"), update(9_990, 2, "cut here?"));
        site.clock(10_001);

        Optional<Obstacle> before = shown();
        TableResult partly = site.merge();
        Optional<Obstacle> after = shown();

        assertThat(before).isEmpty();
        assertThat(partly.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(after).contains(Obstacle.NEWEST_TRANSACTION_HELD);
        assertThat(site.merge().state()).isEqualTo(TableState.HELD);
    }
}
