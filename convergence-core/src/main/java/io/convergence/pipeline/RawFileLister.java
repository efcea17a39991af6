package io.convergence.pipeline;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawFilesListed;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawListing;
import io.convergence.store.ObjectStat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists a table's raw files, resumed where that is asked for and sure (rule L7). Thread-safe. */
final class RawFileLister {
    /** How late a file may come, by the time in its name, and still be found before the next audit. */
    static final Duration LATE = Duration.ofHours(2);

    static final Duration AUDIT = Duration.ofDays(1);

    private static final Duration HOUR = Duration.ofHours(1);

    /** From so many date folders on, one listing of everything is as good. */
    private static final int MOST_FOLDERS = 24;

    /** So many files of a merge that no listing of new files finds are looked up one by one. */
    private static final int MOST_HEADS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(RawFileLister.class);

    private final TableSetup setup;
    private final Ledger ledger;

    /** What is known to be there. Guarded by this. */
    private @Nullable Known known;

    /** What the log said when files were listed last. Guarded by this. */
    private @Nullable LedgerSnapshot planned;

    /** Whether the last listing was not one of everything. Guarded by this. */
    private boolean resumed;

    /** Whether the next listing must be one of everything, whatever is known. Guarded by this. */
    private boolean distrusted;

    /**
     * @param audited when everything was listed last, by the store's clock
     * @param from all files of changes flushed before this are among {@code files}
     */
    private record Known(Instant audited, Instant from, RawFiles files) {}

    /** @param ledger it is told what was found, for its next commit */
    RawFileLister(TableSetup setup, Ledger ledger) {
        this.setup = setup;
        this.ledger = ledger;
    }

    synchronized RawFiles list(LedgerSnapshot snapshot) {
        Known before = setup.listing() == ListingMode.RESUMED ? before(snapshot) : null;
        Optional<RawFiles> found = before == null ? Optional.empty() : resume(before, snapshot);
        if (found.isPresent()) {
            resumed = true;
            return found.get();
        }

        resumed = false;
        RawFiles all = RawFiles.list(setup);
        // A store knows the time by its last answer; asked before, it would need a request of its own.
        Instant now = setup.rawStore().now();
        return remember(all, now, now, snapshot);
    }

    /**
     * Forgets what was listed, because a file that was taken for present is not there, or another.
     *
     * @return whether that can help: the last listing was not one of everything
     */
    synchronized boolean listAllNext() {
        boolean helps = resumed;
        resumed = false;
        known = null;
        distrusted |= helps;
        return helps;
    }

    /**
     * Commits what an audit found if nothing else did, so that a table that rests is not audited by each process that is
     * started for it. A fence does no harm: at most another writer plans anew.
     */
    void keepAudit() {
        Known found;
        synchronized (this) {
            found = known;
            if (found == null || planned == null || !isDue(found, planned)) {
                return;
            }
        }

        try {
            LedgerSnapshot now = ledger.snapshot();
            if (isDue(found, now)) {
                ledger.commit(new LedgerEntry.Fence(ledger.newTransaction(), now.slot()));
            }
        } catch (ConvergenceException e) {
            LOG.info(
                    "The log of table {} does not say when its raw files were listed: {}",
                    setup.table(),
                    e.getMessage());
        }
    }

    private boolean isDue(Known found, LedgerSnapshot snapshot) {
        return setup.listing() == ListingMode.RESUMED
                && snapshot.slot() != LedgerSnapshot.NONE
                && snapshot.audited()
                        .map(told -> !found.audited().isBefore(told.plus(AUDIT)))
                        .orElse(true);
    }

    /** What this process knows and what the log does, together: each may know of files that the other does not. */
    private @Nullable Known before(LedgerSnapshot snapshot) {
        if (distrusted) {
            distrusted = false;
            return null;
        }

        Known logged = logged(snapshot);
        Known own = known;
        if (own == null || logged == null) {
            return own == null ? logged : own;
        }

        Map<String, RawFile> files = new LinkedHashMap<>();
        own.files().own().forEach(file -> files.put(file.key(), file));
        logged.files().own().forEach(file -> files.merge(file.key(), file, RawFileLister::newer));
        return new Known(
                later(own.audited(), logged.audited()),
                later(own.from(), logged.from()),
                new RawFiles(List.copyOf(files.values()), List.of(), own.files().findings()));
    }

