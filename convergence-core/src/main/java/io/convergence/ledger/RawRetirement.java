package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawLayout;
import io.convergence.store.Capability;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Retires raw files whose rows are in compacted files (rule L5). Nothing runs this unless it is asked for. The log says
 * which files may be gone before the first of them is touched, so that one that is missing afterwards is no suspicion,
 * and a retirement that died is finished by the next. A file that is no longer the object that was compacted is kept and
 * reported. Thread-safe.
 */
public final class RawRetirement {
    private final Ledger ledger;
    private final ObjectStore rawStore;
    private final ObjectStore lakeStore;
    private final RawLayout layout;
    private final RetirementOptions options;
    private final List<Projection> projections;

    private RawRetirement(
            Ledger ledger,
            ObjectStore rawStore,
            ObjectStore lakeStore,
            RawLayout layout,
            RetirementOptions options,
            List<Projection> projections) {
        this.projections = List.copyOf(projections);
        this.ledger = requireNonNull(ledger, "ledger");
        this.rawStore = requireNonNull(rawStore, "rawStore");
        this.lakeStore = requireNonNull(lakeStore, "lakeStore");
        this.layout = requireNonNull(layout, "layout");
        this.options = requireNonNull(options, "options");
        Capability needed =
                options.way() == RetirementOptions.Way.TAG ? Capability.OBJECT_TAGS : Capability.DELETE_IF_MATCH;
        if (!rawStore.capabilities().contains(needed)) {
            throw new IllegalArgumentException("Cannot retire raw files in " + rawStore.description() + " by way of "
                    + options.way() + ": it does not declare " + needed + ".");
        }
    }

    /** @param layout tells LOAD files from others */
    public static RawRetirement of(
            Ledger ledger, ObjectStore rawStore, ObjectStore lakeStore, RawLayout layout, RetirementOptions options) {
        return new RawRetirement(ledger, rawStore, lakeStore, layout, options, List.of());
    }

    /**
     * The same, which keeps raw files that these show, too. Show the projection after each compaction: as long as it names a raw
     * file, engines open it, though its rows have been in a compacted file for days.
     */
    public RawRetirement shownBy(Projection... shown) {
        return new RawRetirement(ledger, rawStore, lakeStore, layout, options, List.of(shown));
    }

    /**
     * What would be retired; the dry run.
     *
     * @param base the slot it was planned on
     * @param newly raw files to be named in the log and then retired
     * @param unfinished those the log names already that are still there
     * @param findings files that are not retired though they are old enough, and why
     */
    public record Plan(long base, List<RawSource> newly, List<RawSource> unfinished, List<Finding> findings) {
        public Plan {
            newly = List.copyOf(newly);
            unfinished = List.copyOf(unfinished);
            findings = List.copyOf(findings);
        }

        public boolean isEmpty() {
            return newly.isEmpty() && unfinished.isEmpty();
        }
    }

    /**
     * What was done.
     *
     * @param slot of the log's newest entry
     * @param retired files that were deleted or tagged just now
     * @param findings files that were kept, and why
     */
    public record Result(long slot, List<RawSource> retired, List<Finding> findings) {
        public Result {
            retired = List.copyOf(retired);
            findings = List.copyOf(findings);
        }
    }

