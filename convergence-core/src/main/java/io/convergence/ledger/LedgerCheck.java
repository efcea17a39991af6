package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.store.Capability;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.OpenUpload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks on a live table what the ledger promises: the log has no gap and contradicts itself nowhere; its checkpoints and tails
 * say what its slots say; each live file exists as it was committed and has the rows of its sources; no raw file is gone that
 * nothing explains; nothing lies in the table's folders that the log does not know. Reads the whole log and lists the
 * folders; no content of data files. Writes nothing. Thread-safe.
 */
public final class LedgerCheck {
    /** By what the times of two writes one after the other may differ backwards: they are told in whole seconds. */
    private static final Duration ROUNDED = Duration.ofSeconds(1);

    private final Ledger ledger;
    private final LakeFolders lake;

    private LedgerCheck(Ledger ledger, LakeFolders lake) {
        this.ledger = requireNonNull(ledger, "ledger");
        this.lake = requireNonNull(lake, "lake");
    }

    public static LedgerCheck of(Ledger ledger, LakeFolders lake) {
        return new LedgerCheck(ledger, lake);
    }

    /**
     * What was found.
     *
     * @param slot the newest one that was read; what was committed later was not checked
     * @param slots in the log
     * @param checkpoints that were compared with the log
     * @param files live ones that were looked up
     * @param findings errors break a promise; warnings cost time or space
     */
    public record Report(long slot, long slots, int checkpoints, int files, List<Finding> findings) {
        public Report {
            findings = List.copyOf(findings);
        }

        /** Whether every promise is kept. */
        public boolean holds() {
            return findings.stream().noneMatch(finding -> finding.severity() == Severity.ERROR);
        }
    }

    /** Checks all but raw files. */
    public Report run() {
        return report(null);
    }

    /**
     * Checks everything.
     *
     * @param rawFiles the table's raw files as they are listed now, transaction files included
     */
    public Report run(Collection<ObjectStat> rawFiles) {
        requireNonNull(rawFiles, "rawFiles");
        return report(() -> rawFiles);
    }

    /**
     * Checks everything. The raw files are listed after the log is read, so that one that comes meanwhile and is committed at once
     * is not taken for gone.
     *
     * @param rawFiles lists the table's raw files, transaction files included
     */
    public Report run(Supplier<? extends Collection<ObjectStat>> rawFiles) {
        return report(requireNonNull(rawFiles, "rawFiles"));
    }

    private Report report(@Nullable Supplier<? extends Collection<ObjectStat>> rawFiles) {
        var check = new Run();
        // Before the log, so that nothing is missed that is committed meanwhile.
        Map<String, ObjectStat> objects = check.listLake();
        LogState state = check.readLog();
        int files = check.liveFiles(state, objects);
        check.rows(state);
        if (rawFiles != null) {
            check.rawFiles(state, rawFiles.get());
        }
        check.strangers(state, objects);
        check.suspicions(state);
        return new Report(state.slot, state.slot + 1, check.checkpoints, files, check.findings);
    }

    /**
     * A slot that is older than the one before it.
     *
     * @param by how much, more than what the store's times are rounded by
     */
    private record Inversion(String key, Instant stored, Duration by) {
        static @Nullable Inversion of(LogReader.Listed before, LogReader.Listed after) {
            Duration by =
                    Duration.between(after.stat().lastModified(), before.stat().lastModified());
            return by.compareTo(ROUNDED) <= 0
                    ? null
                    : new Inversion(after.stat().key(), after.stat().lastModified(), by);
        }
    }

    private final class Run {
        private final List<Finding> findings = new ArrayList<>();
        /** Every file any entry ever named. */
        private final Set<String> everLive = new HashSet<>();

        private int checkpoints;

        Map<String, ObjectStat> listLake() {
            Map<String, ObjectStat> objects = new HashMap<>();
            for (String folder : lake.folders()) {
                try (Stream<ObjectStat> listed = lake.store().listAll(folder)) {
                    listed.forEach(object -> objects.put(object.key(), object));
                }
            }
            return objects;
        }

