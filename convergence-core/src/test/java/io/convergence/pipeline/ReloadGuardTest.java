package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.curated.TableStyle;
import io.convergence.merge.MergeKey;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** S6: what a reload would change is shown before, and one that would take too much is refused. */
class ReloadGuardTest {
    private static final MergeOptions HALF = MergeOptions.defaults().reloadGuard(ReloadGuard.share(0.5));

    private final LandingSite site = new LandingSite();

    /** The same rules whatever the style. */
    enum Style {
        CURRENT,
        SOFT_DELETE;

        MergeOptions of(MergeOptions options) {
            return this == CURRENT ? options : options.style(TableStyle.softDelete());
        }
    }

    private void reloadThatLosesTwoOfThree(Style style) {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-2, 2, "two"), loaded(-2, 3, "three"));
        assertThat(site.later().merge(style.of(MergeOptions.defaults())).state())
                .isEqualTo(TableState.PUBLISHED);
        site.wipe();
        site.load(10_000, 1, loaded(9_999, 2, "two"), loaded(9_999, 7, "seven"));
        site.changes(10_100, update(10_050, 2, "two, changed"));
        site.later();
    }

    @ParameterizedTest
    @EnumSource
    void s6AReloadThatWouldTakeMoreThanTheShareStatedIsRefusedUntilItIsAccepted(Style style) {
        reloadThatLosesTwoOfThree(style);

        TableResult refused = site.merge(style.of(HALF));
        Map<Long, String> before = site.rows();
        TableResult accepted =
                site.later().merge(style.of(MergeOptions.defaults().reloadGuard(ReloadGuard.none())));

        assertThat(refused.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(refused)).contains("RELOAD_GUARD");
        assertThat(refused.findings().get(refused.findings().size() - 1).message())
                .isEqualTo(
                        "The reload is not published: of 3 keys 2 would vanish, and the guard is 50.00 % of the keys,"
                                + " from 1 on. The first are [[1], [3]].");
        assertThat(before).isEqualTo(Map.of(1L, "one", 2L, "two", 3L, "three"));
        assertThat(accepted.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(2L, "two, changed", 7L, "seven"));
    }

    @ParameterizedTest
    @EnumSource
    void s6ThePlanShowsWhatAReloadWouldChangeAndPublishesNothing(Style style) {
        reloadThatLosesTwoOfThree(style);
        var stored = site.stored();

        ReloadPreview preview = site.lake()
                .table(ORDERS)
                .planMerge(style.of(MergeOptions.defaults()))
                .previewReload(1)
                .orElseThrow();

        assertThat(preview)
                .isEqualTo(new ReloadPreview(
                        3,
                        2,
                        1,
                        1,
                        2,
                        List.of(MergeKey.of(7L)),
                        List.of(MergeKey.of(2L)),
                        List.of(MergeKey.of(1L)),
                        List.of(),
                        List.of()));
        assertThat(preview.toString())
                .isEqualTo("reload: 3 keys become 2\n"
                        + "  1 appear: [7]\n"
                        + "  1 change: [2]\n"
                        + "  2 vanish (66.7 %): [1] …\n"
                        + "  0 stay\n");
        assertThat(site.rows()).hasSize(3);
        assertThat(site.stored()).as("a dry run stores nothing").isEqualTo(stored);
    }

    @Test
    void byDefaultSmallTablesAreReplacedWithoutAsking() {
        reloadThatLosesTwoOfThree(Style.CURRENT);

        assertThat(site.merge().state()).isEqualTo(TableState.PUBLISHED);
        assertThat(ReloadGuard.defaults().refuses(preview(200, 100))).isFalse();
        assertThat(ReloadGuard.defaults().refuses(preview(200, 101))).isTrue();
        assertThat(ReloadGuard.defaults().refuses(preview(99, 99))).isFalse();
        assertThat(ReloadGuard.share(0).refuses(preview(99, 0))).isFalse();
        assertThat(ReloadGuard.share(0).refuses(preview(99, 1))).isTrue();
        assertThat(ReloadGuard.none().refuses(preview(1000, 1000))).isFalse();
        assertThatThrownBy(() -> ReloadGuard.share(1.5))
                .hasMessage(
                        "Cannot guard reloads by a share of 1.5 from 1 keys on: the share is 0 to 1, and the keys are"
                                + " 1 at least.");
    }

    private static ReloadPreview preview(long before, long vanished) {
        return new ReloadPreview(before, 0, 0, 0, vanished, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    @Test
    void aMergeThatIsNoReloadHasNoPreview() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.later().merge();
        site.changes(9000, update(8_990, 1, "uno"));

        assertThat(site.later()
                        .lake()
                        .table(ORDERS)
                        .planMerge(MergeOptions.defaults())
                        .previewReload(5))
                .isEmpty();
    }

    private record Table(TableSchema schema, List<List<@Nullable Object>> content) implements RowSource {
        @Override
        public Stream<List<@Nullable Object>> rows() {
            return content.stream();
        }
    }

    /** Rows in any order, keys in many passes, against sets of keys. */
    @Test
    void randomTablesAreComparedAsTheirSetsAre() {
        long first = Long.getLong("convergence.seed", 1);
        for (long seed = first; seed < first + 200; seed++) {
            var random = new Random(seed);
            Map<Long, @Nullable Object> before = rows(random);
            Map<Long, @Nullable Object> after = rows(random);
            var appeared = new TreeSet<>(after.keySet());
            appeared.removeAll(before.keySet());
            var vanished = new TreeSet<>(before.keySet());
            vanished.removeAll(after.keySet());
            var changed = new TreeSet<>(before.keySet());
            changed.retainAll(after.keySet());
            changed.removeIf(key -> Objects.equals(before.get(key), after.get(key)));

            ReloadPreview preview = new ReloadComparison(
                            table(before, random, DataType.Kind.INT8),
                            table(after, random, DataType.Kind.INT4),
                            3,
                            1 + random.nextInt(20))
                    .preview();

            String as = "-Dconvergence.seed=" + seed;
            assertThat(preview.before()).as(as).isEqualTo(before.size());
            assertThat(preview.after()).as(as).isEqualTo(after.size());
            assertThat(preview.appeared()).as(as).isEqualTo(appeared.size());
            assertThat(preview.changed()).as(as).isEqualTo(changed.size());
            assertThat(preview.vanished()).as(as).isEqualTo(vanished.size());
            assertThat(preview.vanishing())
                    .as(as)
                    .isEqualTo(vanished.stream().limit(3).map(MergeKey::of).toList());
            assertThat(preview.changing())
                    .as(as)
                    .isEqualTo(changed.stream().limit(3).map(MergeKey::of).toList());
            assertThat(preview.appearing())
                    .as(as)
                    .isEqualTo(appeared.stream().limit(3).map(MergeKey::of).toList());
        }
    }

    private static Map<Long, @Nullable Object> rows(Random random) {
        Map<Long, @Nullable Object> rows = new TreeMap<>();
        int count = random.nextInt(60);
        for (int i = 0; i < count; i++) {
            rows.put((long) random.nextInt(60), random.nextInt(4) == 0 ? null : "v" + random.nextInt(3));
        }
        return rows;
    }

    private static Table table(Map<Long, @Nullable Object> rows, Random random, DataType.Kind key) {
        List<List<@Nullable Object>> content = new ArrayList<>();
        rows.forEach((id, name) -> {
            List<@Nullable Object> row = new ArrayList<>();
            row.add(name);
            row.add(id);
            content.add(row);
        });
        Collections.shuffle(content, random);
        return new Table(
                new TableSchema(
                        ORDERS,
                        List.of(Column.nullable("name", DataType.string(9)), Column.required("id", DataType.of(key))),
                        List.of("id")),
                content);
    }
}