    /** Looks through the log and at the compacted files; nothing is written. */
    public Plan plan() {
        LedgerSnapshot snapshot = ledger.snapshot();
        List<LogState> states = sinceHorizon(snapshot);
        List<RawSource> newly = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (LedgerEntry.CompactedFile output : snapshot.compacted()) {
            List<RawSource> old = output.sources().stream()
                    .filter(source ->
                            states.stream().allMatch(then -> then.compactedSources.containsKey(Identity.of(source))))
                    .filter(source -> !snapshot.isRetired(source.stat()))
                    .filter(source -> isDispensable(source, snapshot))
                    .toList();
            if (old.isEmpty()) {
                continue;
            }

            Optional<ObjectStat> found = lakeStore.head(output.file().key());
            if (found.isPresent()
                    && found.get().etag().equals(output.file().etag())
                    && found.get().size() == output.file().size()) {
                newly.addAll(old);
            } else {
                findings.add(Finding.error(
                        "COMPACTED_FILE_GONE",
                        output.file().key(),
                        "It is live by the log, but " + (found.isPresent() ? "another object." : "gone."),
                        "Restore it, or undo its compaction; its " + old.size() + " raw files were kept."));
            }
        }

        List<RawSource> unfinished = unfinished(snapshot);
        ShownFiles shown = ShownFiles.among(
                projections,
                rawStore,
                Stream.concat(newly.stream(), unfinished.stream())
                        .map(RawSource::key)
                        .collect(Collectors.toSet()));
        newly.removeIf(source -> shown.has(source.key()));
        unfinished.removeIf(source -> shown.has(source.key()));
        findings.addAll(shown.findings());
        return new Plan(snapshot.slot(), newly, unfinished, findings);
    }

    /**
     * What the log said when the grace began, and after each undo since: it is what takes a raw file out of a compacted
     * one for a while, for readers to open it again.
     */
    private List<LogState> sinceHorizon(LedgerSnapshot snapshot) {
        Instant cutoff = snapshot.taken().minus(options.grace()).minusSeconds(1);
        long horizon = ledger.newestBefore(cutoff, snapshot.slot());
        List<LogState> states = new ArrayList<>();
        states.add(ledger.stateAt(horizon));
        for (LedgerSlot slot : ledger.slots(horizon + 1)) {
            if (slot.entry() instanceof LedgerEntry.Undo && slot.number() <= snapshot.slot()) {
                states.add(ledger.stateAt(slot.number()));
            }
        }
        return states;
    }

    /** Whether the table can be built on without it: its changes are published, and it is no LOAD file that is needed. */
    boolean isDispensable(RawSource source, LedgerSnapshot snapshot) {
        if (snapshot.published().isPresent() && !snapshot.wasApplied(source.stat())) {
            return false;
        }
        if (options.bucket() == RetirementOptions.Bucket.VERSIONED) {
            return true;
        }

        // What the layout does not know may be a LOAD file.
        boolean changes =
                layout.parse(source.stat()) instanceof Parsed.Data data && data.file() instanceof RawFile.Changes;
        boolean ofEarlierLoad = snapshot.wasApplied(source.stat()) && !snapshot.isApplied(source.stat());
        return changes || ofEarlierLoad;
    }

    /** One listing of what lies below the keys that were retired before. */
    List<RawSource> unfinished(LedgerSnapshot snapshot) {
        Map<String, List<RawSource>> folders = new LinkedHashMap<>();
        snapshot.retiredSources()
                .forEach(source -> folders.computeIfAbsent(
                                source.key().substring(0, source.key().lastIndexOf('/') + 1), key -> new ArrayList<>())
                        .add(source));
        List<RawSource> there = new ArrayList<>();
        folders.forEach((folder, sources) -> {
            Map<String, ObjectStat> found = new LinkedHashMap<>();
            try (Stream<ObjectStat> listed = rawStore.listAll(folder)) {
                listed.forEach(stat -> found.put(stat.key(), stat));
            }
            for (RawSource source : sources) {
                ObjectStat stat = found.get(source.key());
                if (stat != null && needsWork(source, stat, snapshot)) {
                    there.add(source);
                }
            }
        });
        return there;
    }

    /** Also if it was written anew after it got the tag of the one before: that tag must go. */
    private boolean needsWork(RawSource source, ObjectStat stat, LedgerSnapshot snapshot) {
        if (options.way() == RetirementOptions.Way.DELETE) {
            return source.same(stat);
        }

        boolean tagged = isTagged(tags(stat.key()));
        return source.same(stat) ? !tagged : tagged && !snapshot.isRetired(stat);
    }

