package io.convergence.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.ledger.LedgerEntry.Declared.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The law of a table's states, in full: every pair of obstacles under every event. */
class ObstacleTest {
    private static final List<Optional<Obstacle>> ALL = all();

    private static List<Optional<Obstacle>> all() {
        List<Optional<Obstacle>> all = new ArrayList<>();
        all.add(Optional.empty());
        Arrays.stream(Obstacle.values()).map(Optional::of).forEach(all::add);
        return all;
    }

    private static TableCondition condition(Optional<Obstacle> obstacle) {
        return obstacle.map(Obstacle::condition).orElse(TableCondition.CURRENT);
    }

    /** Written apart from the code: what hides needs a cause, what goes needs an ending. */
    private static boolean lawful(Optional<Obstacle> before, Optional<Obstacle> after, TableEvent event) {
        if (before.equals(after)) {
            return true;
        }

        int from = before.map(Obstacle::ordinal).orElse(Integer.MAX_VALUE);
        int to = after.map(Obstacle::ordinal).orElse(Integer.MAX_VALUE);
        boolean uncovered = condition(before) == TableCondition.FAILED || to > from;
        return uncovered
                ? before.orElseThrow().endings().contains(event)
                : after.orElseThrow().causes().contains(event);
    }

    @Test
    void everyTransitionIsLegalOrRefused() {
        int legal = 0;
        int refused = 0;
        for (Optional<Obstacle> before : ALL) {
            for (Optional<Obstacle> after : ALL) {
                for (TableEvent event : TableEvent.values()) {
                    boolean may = Obstacle.mayFollow(before, after, Set.of(event));
                    assertThat(may).as("%s to %s by %s", before, after, event).isEqualTo(lawful(before, after, event));
                    legal += may ? 1 : 0;
                    refused += may ? 0 : 1;
                }
            }
        }
        assertThat(legal).isPositive();
        assertThat(refused).isGreaterThan(legal);
    }

    @Test
    void nothingMovesWithoutAnEvent() {
        for (Optional<Obstacle> before : ALL) {
            for (Optional<Obstacle> after : ALL) {
                assertThat(Obstacle.mayFollow(before, after, Set.of())).isEqualTo(before.equals(after));
            }
        }
    }

    /** S2, S14: a table that waits for a person does not go on by itself. */
    @Test
    void s2S14TimeEndsNoDisputeAndNoSuspicion() {
        for (Obstacle obstacle : Obstacle.values()) {
            if (Set.of(TableCondition.SUSPECT, TableCondition.DISPUTED, TableCondition.FAILED)
                    .contains(obstacle.condition())) {
                assertThat(obstacle.endings()).as(obstacle.name()).doesNotContain(TableEvent.TIME_PASSED);
            }
        }
        for (Obstacle obstacle : List.of(
                Obstacle.RAW_FILE_VANISHED,
                Obstacle.TABLE_SUSPECT,
                Obstacle.ORDER_DISPUTED,
                Obstacle.LOAD_KEY_TWICE,
                Obstacle.COLUMN_DEFAULT_UNKNOWN,
                Obstacle.RENAME_SUSPECTED)) {
            assertThat(Obstacle.mayFollow(
                            Optional.of(obstacle),
                            Optional.empty(),
                            Set.of(TableEvent.FILES_CAME, TableEvent.TIME_PASSED)))
                    .as(obstacle.name())
                    .isFalse();
        }
    }

    @Test
    void everyObstacleCanEndAndEveryStateButTheFirstHasACause() {
        for (Obstacle obstacle : Obstacle.values()) {
            assertThat(obstacle.endings()).as(obstacle.name()).isNotEmpty();
            assertThat(obstacle.causes()).as(obstacle.name()).isNotEmpty();
        }
        Set<TableCondition> reached = new HashSet<>();
        ALL.forEach(obstacle -> reached.add(condition(obstacle)));
        assertThat(reached).isEqualTo(EnumSet.allOf(TableCondition.class));
    }

    /** A reload or the declaration that the table began anew ends whatever the files brought about. */
    @Test
    void aNewBeginningEndsAllThatFilesBrought() {
        for (Obstacle obstacle : Obstacle.values()) {
            if (obstacle.condition() != TableCondition.FAILED) {
                assertThat(obstacle.endings())
                        .as(obstacle.name())
                        .contains(TableEvent.NEWER_LOAD, TableEvent.DECLARED_TRUNCATED, TableEvent.DECLARED_RELOADED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whateverCanBeDeclaredEndsSomething(Kind what) {
        assertThat(Obstacle.values()).anyMatch(obstacle -> obstacle.endings().contains(TableEvent.declared(what)));
    }

    @Test
    void theObstacleIsTheMostSevereFindingOfItsState() {
        Finding vanished = Finding.error("RAW_FILE_VANISHED", "f", "m", "x");
        Finding columns = Finding.error("RENAME_SUSPECTED", "f", "m", "x");
        Finding unsettled = Finding.info("LOAD_UNSETTLED", "f", "m", "x");

        assertThat(Obstacle.of(TableState.SUSPECT, List.of(columns, vanished))).contains(Obstacle.RAW_FILE_VANISHED);
        assertThat(Obstacle.of(TableState.HELD, List.of(columns, unsettled))).contains(Obstacle.LOAD_UNSETTLED);
        assertThat(Obstacle.of(TableState.SUSPECT, List.of(unsettled))).contains(Obstacle.SUSPECT_OTHERWISE);
        assertThat(Obstacle.of(TableState.UNCHANGED, List.of(columns))).isEmpty();
        assertThat(Obstacle.of(TableState.HELD, List.of())).contains(Obstacle.NEWEST_TRANSACTION_HELD);
    }
}
