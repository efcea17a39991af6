package io.convergence.testkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.TableState;
import io.convergence.raw.RawLayout;
import io.convergence.reconcile.Difference;
import io.convergence.reconcile.Reconciliation;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.RowShape;
import io.convergence.testkit.dms.EmbeddedSource;
import io.convergence.testkit.dms.LoadMode;
import io.convergence.testkit.e2e.Story.Landed;
import io.convergence.testkit.e2e.Story.SettableTime;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Breaks what makes the lake equal to the source, one thing at a time, and sees the comparison say so. */
class ComparisonCanFailTest {
    private static EmbeddedSource source;

    @BeforeAll
    static void start() {
        source = EmbeddedSource.start();
    }

    @AfterAll
    static void stop() {
        source.close();
    }

    @Test
    void aBrokenOrderOfChangesIsSeen() throws SQLException {
        var story = new Story(source);
        Landed landed = story.tell(LoadMode.SNAPSHOT, spec -> spec);
        RowShape right = shape(landed);

        // Without sequence and timestamp only the names of files order the changes, and the names are reversed.
        var unordered = new RowShape(
                null,
                null,
                right.beforeImagePrefix(),
                right.beforeImageSuffix(),
                right.schema(),
                right.nullOnUpdate(),
                right.defaultNullOnUpdate());
        Reconciliation answer = compare(story, landed, unordered, reversed(landed));

        assertThat(answer.equal()).isFalse();
        assertThat(answer.differences())
                .anySatisfy(difference -> assertThat(difference.key()).isEqualTo(List.of(10L)));
    }

    @Test
    void missingTombstonesAreSeen() throws SQLException {
        var story = new Story(source);
        Landed landed =
                story.tell(LoadMode.SNAPSHOT, spec -> spec.settings(s -> s.cdc(cdc -> cdc.insertsAndUpdates())));

        Reconciliation answer = compare(story, landed, shape(landed), landed.raw());

        assertThat(answer.differences().stream()
                        .filter(difference -> difference.kind() == Difference.Kind.MISSING_IN_SOURCE)
                        .map(Difference::key))
                .contains(List.of(20L), List.of(21L));
    }

    @Test
    void keyChangesThatAreNotFollowedAreSeen() throws SQLException {
        var story = new Story(source);
        Landed landed = story.tell(LoadMode.SNAPSHOT, spec -> spec);
        RowShape right = shape(landed);
        var blind = new RowShape(
                right.timestampColumn(),
                right.sequenceColumn(),
                null,
                null,
                right.schema(),
                right.nullOnUpdate(),
                right.defaultNullOnUpdate());

        Reconciliation answer = compare(story, landed, blind, landed.raw());

        assertThat(answer.differences().stream()
                        .filter(difference -> difference.kind() == Difference.Kind.MISSING_IN_SOURCE)
                        .map(Difference::key))
                .contains(List.of(30L));
    }

    @Test
    void unbrokenTheSameStoryHasNoDifference() throws SQLException {
        var story = new Story(source);
        Landed landed = story.tell(LoadMode.SNAPSHOT, spec -> spec);

        assertThat(compare(story, landed, shape(landed), landed.raw()).differences())
                .isEmpty();
    }

    private static RowShape shape(Landed landed) {
        SourceTable table = landed.schema().table(Story.CUSTOMERS).orElseThrow();
        return landed.spec().rowShape(table);
    }

    private static Reconciliation compare(Story story, Landed landed, RowShape shape, ObjectStore raw) {
        TableId id = Story.CUSTOMERS;
        LakeTable table = Convergence.builder()
                .layout(RawLayout.of(landed.spec().settings()))
                .store(raw)
                .lake(new InMemoryObjectStore(Instant::now))
                .table(id, shape)
                .build()
                .table(id);
        assertThat(Story.merge(table).state()).isEqualTo(TableState.PUBLISHED);
        return story.compare(landed, table);
    }

    /** The same files, the content of the first change file under the name of the last, and so on. */
    private static ObjectStore reversed(Landed landed) {
        List<ObjectStat> all = new ArrayList<>();
        Story.files(landed.raw(), Story.CUSTOMERS, all::add);
        List<ObjectStat> changes =
                all.stream().filter(object -> !object.key().contains("/LOAD")).toList();
        assertThat(changes).hasSizeGreaterThan(3);
        var time = new SettableTime();
        var raw = new InMemoryObjectStore(time);
        Story.copy(
                landed.raw(),
                raw,
                time,
                all.stream().filter(object -> object.key().contains("/LOAD")).toList());
        for (int i = 0; i < changes.size(); i++) {
            ObjectStat named = changes.get(i);
            ObjectStat filled = changes.get(changes.size() - 1 - i);
            time.set(named.lastModified());
            raw.put(named.key(), landed.raw().get(filled.key()).orElseThrow().content(), WriteCondition.none());
        }

        return raw;
    }
}