    private Map<String, String> tags(String key) {
        try {
            return rawStore.tags(key);
        } catch (ObjectNotFoundException gone) {
            return Map.of();
        }
    }

    private static boolean isTagged(Map<String, String> tags) {
        return RetirementOptions.TAG_VALUE.equals(tags.get(RetirementOptions.TAG));
    }

    /**
     * Writes into the log which files are retired, then deletes or tags them.
     *
     * @throws CommitConflictException if another writer committed since the plan was made; nothing was touched, plan again
     * @throws CommitStateUnknownException if it cannot be found out whether the log has it; nothing was touched
     */
    public Result execute(Plan plan) {
        LedgerSnapshot now = plan.newly().isEmpty()
                ? ledger.snapshot()
                : ledger.commit(new LedgerEntry.Retirement(ledger.newTransaction(), plan.base(), plan.newly()));

        List<RawSource> retired = new ArrayList<>();
        List<Finding> findings = new ArrayList<>(plan.findings());
        Stream.concat(plan.unfinished().stream(), plan.newly().stream()).forEach(source -> {
            try {
                Optional<String> kept = options.way() == RetirementOptions.Way.TAG ? tag(source, now) : delete(source);
                kept.ifPresentOrElse(why -> findings.add(kept(source, why)), () -> retired.add(source));
            } catch (StoreException e) {
                findings.add(kept(source, String.valueOf(e.getMessage())));
            }
        });
        return new Result(now.slot(), retired, findings);
    }

    /** @return why it was kept; empty if it is gone */
    private Optional<String> delete(RawSource source) {
        Optional<ObjectStat> found = rawStore.head(source.key());
        if (found.isPresent() && !source.same(found.get())) {
            return Optional.of(rewritten(found.get()));
        }

        try {
            if (found.isPresent()) {
                rawStore.deleteIfMatch(source.key(), source.etag());
            }
            return Optional.empty();
        } catch (ObjectNotFoundException gone) {
            return Optional.empty();
        } catch (PreconditionFailedException changed) {
            return Optional.of("It was written anew at this moment.");
        }
    }

    /**
     * S3 takes no condition for tags, so the object is looked at before and after. A lifecycle rule acts a day later at
     * the earliest.
     */
    private Optional<String> tag(RawSource source, LedgerSnapshot now) {
        Optional<ObjectStat> before = rawStore.head(source.key());
        if (before.isEmpty()) {
            return Optional.empty();
        }
        if (!source.same(before.get())) {
            untag(before.get(), now);
            return Optional.of(rewritten(before.get()));
        }

        try {
            Map<String, String> tags = new LinkedHashMap<>(rawStore.tags(source.key()));
            tags.put(RetirementOptions.TAG, RetirementOptions.TAG_VALUE);
            rawStore.setTags(source.key(), tags);
        } catch (ObjectNotFoundException gone) {
            return Optional.empty();
        }

        Optional<ObjectStat> after = rawStore.head(source.key());
        if (after.isPresent() && !source.same(after.get())) {
            untag(after.get(), now);
            return Optional.of(rewritten(after.get()));
        }

        return Optional.empty();
    }

    /** Unless what stands there now is retired itself: one key may have been compacted as several objects. */
    private void untag(ObjectStat found, LedgerSnapshot now) {
        Map<String, String> tags = new LinkedHashMap<>(tags(found.key()));
        if (isTagged(tags) && !now.isRetired(found)) {
            tags.remove(RetirementOptions.TAG);
            rawStore.setTags(found.key(), tags);
        }
    }

    private static String rewritten(ObjectStat found) {
        return "It was written anew " + found.lastModified() + " (ETag "
                + found.etag().value() + ").";
    }

    private static Finding kept(RawSource source, String why) {
        return Finding.error(
                "RAW_FILE_KEPT",
                source.key(),
                why,
                "It was not retired. Find out whether DMS reloaded the table; run the retirement again.");
    }
}
