package io.convergence.raw;

import io.convergence.Finding;
import io.convergence.TableId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a table's load began, by the first that tells it (rule S5): arrival times in LOAD rows, a start that somebody gave, the time at
 * which its first file was stored. A start in the options names no load and may have been given for an earlier one, whose changes
 * would then be applied to the rows of a later load.
 */
final class LoadStart {
    /** Objects whose last-modified times follow their names within this time were stored by DMS and not copied. */
    private static final Duration STORED_BY_DMS = Duration.ofMinutes(10);

    private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    /** DMS ends a LOAD file at 1 GB at the latest, so that the first is there long before. */
    private static final Duration FIRST_FILE = Duration.ofHours(24);

    private final @Nullable Instant start;
    private final boolean held;
    private final List<Finding> findings;

    private LoadStart(@Nullable Instant start, boolean held, List<Finding> findings) {
        this.start = start;
        this.held = held;
        this.findings = List.copyOf(findings);
    }

    static LoadStart of(TableId table, LoadSet set, List<TimelineFile> changes, TimelineOptions options) {
        if (options.loadTimestamps() == TimelineOptions.LoadTimestamps.ARRIVAL) {
            Optional<Instant> arrival = set.members().stream()
                    .flatMap(member -> member.source().evidence().smallest().stream())
                    .min(Comparator.naturalOrder());
            if (arrival.isPresent()) {
                return known(arrival.get());
            }
        }

        boolean byDms = !changes.isEmpty() && storedByDms(changes);
        List<Finding> findings = new ArrayList<>();
        Instant ofThisLoad = options.declared().starts().get(set.firstStored());
        for (Instant given : given(options, ofThisLoad)) {
            Optional<Map.Entry<Instant, Instant>> earlier = earlier(given, set, options);
            if (given.equals(ofThisLoad)) {
                return new LoadStart(given, false, findings);
            }
            if (earlier.isPresent()) {
                findings.add(outdated(table, given, set, earlier.get()));
            } else if (!byDms || !given.plus(FIRST_FILE).isBefore(set.firstStored())) {
                return new LoadStart(given, false, findings);
            } else if (ofThisLoad == null) {
                return new LoadStart(null, true, List.of(implausible(table, given, set)));
            }
        }
        if (options.tasks() == TimelineOptions.Tasks.SINGLE && byDms) {
            return new LoadStart(set.firstStored(), false, findings);
        }
        if (!changes.isEmpty()) {
            findings.add(unknown(table, changes.size(), options.tasks()));
        }
        return new LoadStart(null, !changes.isEmpty(), findings);
    }

    private static LoadStart known(Instant start) {
        return new LoadStart(start, false, List.of());
    }

    /** What somebody gave, the strongest first. */
    private static List<Instant> given(TimelineOptions options, @Nullable Instant ofThisLoad) {
        List<Instant> given = new ArrayList<>();
        options.declaredLoadStart().ifPresent(given::add);
        if (ofThisLoad != null) {
            given.add(ofThisLoad);
        }
        options.fullLoadStartTime().ifPresent(given::add);
        return given;
    }

    /** A load that came before this one and did not begin before the given start, which then is not that of this load. */
    private static Optional<Map.Entry<Instant, Instant>> earlier(Instant given, LoadSet set, TimelineOptions options) {
        return options.knownStarts().entrySet().stream()
                .filter(load -> load.getKey().isBefore(set.firstStored())
                        && !load.getValue().isBefore(given))
                .findFirst();
    }

    private static Finding outdated(TableId table, Instant given, LoadSet set, Map.Entry<Instant, Instant> earlier) {
        return Finding.warning(
                "LOAD_START_OUTDATED",
                table.toString(),
                "The load start given in the options, " + given + ", is not that of the load stored from "
                        + set.firstStored() + " on: an earlier load, stored from " + earlier.getKey()
                        + " on, had begun at " + earlier.getValue() + ". It is passed over.",
                "Give the start of the load there is, or none; a start declared in the log (load-start) names its load and outdates by itself.");
    }

    private static Finding implausible(TableId table, Instant given, LoadSet set) {
        return Finding.error(
                "LOAD_TIME_UNKNOWN",
                table.toString(),
                "The load start given in the options, " + given + ", is more than " + FIRST_FILE.toHours()
                        + " hours before the first LOAD file was stored, " + set.firstStored()
                        + ", so it may be that of an earlier load, and older changes would be applied to the rows of this one.",
                "Give the start of the load there is (FullLoadStartTime of the task's table statistics), or declare it in the log (load-start), if it really took that long.");
    }

    private static Finding unknown(TableId table, int changes, TimelineOptions.Tasks tasks) {
        return Finding.error(
                "LOAD_TIME_UNKNOWN",
                table.toString(),
                "Nothing tells when its load began (no arrival times in LOAD rows, no FullLoadStartTime, and last-modified times that "
                        + (tasks == TimelineOptions.Tasks.SEPARATE
                                ? "cannot relate two tasks"
                                : "do not follow the names of the files of changes within " + STORED_BY_DMS.toMinutes()
                                        + " minutes")
                        + "), so it is open which of " + changes + " files of changes are older than the load.",
                "Declare the load's start, or set TimestampColumnName with UseTaskStartTimeForFullLoadTimestamp = false.");
    }

    static boolean storedByDms(List<TimelineFile> changes) {
        return changes.stream().allMatch(change -> {
            RawFile.Changes file = (RawFile.Changes) change.file();
            Duration delay = Duration.between(file.instant(), file.stat().lastModified());
            return !delay.plus(CLOCK_SKEW).isNegative() && delay.compareTo(STORED_BY_DMS) <= 0;
        });
    }

    Optional<Instant> found() {
        return Optional.ofNullable(start);
    }

    boolean held() {
        return held;
    }

    List<Finding> findings() {
        return findings;
    }
}
