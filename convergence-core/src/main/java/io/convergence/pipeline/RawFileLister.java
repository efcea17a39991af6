package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawListing;
import io.convergence.store.ObjectStat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists a table's raw files, resumed where that is asked for and sure (rule L7). Thread-safe. */
final class RawFileLister {
    /** How late a file may come, by the time in its name, and still be found before the next audit. */
    static final Duration LATE = Duration.ofHours(2);

    static final Duration AUDIT = Duration.ofDays(1);

    private static final Duration HOUR = Duration.ofHours(1);

    /** From so many date folders on, one listing of everything is as good. */
    private static final int MOST_FOLDERS = 24;

    private final TableSetup setup;

    /** What is known to be there. Guarded by this. */
    private @Nullable Known known;

    /** @param audited when everything was listed last, by the store's clock */
    private record Known(Instant audited, RawFiles files) {}

    RawFileLister(TableSetup setup) {
        this.setup = setup;
    }

    synchronized RawFiles list(LedgerSnapshot snapshot) {
        if (setup.listing() == ListingMode.FULL) {
            return RawFiles.list(setup);
        }

        Instant now = setup.rawStore().now();
        Known before = known;
        if (before != null && now.isBefore(before.audited().plus(AUDIT))) {
            List<Range> ranges = ranges(before.files(), now);
            Optional<RawFiles> resumed = ranges.isEmpty() ? Optional.empty() : resume(before.files(), ranges, snapshot);
            if (resumed.isPresent()) {
                known = new Known(before.audited(), resumed.get());
                return resumed.get();
            }
        }

        RawFiles all = RawFiles.list(setup);
        known = new Known(now, all);
        return all;
    }

    /** What is listed again of a table's folder. */
    private record Range(String prefix, String after) {
        boolean covers(String key) {
            return key.startsWith(prefix) && key.compareTo(after) > 0;
        }
    }

    /** Empty if everything must be listed. */
    private List<Range> ranges(RawFiles files, Instant now) {
        String folder = setup.layout().tablePrefix(setup.table());
        if (!folder.startsWith(setup.rawPrefix())
                || setup.layout().transactionPrefix().isPresent()) {
            return List.of();
        }

        List<RawFile.Changes> changes = files.own().stream()
                .filter(RawFile.Changes.class::isInstance)
                .map(RawFile.Changes.class::cast)
                .toList();
        // No name is believed that lies ahead of the store's clock: those after it would never be listed.
        Optional<Instant> mark = changes.stream()
                .map(RawFile.Changes::instant)
                .filter(instant -> !instant.isAfter(now))
                .max(Comparator.naturalOrder())
                .map(newest -> newest.minus(LATE));
        if (mark.isEmpty()) {
            return List.of();
        }

        List<Range> ranges = setup.layout()
                .cdcKeysFrom(setup.table(), mark.get())
                .map(after -> List.of(new Range(folder, after)))
                .orElseGet(() -> openFolders(folder, changes, mark.get(), now));
        // A folder of a segment may lie elsewhere; then a reload of it would not be seen.
        boolean loads = files.own().stream()
                .filter(RawFile.Load.class::isInstance)
                .allMatch(load -> ranges.stream().anyMatch(range -> range.covers(load.key())));
        return loads ? ranges : List.of();
    }

    /** The date folders since the mark, and the load. */
    private List<Range> openFolders(String folder, List<RawFile.Changes> changes, Instant mark, Instant now) {
        Set<String> open = new LinkedHashSet<>();
        for (Instant time = mark; !time.isAfter(now.plus(HOUR)); time = time.plus(HOUR)) {
            open.add(folderOf(time));
            if (open.size() > MOST_FOLDERS) {
                return List.of();
            }
        }
        // Not where DMS puts files by these settings, or in no date folders at all.
        boolean elsewhere = changes.stream().anyMatch(file -> !file.key().startsWith(folderOf(file.instant())));
        if (elsewhere || open.contains(folder)) {
            return List.of();
        }

        List<Range> ranges = new ArrayList<>();
        open.forEach(of -> ranges.add(new Range(of, "")));
        ranges.add(new Range(folder + "LOAD", ""));
        return ranges;
    }

    private String folderOf(Instant flushed) {
        String key = setup.layout().cdcKey(setup.table(), flushed, RawFormat.PARQUET);
        return key.substring(0, key.lastIndexOf('/') + 1);
    }

    /** Empty if the oldest file that is not listed again is gone or another. */
    private Optional<RawFiles> resume(RawFiles before, List<Range> ranges, LedgerSnapshot snapshot) {
        List<RawFile> kept = before.own().stream()
                .filter(file -> ranges.stream().noneMatch(range -> range.covers(file.key())))
                .filter(file -> !snapshot.isRetired(file.stat()))
                .toList();
        Optional<RawFile> oldest = kept.stream()
                .min(Comparator.comparing((RawFile file) -> file.stat().lastModified())
                        .thenComparing(RawFile::key));
        if (oldest.isPresent() && !stands(oldest.get().stat())) {
            return Optional.empty();
        }

        List<RawFile> own = new ArrayList<>(kept);
        List<Finding> findings = new ArrayList<>(before.findings());
        for (Range range : ranges) {
            RawListing news = RawFiles.scan(setup, range.prefix(), range.after());
            own.addAll(news.files(setup.table()));
            findings.removeIf(finding -> range.covers(finding.path()));
            findings.addAll(news.findings());
        }
        return Optional.of(new RawFiles(own, List.of(), findings));
    }

    private boolean stands(ObjectStat expected) {
        Optional<ObjectStat> found = setup.rawStore().head(expected.key());
        return found.isPresent()
                && found.get().etag().equals(expected.etag())
                // A HEAD tells seconds, a listing may tell more.
                && found.get().lastModified().getEpochSecond()
                        == expected.lastModified().getEpochSecond();
    }
}
