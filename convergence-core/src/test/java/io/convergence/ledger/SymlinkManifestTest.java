package io.convergence.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.store.ObjectStat;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.WriteCondition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** L6: Athena reads one manifest of compacted files and of the tail that fits. */
class SymlinkManifestTest {
    private final LakeFiles lake = new LakeFiles();
    private final SymlinkManifest manifest =
            SymlinkManifest.of(lake.ledger, lake.store, lake.store, lake.store, "athena", Ledger.Backoff.none());

    @Test
    void l6TheManifestNamesCompactedFilesAndTheTailAndCountsWhatWaits() {
        ObjectStat a = lake.raw("a");
        ObjectStat tail = lake.raw("b");
        ObjectStat other = lake.raw("other-schema");
        LedgerFile output = lake.compact(List.of(), a);

        Projection.Shown shown = manifest.show(
                () -> TableFiles.of(lake.ledger.snapshot(), List.of(a, tail, other), raw -> !raw.equals(other)));

        assertThat(shown).isEqualTo(new Projection.Shown(0, 2, 1, Projection.Change.WRITTEN));
        assertThat(manifest.key()).isEqualTo("athena/public/orders/manifest");
        assertThat(lake.store.get(manifest.key()).orElseThrow().text())
                .isEqualTo("memory://store/" + output.key() + "\nmemory://store/" + tail.key() + "\n");
    }

    @Test
    void showingTheSameAgainWritesNothing() {
        ObjectStat a = lake.raw("a");
        manifest.show(() -> files(a));
        lake.pass(Duration.ofHours(1));
        ObjectStat before = lake.store.head(manifest.key()).orElseThrow();

        Projection.Shown again = manifest.show(() -> files(a));

        assertThat(again.change()).isEqualTo(Projection.Change.NONE);
        assertThat(lake.store.head(manifest.key())).contains(before);
    }

    @Test
    void aDamagedManifestIsFoundAndRepaired() {
        ObjectStat a = lake.raw("a");
        manifest.show(() -> files(a));
        lake.store.put(manifest.key(), "nonsense".getBytes(UTF_8), WriteCondition.none());
        assertThat(manifest.shows(files(a))).isFalse();

        manifest.show(() -> files(a));

        assertThat(manifest.shows(files(a))).isTrue();
    }

    /** One that slept between reading and writing must not bring back files that are gone. */
    @Test
    void aProcessThatSleptShowsTheNewestStateAndNoOlderOne() {
        ObjectStat a = lake.raw("a");
        manifest.show(() -> files(a));
        AtomicInteger calls = new AtomicInteger();
        SymlinkManifest other =
                SymlinkManifest.of(lake.ledger, lake.store, lake.store, lake.store, "athena", Ledger.Backoff.none());

        Projection.Shown shown = manifest.show(() -> {
            TableFiles mine = files(a, lake.raw("b"));
            if (calls.incrementAndGet() == 1) {
                lake.compact(List.of(), a);
                other.show(() -> files(a));
            }
            return mine;
        });

        assertThat(calls).hasValue(2);
        assertThat(shown.slot()).isZero();
        assertThat(manifest.shows(files(a, lake.raw("b")))).isTrue();
    }

    /** Retirement saw that the manifest does not name it, and deleted it. */
    @Test
    void l5AProcessThatSleptLongerThanFilesStayShowsNoneThatWereRetired() {
        ObjectStat a = lake.raw("a");
        manifest.show(() -> files(a));
        ObjectStat b = lake.raw("b");
        AtomicInteger calls = new AtomicInteger();

        Projection.Shown shown = manifest.show(() -> {
            boolean sleeps = calls.incrementAndGet() == 1;
            TableFiles mine = sleeps ? files(a, b) : files(a);
            if (sleeps) {
                lake.compact(List.of(), b);
                lake.pass(Duration.ofDays(3));
                lake.store.delete(b.key());
            }
            return mine;
        });

        assertThat(calls).hasValue(2);
        assertThat(shown.slot()).isZero();
        assertThat(lake.store.get(manifest.key()).orElseThrow().text())
                .doesNotContain(b.key())
                .contains("compacted/");
    }

    /** DMS empties its folder at a reload. */
    @Test
    void l4AManifestAmongRawFilesOrOutputsOrAtTheLogIsRefused() {
        ObjectStat a = lake.raw("a");
        SymlinkManifest amongRaw =
                SymlinkManifest.of(lake.ledger, lake.store, lake.store, lake.store, "raw", Ledger.Backoff.none());

        assertThatThrownBy(() -> amongRaw.show(() -> files(a)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot keep the manifest 'raw/public/orders/manifest' in 'memory://store/raw/public/orders/': it and 'memory://store/raw/public/orders/', where files of the table are, lie within each other. Give it a prefix of its own.");
        lake.compact(List.of(), a);
        SymlinkManifest amongOutputs = SymlinkManifest.of(
                lake.ledger, lake.store, lake.store, lake.store, "lake/compacted", Ledger.Backoff.none());
        assertThatThrownBy(() -> amongOutputs.show(this::files)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SymlinkManifest.of(
                        lake.ledger, lake.store, lake.store, lake.store, "control", Ledger.Backoff.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the log of table public.orders is there");
        assertThat(lake.store.head("raw/public/orders/manifest")).isEmpty();
    }

    @Test
    void whoAlwaysLosesTheRaceSaysSo() {
        ObjectStat a = lake.raw("a");
        AtomicInteger calls = new AtomicInteger();

        assertThatThrownBy(() -> manifest.show(() -> {
                    lake.store.put(
                            manifest.key(),
                            ("racer " + calls.incrementAndGet()).getBytes(UTF_8),
                            WriteCondition.none());
                    return files(a);
                }))
                .isInstanceOf(PreconditionFailedException.class);
        assertThat(calls).hasValue(Ledger.DEFAULT_ATTEMPTS);
    }

    private TableFiles files(ObjectStat... raw) {
        return TableFiles.of(lake.ledger.snapshot(), List.of(raw), stat -> true);
    }
}
