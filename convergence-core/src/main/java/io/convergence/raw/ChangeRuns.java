package io.convergence.raw;

import io.convergence.Finding;
import io.convergence.TableId;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits a table's CDC files, in order of their instants, into runs, and finds where their order is disputed (rules S2, S3). */
final class ChangeRuns {
    /**
     * Transactions that commit at the same moment may take their commit time in one order and their place in the log in
     * the other; a clock that stepped back shows as more than this. Steps below it on one key are the merge's to find.
     */
    static final Duration CONCURRENT_COMMITS = Duration.ofSeconds(1);

    private static final int TIME_DIGITS = 16;
    private static final int DIGITS = 35;

    /** The last file that held rows. */
    private record Previous(RawFile.Changes file, FileEvidence evidence) {}

    private final TableId table;
    private final List<PlacedFile> placed = new ArrayList<>();
    private final List<Instant> runs = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Instant generation;
    private boolean disputed;
    private boolean anySequence;
    private boolean anyWithout;
    private boolean anyTime;

    ChangeRuns(TableId table, Instant generation) {
        this.table = table;
        this.generation = generation;
    }

    /** @param files in order of instant, then key */
    void addAll(List<TimelineFile> files) {
        Previous previous = null;
        String latestTimePart = "";
        Instant latestTime = null;
        Instant run = FileContext.NO_LOAD;
        RawFile.Changes same = null;
        FileContext context = new FileContext(generation, run);
        for (TimelineFile source : files) {
            RawFile.Changes file = (RawFile.Changes) source.file();
            FileEvidence evidence = source.evidence();
            if (file instanceof RawFile.Transaction && evidence.rows() == 0) {
                // Changes of other tables name no run of this one.
                context = ofRun(context, run);
                placed.add(new PlacedFile(file, evidence, context));
                continue;
            }

            String first = evidence.firstSequence();
            String last = evidence.lastSequence();
            if (runs.isEmpty()) {
                run = file.instant();
                runs.add(run);
            }
            if (same != null && same.instant().equals(file.instant()) && first == null && evidence.rows() > 0) {
                dispute(
                        file.key(),
                        "It has the same time as '" + same.key()
                                + "' and neither has a change sequence, so nothing tells which came first.");
            }
            same = file;
            if (evidence.rows() == 0) {
                context = ofRun(context, run);
                placed.add(new PlacedFile(file, evidence, context));
                continue;
            }

            anySequence |= first != null;
            anyWithout |= first == null;
            anyTime |= evidence.smallestTime() != null;
            if (first != null && last != null) {
                check(file, first);
                check(file, last);
                if (previous != null && previous.evidence().lastSequence() != null) {
                    String before = previous.evidence().lastSequence();
                    if (counter(first).compareTo(counter(before)) <= 0) {
                        run = file.instant();
                        runs.add(run);
                        checkRunStart(file, evidence, first, previous, latestTimePart, latestTime);
                    } else if (time(first).plus(CONCURRENT_COMMITS).isBefore(time(latestTimePart))) {
                        dispute(
                                file.key(),
                                "Its first change " + first + " follows '"
                                        + previous.file().key()
                                        + "' by its counter but is older than its changes by its time: the source's clock stepped back.");
                    }
                }
                latestTimePart = max(latestTimePart, max(timePart(first), timePart(last)));
            } else if (previous != null
                    && evidence.smallestTime() != null
                    && latestTime != null
                    && evidence.smallestTime().plus(CONCURRENT_COMMITS).isBefore(latestTime)) {
                dispute(
                        file.key(),
                        "It begins with changes of " + evidence.smallestTime() + ", but the files before it go up to "
                                + latestTime
                                + ", and there is no change sequence: DMS may have written changes again after a restart.");
            }
            if (evidence.largestTime() != null) {
                latestTime = latestTime == null || evidence.largestTime().isAfter(latestTime)
                        ? evidence.largestTime()
                        : latestTime;
            }
            for (Finding dispute : source.disputes()) {
                disputed = true;
                findings.add(dispute);
            }
            context = ofRun(context, run);
            placed.add(new PlacedFile(file, evidence, context));
            previous = new Previous(file, evidence);
        }

        noteSequences();
    }

