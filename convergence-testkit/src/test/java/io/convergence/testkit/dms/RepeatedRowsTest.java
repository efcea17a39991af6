package io.convergence.testkit.dms;

import static io.convergence.testkit.assertj.LakeAssertions.assertThatTable;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.pipeline.Declarations;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.ScriptedShop.World;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A transaction deletes a row twice, and is cut between: a delete has the key alone, so both look alike. Where a run begins with that
 * transaction, the second may be the first one written again by a task whose counter had come further (rule S3).
 */
class RepeatedRowsTest {
    private final ReplicationSpec spec = ScriptedShop.spec();
    private final DmsScript script = DmsScript.of(spec)
            .on(ScriptedShop.ORDERS)
            .row(1, "new", 1, "a", "one")
            .row(2, "new", 2, "b", "two")
            .row(3, "new", null, null, null);
    private final World world = World.of(script, spec);

    @BeforeEach
    void deleteTwiceInACutTransaction() {
        script.load()
                .pause(Duration.ofHours(1))
                .delete(3)
                .commit()
                .restart()
                .delete(2)
                .insert(2, "again", 5, null, null)
                .flush()
                .delete(2)
                .commit();
    }

    private void requireReplay() {
        assertThatTable(world.lake(Declarations.of(ScriptedShop.ORDERS)).table(ScriptedShop.ORDERS))
                .equalsReplayOf(script);
    }

    @Test
    void s3RowsThatMayBeAReplayAreHeldUntilALaterChangeShows() {
        script.flush();
        assertThat(script.expected(ScriptedShop.ORDERS).obstacles())
                .extracting(ExpectedTable.Obstacle::kind)
                .containsExactly(ExpectedTable.Kind.REPLAY_NOT_EXCLUDED);
        TableResult held = world.merge(ScriptedShop.ORDERS);
        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(held.findings()).extracting(Finding::code).containsExactly("REPLAY_HELD");

        script.update(1, "status", "later").commit().flush();

        assertThat(script.expected(ScriptedShop.ORDERS).mustBePublished()).isTrue();
        TableResult result = world.merge(ScriptedShop.ORDERS);
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        requireReplay();
    }

    /** A task that stopped while it wrote changes again goes on with them, not with later ones. */
    @Test
    void s3RowsBehindWhichALaterRunBeginsWithLaterChangesAreNoReplayThatBrokeOff() {
        script.restart().update(1, "status", "later").commit();

        TableResult result = world.merge(ScriptedShop.ORDERS);

        assertThat(result.state()).as("%s", result).isEqualTo(TableState.PUBLISHED);
        requireReplay();
    }

    @ParameterizedTest
    @EnumSource
    void s3RowsThatAreWrittenAgainAfterTheyWereWrittenTwiceAreNotLost(ScriptReplay replay) {
        for (int changes = 1; changes <= 4; changes++) {
            script.restart(replay, changes)
                    .update(1, "status", "later " + changes)
                    .commit();

            TableResult result = world.merge(ScriptedShop.ORDERS);

            assertThat(result.state()).as("%s", result).isEqualTo(TableState.PUBLISHED);
            requireReplay();
        }
    }
}