        /** Slot by slot, as if there were no checkpoint. */
        LogState readLog() {
            var state = new LogState(ledger.table());
            Map<Long, String> digests = new HashMap<>();
            Map<Long, ObjectStat> stored = storedCheckpoints();
            List<ObjectStat> tails =
                    ledger.store().listAll(ledger.keys().tails()).toList();
            Map<Long, String> texts = new HashMap<>();
            @Nullable Inversion inverted = null;
            LogReader.@Nullable Listed before = null;
            for (LogReader.Listed listed : ledger.reader().slots(0, Long.MAX_VALUE)) {
                String key = listed.stat().key();
                boolean vouched = false;
                try {
                    LogReader.Text text = ledger.reader().readSlot(listed, state.slot + 1);
                    String named = text.slot().chain();
                    vouched = named != null && named.equals(state.chain);
                    if (named != null && !vouched) {
                        error(
                                "SLOT_REWRITTEN",
                                key,
                                "It was planned on other texts than those that stand before it: one of the slots up to "
                                        + state.slot + " is not the one its writer read.",
                                "Find out who wrote into the log, and restore the version of the slot that is older.");
                    }
                    state.take(text.slot(), text.text());
                    texts.put(state.slot, text.etag().value() + " " + Digests.ofText(text.text()));
                    if (stored.containsKey(state.slot)) {
                        digests.put(state.slot, Checkpoints.digest(state, text.etag()));
                    }
                    named(text.slot().entry());
                } catch (LedgerException e) {
                    error("SLOT_UNREADABLE", key, String.valueOf(e.getMessage()), "Restore the slot.");
                    return state;
                } catch (Contradiction e) {
                    error(
                            "LOG_CONTRADICTS",
                            key,
                            String.valueOf(e.getMessage()),
                            "Do not compact or merge this table; report the log.");
                    return state;
                }

                // The text of the slot before is certain only by now.
                if (inverted != null) {
                    tell(inverted, vouched);
                }
                inverted = before == null ? null : Inversion.of(before, listed);
                before = listed;
            }
            if (inverted != null) {
                tell(inverted, false);
            }
            compareCheckpoints(state, stored, digests);
            compareTails(state, tails, texts);
            return state;
        }

        /** @param vouched whether a later slot was planned on the texts that stand there */
        private void tell(Inversion inverted, boolean vouched) {
            String what = "It was stored " + inverted.stored() + ", "
                    + inverted.by().toSeconds() + " s before the slot it stands after.";
            if (vouched) {
                warning(
                        "SLOT_TIMES_INVERTED",
                        inverted.key(),
                        what
                                + " The texts are those the next slot was planned on: the log was copied or restored, or the clocks of the store differ.",
                        "Nothing to do if the log was copied here or restored; else find out who wrote into it. Ages, as of clean-up, are measured by these times.");
            } else {
                error(
                        "SLOT_REWRITTEN",
                        inverted.key(),
                        what + " One of them is not the object a commit created, and no later slot says otherwise.",
                        "If the log was copied here, nothing; else find out who wrote into it.");
            }
        }

        private void compareTails(LogState state, List<ObjectStat> tails, Map<Long, String> texts) {
            for (ObjectStat object : tails) {
                OptionalLong slot = ledger.keys().tailSlot(object.key());
                if (slot.isEmpty()) {
                    continue;
                }

                String wrong = "";
                try {
                    List<Tails.SlotText> told =
                            ledger.tails().load(slot.getAsLong()).orElse(List.of());
                    for (Tails.SlotText text : told) {
                        String own = text.etag().value() + " " + Digests.ofText(text.text());
                        // One that was written while the log was read ends later.
                        if (slot.getAsLong() <= state.slot && !own.equals(texts.get(text.slot()))) {
                            wrong = "Its text of slot " + text.slot() + " is not that of the slot.";
                        }
                    }
                } catch (Tails.Unusable e) {
                    wrong = "It cannot be used: " + e.getMessage() + ".";
                }
                if (!wrong.isEmpty()) {
                    warning(
                            "TAIL_WRONG",
                            object.key(),
                            wrong,
                            "Delete it: readers read the slots one by one, which only costs time.");
                }
            }
        }