    /** One for all files of a run, of which there may be millions. */
    private FileContext ofRun(FileContext last, Instant run) {
        return last.run().equals(run) ? last : new FileContext(generation, run);
    }

    List<PlacedFile> placed() {
        return placed;
    }

    List<Instant> runs() {
        return runs;
    }

    List<Finding> findings() {
        return findings;
    }

    boolean disputed() {
        return disputed;
    }

    /** The counter restarted. A pause alone, with time moving forward, is none of our business; time that repeats is. */
    private void checkRunStart(
            RawFile.Changes file,
            FileEvidence evidence,
            String first,
            Previous previous,
            String latestTimePart,
            @Nullable Instant latestTime) {
        int order = timePart(first).compareTo(latestTimePart);
        boolean later = order > 0;
        if (order == 0 && evidence.smallestTime() != null && latestTime != null) {
            later = evidence.smallestTime().isAfter(latestTime);
        }
        if (!later) {
            dispute(
                    file.key(),
                    "The change counter restarts at " + first + ", but the changes before it, in '"
                            + previous.file().key()
                            + "' and earlier, go up to the time " + latestTimePart
                            + ": DMS wrote changes again after a restart, or the source's clock stepped back.");
        }
    }

    private void noteSequences() {
        if (anySequence && anyWithout) {
            disputed = true;
            findings.add(Finding.error(
                    "ORDER_DISPUTED",
                    table.toString(),
                    "Some of its files of changes have a change sequence and others have none, so their changes cannot be ordered.",
                    "Reload the table, so that all its changes carry the sequence."));
        } else if (anyWithout && anyTime) {
            findings.add(Finding.info(
                    "SEQUENCE_MISSING",
                    table.toString(),
                    "The changes have no sequence column; their order is that of files and rows.",
                    "Add a column with the expression $AR_H_CHANGE_SEQ to the task."));
        } else if (anyWithout) {
            findings.add(Finding.warning(
                    "SEQUENCE_AND_TIMESTAMP_MISSING",
                    table.toString(),
                    "The changes have neither a sequence nor a timestamp column: changes written again after a restart cannot be recognised, and there is no history, only the current state.",
                    "Set TimestampColumnName and add a column with the expression $AR_H_CHANGE_SEQ."));
        }
    }

    private void dispute(String key, String message) {
        disputed = true;
        findings.add(
                Finding.error(
                        "ORDER_DISPUTED",
                        key,
                        message,
                        "Reload the table: it is held as disputed until then. Replays are not yet told by their content, nor can an order be declared."));
    }

    private static void check(RawFile.Changes file, String sequence) {
        if (sequence.length() != DIGITS || !sequence.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("Cannot place '" + file.key() + "': its evidence holds '" + sequence
                    + "', which is no change sequence of 35 digits.");
        }
    }

    private static String timePart(String sequence) {
        return sequence.substring(0, TIME_DIGITS);
    }

    private static String counter(String sequence) {
        return sequence.substring(TIME_DIGITS);
    }

    private static String max(String one, String other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** When a change was committed, to the hundredth of a second, by its sequence or the time part of it. */
    static Instant time(String sequenceOrTimePart) {
        try {
            return LocalDateTime.of(
                            number(sequenceOrTimePart, 0, 4),
                            number(sequenceOrTimePart, 4, 6),
                            number(sequenceOrTimePart, 6, 8),
                            number(sequenceOrTimePart, 8, 10),
                            number(sequenceOrTimePart, 10, 12),
                            number(sequenceOrTimePart, 12, 14),
                            number(sequenceOrTimePart, 14, 16) * 10_000_000)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "Cannot read the time of change sequence '" + sequenceOrTimePart + "': it is no date and time.", e);
        }
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
