package io.convergence.testkit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.SymlinkManifest;
import io.convergence.ledger.TableFiles;
import io.convergence.pipeline.LakeTable;
import io.convergence.store.ObjectStat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** L6: what engines are shown holds each change of the table once, whatever DMS did to its folder. */
class EngineFilesTest {
    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");

    private final LakeWorld world = new LakeWorld();
    private final SourceHistory first = new SourceHistory(3, 5, START.minus(Duration.ofDays(1)));
    private final SourceHistory second = new SourceHistory(4, 5, START);

    @Test
    void l6CompactedFilesAndTheTailHoldEachRawFileOnce() {
        world.deliver(first.files());
        world.later();
        world.merge();
        world.compact();
        LakeTable table = world.process(world.store);

        TableFiles files = table.files();

        assertThat(keys(table, files)).containsExactlyInAnyOrderElementsOf(keys(first));
    }

    @Test
    void l6AfterAReloadFilesOfTheLoadBeforeAreShownNoMore() {
        world.deliver(first.files());
        world.later();
        world.merge();
        world.compact();
        world.wipe();
        world.deliver(second.files());
        world.later();
        world.merge();
        LakeTable table = world.process(world.store);

        TableFiles raw = table.files();
        world.compact();
        TableFiles compacted = table.files();

        assertThat(keys(table, raw)).containsExactlyInAnyOrderElementsOf(keys(second));
        assertThat(raw.compacted()).isEmpty();
        assertThat(keys(table, compacted)).containsExactlyInAnyOrderElementsOf(keys(second));
        assertThat(compacted.compacted()).isNotEmpty();
        SymlinkManifest manifest = table.symlinkManifest("manifests");
        assertThat(manifest.show(table::files).files())
                .isEqualTo(compacted.compacted().size() + compacted.tail().size());
    }

    private static List<String> keys(SourceHistory history) {
        return history.files().stream().map(SourceHistory.Landed::key).toList();
    }

    /** The raw files whose rows are in what is shown, or wait. */
    private static List<String> keys(LakeTable table, TableFiles files) {
        List<String> shown = files.compacted().stream().map(LedgerFile::key).toList();
        Stream<String> compacted = table.ledger().snapshot().compacted().stream()
                .filter(output -> shown.contains(output.file().key()))
                .flatMap(output -> output.sources().stream())
                .map(source -> source.key());
        Stream<String> tail =
                Stream.concat(files.tail().stream(), files.waiting().stream()).map(ObjectStat::key);
        return Stream.concat(compacted, tail).toList();
    }
}
