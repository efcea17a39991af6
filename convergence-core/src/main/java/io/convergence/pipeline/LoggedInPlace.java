package io.convergence.pipeline;

import io.convergence.merge.LogEntry;
import io.convergence.merge.LogPosition;
import io.convergence.merge.LoggedChanges;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RunOrder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a change log holds, seen from the files as they stand now. The log is read for rule S2 only if a file with new changes stands
 * before an applied one, or begins before applied ones end: elsewhere time and counter both go on. Not thread-safe.
 */
final class LoggedInPlace implements LoggedChanges {
    private static final DateTimeFormatter TIME_PART =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmssSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String ANY_TIME = "0";

    private final LoggedChanges log;
    private final MergePlan plan;
    private final Landing landing;

    LoggedInPlace(LoggedChanges log, MergePlan plan) {
        this.log = log;
        this.plan = plan;
        this.landing = plan.landing();
    }

    @Override
    public List<LogEntry> find(Set<String> identities) {
        return log.find(identities);
    }

    @Override
    public List<LogEntry> contradicted(Predicate<LogEntry> wanted, String from) {
        String since = since(from);
        if (since == null) {
            return List.of();
        }

        Map<String, PlacedFile> files = new HashMap<>();
        landing.timeline().files().forEach(file -> files.put(file.key(), file));
        Instant generation = landing.timeline().generation();
        List<LogEntry> entries = new ArrayList<>();
        for (LogEntry entry : log.contradicted(wanted, since)) {
            PlacedFile file = files.get(entry.origin().key());
            if (file != null && file.context().order().equals(RunOrder.OWN)) {
                entries.add(entry.at(LogPosition.moved(
                        entry.position(), generation, file.context().run())));
            } else if (file == null && LogPosition.isOf(entry.position(), generation)) {
                entries.add(entry);
            }
        }
        return entries;
    }

    /** The time part from which on logged changes may contradict new ones; null if none can. */
    private @Nullable String since(String from) {
        List<PlacedFile> files = landing.timeline().files();
        Set<String> unapplied = plan.rawFiles();
        int firstNew = 0;
        while (firstNew < files.size()
                && !(isChanges(files.get(firstNew))
                        && unapplied.contains(files.get(firstNew).key()))) {
            firstNew++;
        }
        String since = null;
        for (int i = 0; i < files.size(); i++) {
            PlacedFile file = files.get(i);
            if (!isChanges(file) || !landing.snapshot().wasApplied(file.file().stat())) {
                continue;
            }
            if (i > firstNew) {
                String oldest = oldest(file.evidence());
                since = since == null || oldest.compareTo(since) < 0 ? oldest : since;
            } else if (!endsBefore(file.evidence(), from)) {
                since = since == null || from.compareTo(since) < 0 ? from : since;
            }
        }
        return since == null || since.compareTo(from) < 0 ? since : from;
    }

    private static boolean isChanges(PlacedFile file) {
        return file.file() instanceof RawFile.Changes && file.evidence().firstSequence() != null;
    }

    /** Without a timestamp column only the ends of a file are known. */
    private static String oldest(FileEvidence evidence) {
        return evidence.smallest().map(TIME_PART::format).orElse(ANY_TIME);
    }

    private static boolean endsBefore(FileEvidence evidence, String timePart) {
        return evidence.largest()
                .filter(newest -> TIME_PART.format(newest).compareTo(timePart) < 0)
                .isPresent();
    }
}
