package io.convergence.testkit.ledger.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.testkit.ledger.model.Explorer.Exploration;
import io.convergence.testkit.ledger.model.ProtocolModel.Bound;
import io.convergence.testkit.ledger.model.ProtocolModel.Flaw;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every state of the protocol within a bound, and walks through it that the real ledger follows. */
class ProtocolModelTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final int WALKS = 300;
    private static final Bound FAILURES = new Bound(2, 2, 3, 2, 1, 1, 0, 2);
    private static final Bound UNDO_AND_RETIREMENT = new Bound(2, 2, 3, 2, 0, 0, 1, 2);
    private static final Bound ALL = new Bound(2, 2, 3, 2, 1, 1, 1, 2);
    private static final Bound SMALL = new Bound(2, 2, 3, 2, 0, 1, 1, 2);

    @Test
    void noStateThatCanBeReachedIsWrongWhateverFails() {
        assertThat(explored(FAILURES)).isGreaterThan(100_000);
    }

    @Test
    void noStateThatCanBeReachedIsWrongWhateverIsTakenBackOrRetired() {
        assertThat(explored(UNDO_AND_RETIREMENT)).isGreaterThan(100_000);
    }

    @Test
    @Tag("nightly")
    void noStateThatCanBeReachedIsWrongWithAllOfIt() {
        assertThat(explored(ALL)).isGreaterThan(3_000_000);
    }

    private static int explored(Bound bound) {
        Exploration all = Explorer.explore(new ProtocolModel(bound, Set.of()));

        System.out.printf("%s: %,d states, %,d steps%n", bound, all.states(), all.steps());
        assertThat(all.violation()).isEmpty();
        return all.states();
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void theProtocolWithoutOneOfItsRulesIsFoundOut(Flaw flaw) {
        Exploration some = Explorer.explore(new ProtocolModel(SMALL, EnumSet.of(flaw)));

        assertThat(some.violation()).isPresent();
    }

    /** Random walks through the model, done again with real ledgers. */
    @Test
    void theLedgerDoesWhatTheModelDoes() {
        var bound = new Bound(3, 4, 7, 6, 2, 1, 2, 2);
        int conflicts = 0;
        int unknown = 0;
        for (long seed : ONE == null ? LongStream.range(0, WALKS).toArray() : new long[] {ONE}) {
            var walk = ModelWalk.draw(new ProtocolModel(bound, Set.of()), new SplittableRandom(seed));
            var replay = new ModelReplay(walk, bound.writers(), bound.checkpointEvery());
            try {
                replay.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "walk " + walk.stream().map(ModelWalk.Move::step).toList() + ", again with -Dconvergence.seed="
                                + seed,
                        e);
            }
            conflicts += replay.conflicts();
            unknown += replay.unknown();
        }

        if (ONE == null) {
            System.out.printf("%d walks: %d conflicts, %d outcomes unknown%n", WALKS, conflicts, unknown);
            assertThat(conflicts).isGreaterThan(WALKS);
            assertThat(unknown).isGreaterThan(WALKS / 20);
        }
    }

    /** Random walks, done again with the real clean-up, undo and retirement on files that exist. */
    @Test
    void cleanUpUndoAndRetirementDoWhatTheModelDoes() {
        var bound = new Bound(2, 4, 7, 5, 2, 0, 2, 2);
        var model = new ProtocolModel(bound, Set.of());
        Map<Step.Act, Integer> acts = new EnumMap<>(Step.Act.class);
        long checkpoints = 0;
        for (long seed : ONE == null ? LongStream.range(0, WALKS).toArray() : new long[] {ONE}) {
            var walk = ModelWalk.draw(model, ProtocolModelTest::isOfActors, new SplittableRandom(seed));
            var replay = new ActorsReplay(model, walk, bound.writers(), bound.checkpointEvery());
            try {
                replay.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "walk " + walk.stream().map(ModelWalk.Move::step).toList() + ", again with -Dconvergence.seed="
                                + seed,
                        e);
            }
            walk.forEach(move -> acts.merge(move.step().act(), 1, Integer::sum));
            checkpoints += replay.checkpoints();
        }

        if (ONE == null) {
            System.out.printf("%d walks of actors: %s, %d checkpoints%n", WALKS, acts, checkpoints);
            assertThat(checkpoints).isPositive();
            assertThat(List.of(
                            Step.Act.LIST,
                            Step.Act.FENCE,
                            Step.Act.DELETE,
                            Step.Act.UNDO,
                            Step.Act.RETIRE,
                            Step.Act.DELETE_RAW))
                    .allSatisfy(act ->
                            assertThat(acts.getOrDefault(act, 0)).as("%s", act).isGreaterThan(WALKS / 20));
        }
    }

    /** Without readers; and what is new is young while clean-up looks, so that it is not retired then. */
    private static boolean isOfActors(ModelState state, Step.Act act) {
        boolean looks = state.cleaner().phase() == ModelState.Cleaning.BEGUN;
        return switch (act) {
            case READ, READ_BY_TAIL, CHECKPOINT -> false;
            case PLAN_RETIREMENT -> !looks;
            default -> true;
        };
    }
}