    private static RawFile newer(RawFile one, RawFile other) {
        return other.stat().lastModified().isAfter(one.stat().lastModified()) ? other : one;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Null if the log does not tell enough. */
    private @Nullable Known logged(LedgerSnapshot snapshot) {
        Optional<Instant> audited = snapshot.audited();
        Optional<Instant> from = snapshot.listedFrom();
        if (audited.isEmpty() || from.isEmpty()) {
            return null;
        }

        Map<String, RawFile> files = new LinkedHashMap<>();
        for (ObjectStat stat : snapshot.presentRawFiles()) {
            if (!(setup.layout().parse(stat) instanceof Parsed.Data data)
                    || data.file() instanceof RawFile.Transaction) {
                return null;
            }
            files.merge(stat.key(), data.file(), RawFileLister::newer);
        }
        return new Known(audited.get(), from.get(), new RawFiles(List.copyOf(files.values()), List.of(), List.of()));
    }

    /** For the next listing, of this process and, by the log, of others. */
    private RawFiles remember(RawFiles found, Instant audited, Instant now, LedgerSnapshot snapshot) {
        known = null;
        planned = snapshot;
        Optional<Instant> from = newest(found, now).map(newest -> newest.minus(LATE));
        List<Range> ranges = from.map(mark -> ranges(found, mark, now)).orElse(List.of());
        if (from.isEmpty() || ranges.isEmpty()) {
            return found;
        }

        known = new Known(audited, from.get(), found);
        List<ObjectStat> seen = found.own().stream()
                .filter(file -> ranges.stream().noneMatch(range -> range.covers(file.key())))
                .map(RawFile::stat)
                .toList();
        Map<String, RawFile> there = new HashMap<>();
        found.own().forEach(file -> there.put(file.key(), file));
        List<ObjectStat> gone = snapshot.presentRawFiles().stream()
                .filter(stat -> {
                    RawFile file = there.get(stat.key());
                    return file == null || !same(file.stat(), stat);
                })
                .toList();
        ledger.rawFilesListed(new RawFilesListed(audited, from.get(), seen, gone));
        return found;
    }

    /** No name is believed that lies ahead of the store's clock: those after it would never be listed. */
    private static Optional<Instant> newest(RawFiles files, Instant now) {
        return files.own().stream()
                .filter(RawFile.Changes.class::isInstance)
                .map(file -> ((RawFile.Changes) file).instant())
                .filter(instant -> !instant.isAfter(now))
                .max(Comparator.naturalOrder());
    }

    /**
     * What lies there now, of what was looked at.
     *
     * @param covers whether an object of this key would have been found
     */
    record Look(Predicate<String> covers, List<ObjectStat> found) {}

    /**
     * Looks again at raw files, just before what was made of some of them is committed (rule L4): by the same listing as
     * before, and one by one at those it does not cover, unless they are many.
     *
     * @param needed keys of those
     */
    synchronized Look again(Set<String> needed) {
        Known before = known;
        List<Range> ranges = before == null || setup.listing() == ListingMode.FULL
                ? List.of()
                : ranges(before.files(), before.from(), setup.rawStore().now());
        List<String> others = needed.stream()
                .filter(key -> ranges.stream().noneMatch(range -> range.covers(key)))
                .toList();
        if (ranges.isEmpty() || others.size() > MOST_HEADS) {
            return new Look(
                    key -> true,
                    RawFiles.list(setup).all().stream().map(RawFile::stat).toList());
        }

        List<ObjectStat> found = new ArrayList<>();
        for (Range range : ranges) {
            scan(range).files(setup.table()).forEach(file -> found.add(file.stat()));
        }
        others.forEach(key -> setup.rawStore().head(key).ifPresent(found::add));
        return new Look(key -> others.contains(key) || ranges.stream().anyMatch(range -> range.covers(key)), found);
    }

    /** What is listed again of a table's folder. */
    private record Range(String prefix, String after) {
        boolean covers(String key) {
            return key.startsWith(prefix) && key.compareTo(after) > 0;
        }
    }

    /** Empty if everything must be listed. */
    private List<Range> ranges(RawFiles files, Instant from, Instant now) {
        String folder = setup.layout().tablePrefix(setup.table());
        if (!folder.startsWith(setup.rawPrefix())
                || setup.layout().transactionPrefix().isPresent()) {
            return List.of();
        }

        List<RawFile.Changes> changes = files.own().stream()
                .filter(RawFile.Changes.class::isInstance)
                .map(RawFile.Changes.class::cast)
                .toList();
        List<Range> ranges = setup.layout()
                .cdcKeysFrom(setup.table(), from)
                .map(after -> List.of(new Range(folder, after)))
                .orElseGet(() -> openFolders(folder, changes, from, now));
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

    /**
     * What is new with what is known. Empty if everything must be listed: an audit is due, or the oldest file that is not
     * listed again is gone or another.
     */
    private Optional<RawFiles> resume(Known before, LedgerSnapshot snapshot) {
        RawFiles files = before.files();
        // Whatever the time is, these are listed; there may be more folders since.
        List<Range> certain = ranges(files, before.from(), before.from());
        if (certain.isEmpty() || isAuditDue(before, snapshot.taken())) {
            return Optional.empty();
        }

        // A store tells the time with its answers: asked before the first one, it would need a request of its own.
        Optional<RawFile> oldest = oldest(kept(files, certain, snapshot));
        if (oldest.isPresent() && !stands(oldest.get().stat())) {
            return Optional.empty();
        }
        Map<Range, RawListing> listed = new HashMap<>();
        if (oldest.isEmpty()) {
            listed.put(certain.get(0), scan(certain.get(0)));
        }

        Instant now = setup.rawStore().now();
        List<Range> ranges = ranges(files, before.from(), now);
        if (ranges.isEmpty() || isAuditDue(before, now)) {
            return Optional.empty();
        }

        List<RawFile> kept = kept(files, ranges, snapshot);
        Optional<RawFile> oldestKept = oldest(kept);
        if (!oldestKept.equals(oldest)
                && oldestKept.isPresent()
                && !stands(oldestKept.get().stat())) {
            return Optional.empty();
        }

        List<RawFile> own = new ArrayList<>(kept);
        List<Finding> findings = new ArrayList<>(files.findings());
        for (Range range : ranges) {
            RawListing known = listed.get(range);
            RawListing news = known == null ? scan(range) : known;
            own.addAll(news.files(setup.table()));
            findings.removeIf(finding -> range.covers(finding.path()));
            findings.addAll(news.findings());
        }
        return Optional.of(remember(new RawFiles(own, List.of(), findings), before.audited(), now, snapshot));
    }

    private static boolean isAuditDue(Known known, Instant now) {
        return !now.isBefore(known.audited().plus(AUDIT));
    }

    /** What is known to be there and is not listed again. */
    private static List<RawFile> kept(RawFiles files, List<Range> ranges, LedgerSnapshot snapshot) {
        return files.own().stream()
                .filter(file -> ranges.stream().noneMatch(range -> range.covers(file.key())))
                .filter(file -> !snapshot.isRetired(file.stat()))
                .toList();
    }

    private static Optional<RawFile> oldest(List<RawFile> files) {
        return files.stream()
                .min(Comparator.comparing((RawFile file) -> file.stat().lastModified())
                        .thenComparing(RawFile::key));
    }

    private RawListing scan(Range range) {
        return RawFiles.scan(setup, range.prefix(), range.after());
    }

    private boolean stands(ObjectStat expected) {
        return setup.rawStore()
                .head(expected.key())
                .filter(found -> same(found, expected))
                .isPresent();
    }

    private static boolean same(ObjectStat found, ObjectStat expected) {
        return found.etag().equals(expected.etag())
                // A HEAD tells seconds, a listing may tell more.
                && found.lastModified().getEpochSecond()
                        == expected.lastModified().getEpochSecond();
    }
}