        private void named(LedgerEntry entry) {
            if (entry instanceof LedgerEntry.Compaction compaction) {
                compaction
                        .outputs()
                        .forEach(output -> everLive.add(output.file().key()));
            } else if (entry instanceof LedgerEntry.Merge merge) {
                merge.data().forEach(file -> everLive.add(file.key()));
                merge.state().forEach(file -> everLive.add(file.key()));
            }
        }

        private Map<Long, ObjectStat> storedCheckpoints() {
            Map<Long, ObjectStat> stored = new HashMap<>();
            LedgerKeys keys = ledger.keys();
            try (Stream<ObjectStat> listed = ledger.store().listAll(keys.checkpoints())) {
                listed.forEach(object -> keys.checkpointSlot(object.key()).ifPresent(slot -> stored.put(slot, object)));
            }
            return stored;
        }

        private void compareCheckpoints(LogState state, Map<Long, ObjectStat> stored, Map<Long, String> digests) {
            stored.forEach((slot, object) -> {
                String wrong;
                try {
                    String digest = ledger.checkpoints().load(object).digest();
                    checkpoints++;
                    wrong = slot > state.slot
                            ? "The log ends at slot " + state.slot + "."
                            : digest.equals(digests.get(slot)) ? "" : "It does not say what the slots say.";
                } catch (Checkpoints.Unusable e) {
                    wrong = "It cannot be used: " + e.getMessage() + ".";
                }
                if (!wrong.isEmpty()) {
                    warning(
                            "CHECKPOINT_WRONG",
                            object.key(),
                            wrong,
                            "Delete it: readers start from an older one or from the slots, which only costs time.");
                }
            });
        }

        int liveFiles(LogState state, Map<String, ObjectStat> objects) {
            List<LedgerFile> files = new ArrayList<>();
            state.compacted.values().forEach(output -> files.add(output.file()));
            LedgerEntry.Merge merge = state.merge;
            if (merge != null) {
                files.addAll(merge.data());
                files.addAll(merge.state());
            }
            for (LedgerFile file : files) {
                ObjectStat listed = objects.get(file.key());
                Optional<ObjectStat> found =
                        listed != null ? Optional.of(listed) : lake.store().head(file.key());
                if (found.isEmpty()) {
                    error(
                            "LIVE_FILE_GONE",
                            file.key(),
                            "The log says it is live, and it is not there; its " + file.rows() + " rows are missing.",
                            "Restore it from a version, undo its commit, or compact or merge anew from the raw files.");
                } else if (!found.get().etag().equals(file.etag())
                        || found.get().size() != file.size()) {
                    error(
                            "LIVE_FILE_CHANGED",
                            file.key(),
                            "It has " + found.get().size() + " bytes and ETag "
                                    + found.get().etag().value() + "; " + file.size() + " bytes and ETag "
                                    + file.etag().value() + " were committed.",
                            "Restore the version that was committed; find out who wrote into the folder.");
                }
            }
            return files.size();
        }

        void rows(LogState state) {
            for (LedgerEntry.CompactedFile output : state.compacted.values()) {
                long rows = output.sources().stream()
                        .mapToLong(source -> source.evidence().rows())
                        .sum();
                if (rows != output.file().rows()) {
                    error(
                            "ROWS_DIFFER",
                            output.file().key(),
                            "It has " + output.file().rows() + " rows by the log, its "
                                    + output.sources().size() + " raw files have " + rows + ".",
                            "Undo its compaction, or compact its raw files anew; report this.");
                }
            }
        }

