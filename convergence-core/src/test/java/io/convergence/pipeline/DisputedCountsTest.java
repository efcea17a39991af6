package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.move;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.curated.TableStyle;
import io.convergence.merge.MergeCounts.What;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** S2, S10, S17: the result of a disputed merge counts what is disputed, and that everything is withheld. */
class DisputedCountsTest {
    private final LandingSite site = new LandingSite();

    static Stream<Named<MergeOptions>> ways() {
        MergeOptions options = MergeOptions.defaults();
        return Stream.of(
                Named.of("current", options),
                Named.of(
                        "in many buckets, spilled",
                        options.snapshot(options.snapshot()
                                .withTargetSize(DataSize.ofBytes(100))
                                .withMemory(DataSize.ofBytes(100)))),
                Named.of("soft-delete", options.style(TableStyle.softDelete())));
    }

    private Map<What, Long> counts(TableResult result) {
        assertThat(result.state()).isEqualTo(TableState.DISPUTED);
        return result.counts().orElseThrow().toMap();
    }

    /** Two of four keys have a commit time that steps back while their counter goes on. */
    @ParameterizedTest
    @MethodSource("ways")
    void s2EachKeyWhoseTimesAndCountersDisagreeIsCountedOnce(MergeOptions options) {
        site.load(0, 1, loaded(-4, 1, "one"), loaded(-3, 2, "two"), loaded(-2, 3, "three"), loaded(-1, 4, "four"));
        site.changes(60, update(50, 1, "a"), update(51, 2, "b"), update(52, 3, "c"));
        site.changes(120, update(40, 1, "d").counter(60_000), update(41, 2, "e").counter(60_004), update(70, 3, "f"));

        TableResult result = site.later().merge(options);

        assertThat(codes(result)).containsExactly("CLOCK_STEPPED_BACK", "ORDER_DISPUTED", "ORDER_DISPUTED");
        assertThat(counts(result)).isEqualTo(Map.of(What.RECEIVED, 10L, What.WITHHELD, 10L, What.DISPUTED, 2L));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void s10EachKeyThatTwoRowsClaimIsCountedOnce(MergeOptions options) {
        site.load(0, 1, loaded(-4, 1, "one"), loaded(-3, 2, "two"), loaded(-2, 3, "three"), loaded(-1, 4, "four"));
        site.changes(60, insert(10, 5, "five"), insert(11, 6, "six"), insert(12, 7, "seven"));
        site.changes(120, move(70, 5, 6, "five"), move(71, 1, 7, "one"), update(72, 2, "zwei"));

        TableResult result = site.later().merge(options);

        assertThat(codes(result)).containsExactly("KEY_COLLISION", "KEY_COLLISION");
        assertThat(counts(result)).isEqualTo(Map.of(What.RECEIVED, 10L, What.WITHHELD, 10L, What.DISPUTED, 2L));
    }

    @Test
    void nothingIsCountedAsDisputedOnceTheOrderIsDeclared() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(60, update(50, 1, "a"));
        site.changes(120, update(40, 1, "b").counter(60_000));
        Map<What, Long> before = counts(site.later().merge());
        site.lake()
                .table(LandingSite.ORDERS)
                .planDeclaration(Declaration.order("2026-03-01T10:01:00Z=counter"), MergeOptions.defaults())
                .execute();

        TableResult result = site.merge();

        assertThat(before).containsEntry(What.DISPUTED, 1L).containsEntry(What.WITHHELD, 3L);
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().toMap())
                .doesNotContainKeys(What.DISPUTED, What.WITHHELD)
                .containsEntry(What.RECEIVED, 3L);
    }
}
