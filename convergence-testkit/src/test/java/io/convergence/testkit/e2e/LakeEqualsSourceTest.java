package io.convergence.testkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.compact.CompactionOptions;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableState;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.testkit.dms.EmbeddedSource;
import io.convergence.testkit.dms.LoadMode;
import io.convergence.testkit.e2e.Story.Landed;
import io.convergence.testkit.e2e.Story.SettableTime;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** S19: the published tables hold the source's rows passed through the documented type mapping, whatever form the files were read in (S18). */
class LakeEqualsSourceTest {
    private static EmbeddedSource source;

    @BeforeAll
    static void start() {
        source = EmbeddedSource.start();
    }

    @AfterAll
    static void stop() {
        source.close();
    }

    @ParameterizedTest
    @EnumSource(LoadMode.class)
    void s19TheLakeEqualsTheSourceAfterEitherKindOfLoad(LoadMode mode) throws SQLException {
        var story = new Story(source);
        Landed landed = story.tell(mode, spec -> spec);

        var lake = Story.lake(landed, landed.raw(), new InMemoryObjectStore(Instant::now));

        for (var id : List.of(Story.CUSTOMERS, Story.ITEMS)) {
            assertThat(Story.merge(lake.table(id)).state())
                    .as("state of %s", id)
                    .isEqualTo(TableState.PUBLISHED);
            assertThat(story.compare(landed, lake.table(id)).differences())
                    .as("differences of %s", id)
                    .isEmpty();
        }
        assertThat(Story.published(lake.table(Story.CUSTOMERS))).hasSizeGreaterThan(50);
    }

    @Test
    void s18RawFilesCompactedFilesAndHalfOfEachGiveTheSameTable() throws SQLException {
        var story = new Story(source);
        Landed landed = story.tell(LoadMode.OVERLAP, spec -> spec);

        for (var id : List.of(Story.CUSTOMERS, Story.ITEMS)) {
            LakeTable raw = Story.lake(landed, landed.raw(), new InMemoryObjectStore(Instant::now))
                    .table(id);
            Story.merge(raw);
            List<List<@Nullable Object>> expected = Story.published(raw);
            assertThat(story.compare(landed, raw).differences()).isEmpty();

            LakeTable compacted = Story.lake(landed, landed.raw(), new InMemoryObjectStore(Instant::now))
                    .table(id);
            assertThat(compact(compacted)).as("raw files compacted").isPositive();
            Story.merge(compacted);
            assertThat(Story.published(compacted)).as("compacted").isEqualTo(expected);

            assertThat(inTwoHalves(landed, id, Halves.COMPACT_THE_FIRST))
                    .as("first half compacted")
                    .isEqualTo(expected);
            assertThat(inTwoHalves(landed, id, Halves.MERGE_THEN_COMPACT_ALL))
                    .as("merged in between, then the applied files compacted with new ones")
                    .isEqualTo(expected);
        }
    }

    private enum Halves {
        COMPACT_THE_FIRST,
        MERGE_THEN_COMPACT_ALL
    }

    private static List<List<@Nullable Object>> inTwoHalves(Landed landed, io.convergence.TableId id, Halves way) {
        List<ObjectStat> all = new ArrayList<>();
        Story.files(landed.raw(), id, all::add);
        List<ObjectStat> changes =
                all.stream().filter(object -> !object.key().contains("/LOAD")).toList();
        List<ObjectStat> later = changes.subList(changes.size() / 2, changes.size());
        List<ObjectStat> first = new ArrayList<>(all);
        first.removeAll(later);
        assertThat(later).isNotEmpty();

        var time = new SettableTime();
        var raw = new InMemoryObjectStore(time);
        Story.copy(landed.raw(), raw, time, first);
        LakeTable table =
                Story.lake(landed, raw, new InMemoryObjectStore(Instant::now)).table(id);
        if (way == Halves.COMPACT_THE_FIRST) {
            assertThat(compact(table)).isPositive();
        } else {
            Story.merge(table);
        }
        Story.copy(landed.raw(), raw, time, later);
        if (way == Halves.MERGE_THEN_COMPACT_ALL) {
            assertThat(compact(table)).isPositive();
        }
        Story.merge(table);

        return Story.published(table);
    }

    /** How many raw files were replaced. */
    private static int compact(LakeTable table) {
        var options = CompactionOptions.builder().settled().build();
        return table.compact(options, ProgressListener.none()).filesBefore();
    }
}
