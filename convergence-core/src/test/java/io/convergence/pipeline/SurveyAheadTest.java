package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.convergence.change.RawFileException;
import io.convergence.raw.RawFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A survey reads by several threads, and nothing but the time it takes tells so. */
@Timeout(60)
class SurveyAheadTest {
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void lessThanOneFileIsRefused() {
        assertThatThrownBy(() -> Convergence.builder().readAhead(threads, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot read 0 files at a time: 1 is the least.");
    }

    private static LandingSite site() {
        var site = new LandingSite();
        site.load(0, 1, loaded(-1, 1, "one"));
        for (int file = 1; file <= 30; file++) {
            site.changes(file * 10, insert(file * 10 - 5, file + 100, "new"), update(file * 10 - 4, 1, "name " + file));
        }
        return site;
    }

    @Test
    void aSurveyOfManyFilesAtATimeFindsWhatOneByOneFinds() {
        var site = site();
        Landing expected = site.lake().table(ORDERS).survey(ProgressListener.none());
        List<Long> told = new ArrayList<>();

        Landing found = site.settings(builder -> builder.readAhead(threads, 8))
                .lake()
                .table(ORDERS)
                .survey((table, step, done, total) -> told.add(done));

        assertThat(found.timeline().files())
                .isEqualTo(expected.timeline().files())
                .hasSize(31);
        assertThat(found.columns()).isEqualTo(expected.columns());
        assertThat(List.copyOf(found.columns().keySet()))
                .isEqualTo(List.copyOf(expected.columns().keySet()));
        assertThat(told).hasSize(31).isSorted().endsWith(31L);
    }

    @Test
    void aSurveyFailsAtTheFirstBrokenFileInOrder() {
        var site = site();
        byte[] broken = "this is no Parquet".getBytes(StandardCharsets.UTF_8);
        site.put(302, LandingSite.LAYOUT.cdcKey(ORDERS, at(302), RawFormat.PARQUET), broken);
        String first = site.put(55, LandingSite.LAYOUT.cdcKey(ORDERS, at(55), RawFormat.PARQUET), broken);
        Throwable expected = catchThrowable(() -> site.lake().table(ORDERS).survey(ProgressListener.none()));

        Throwable found = catchThrowable(() -> site.settings(builder -> builder.readAhead(threads, 16))
                .lake()
                .table(ORDERS)
                .survey(ProgressListener.none()));

        assertThat(found).isInstanceOf(RawFileException.class).hasMessage(expected.getMessage());
        assertThat(found.getMessage()).contains(first);
    }
}