        void rawFiles(LogState state, Collection<ObjectStat> rawFiles) {
            Set<Identity> there = new HashSet<>();
            rawFiles.forEach(raw -> there.add(Identity.of(raw)));
            Instant expired = state.expiredBefore();
            Instant begun = state.begunAnew();
            List<RawSource> gone = Stream.concat(
                            state.compactedSources.values().stream(), state.applied.values().stream())
                    .filter(source -> !there.contains(Identity.of(source))
                            && !state.retired.containsKey(Identity.of(source))
                            && (expired == null || !source.lastModified().isBefore(expired))
                            && !state.appliedBefore.containsKey(Identity.of(source))
                            && !state.explained.containsKey(Identity.of(source))
                            && !isOfBefore(source, begun))
                    .distinct()
                    .toList();
            if (!gone.isEmpty()) {
                warning(
                        "RAW_FILES_GONE",
                        gone.get(0).key(),
                        gone.size()
                                + " raw files that the log knows are gone or written anew, and Convergence did not retire them; the first is named here.",
                        "If DMS truncated or reloaded the table, that is why: declare it, unless the next merge takes the new load; else restore them.");
            }
        }

        /** Whether all it holds is of before a moment from which on the table is declared to have begun anew. */
        private static boolean isOfBefore(RawSource source, @Nullable Instant begun) {
            Instant last = source.evidence().largestTime();
            return begun != null && (source.lastModified().isBefore(begun) || (last != null && last.isBefore(begun)));
        }

        void strangers(LogState state, Map<String, ObjectStat> objects) {
            Set<String> live = state.liveFiles();
            long replaced = 0;
            long orphans = 0;
            long bytes = 0;
            for (ObjectStat object : objects.values()) {
                if (live.contains(object.key())) {
                    continue;
                }

                bytes += object.size();
                if (everLive.contains(object.key())) {
                    replaced++;
                } else {
                    orphans++;
                }
            }
            if (replaced + orphans > 0) {
                info(
                        "FILES_TO_CLEAN_UP",
                        ledger.logPrefix(),
                        replaced + " files that commits replaced and " + orphans
                                + " that no commit refers to, together " + bytes
                                + " bytes, lie in the table's folders.",
                        "Nothing to do; a clean-up takes those that are old enough.");
            }
            openUploads();
        }

        private void openUploads() {
            List<OpenUpload> uploads = new ArrayList<>();
            GuardedObjectStore lakeStore = ledger.guarded(lake.store());
            if (lakeStore.capabilities().contains(Capability.LIST_UPLOADS)) {
                lake.folders().forEach(folder -> uploads.addAll(lakeStore.openUploads(folder)));
                uploads.addAll(lakeStore.openProbes());
            }
            if (lakeStore != ledger.store() && ledger.store().capabilities().contains(Capability.LIST_UPLOADS)) {
                uploads.addAll(ledger.store().openProbes());
            }
            if (!uploads.isEmpty()) {
                info(
                        "OPEN_UPLOADS",
                        uploads.get(0).key(),
                        uploads.size() + " uploads were begun and not ended, the first "
                                + uploads.get(0).started() + ".",
                        "Nothing to do if a run is going on; else a clean-up aborts them.");
            }
        }

        void suspicions(LogState state) {
            for (LedgerSnapshot.At<LedgerEntry.Suspect> suspicion : state.suspicions) {
                warning(
                        "TABLE_SUSPECT",
                        suspicion.entry().places().isEmpty()
                                ? ledger.logPrefix()
                                : suspicion.entry().places().get(0).key(),
                        "Slot " + suspicion.slot() + " says: "
                                + suspicion.entry().reason() + ".",
                        "Reload the table, restore the files, or declare what happened.");
            }
        }

        private void error(String code, String path, String message, String fix) {
            findings.add(Finding.error(code, path, message, fix));
        }

        private void warning(String code, String path, String message, String fix) {
            findings.add(Finding.warning(code, path, message, fix));
        }

        private void info(String code, String path, String message, String fix) {
            findings.add(Finding.info(code, path, message, fix));
        }
    }
}
