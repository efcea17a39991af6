package io.convergence.raw;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.raw.ReplayVerdict.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Splits a table's CDC files, in order of their instants, into runs, tells what a run's start repeats, and finds where the
 * order is disputed (rules S2, S3).
 *
 * <p>Content is asked for only where it can matter. A replay carries the commit times it had, so files that begin later
 * than all before them repeat nothing. Where the counter restarts, any other file may. Where it goes on, the run goes on
 * (its changes are told apart by their sequence), but for one case: a task that resumes from a checkpoint before its
 * own last start counts up to higher values than it had, and then the file begins no later than the run did.
 */
final class ChangeRuns {
    /**
     * Transactions that commit at the same moment may take their commit time in one order and their place in the log in
     * the other; a clock that stepped back shows as more than this.
     */
    static final Duration CONCURRENT_COMMITS = Duration.ofSeconds(1);

    private static final DateTimeFormatter TIME_PART = DateTimeFormatter.ofPattern("uuuuMMddHHmmssSS", Locale.ROOT);
    private static final int TIME_DIGITS = 16;
    private static final int DIGITS = 35;

    private final TableId table;
    private final TimelineOptions options;
    private final ReplayCheck replays;
    private final Instant generation;
    private final List<PlacedFile> placed = new ArrayList<>();
    private final List<Instant> runs = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final List<ReplayVerdict> verdicts = new ArrayList<>();
    private boolean disputed;
    private boolean held;
    private boolean anySequence;
    private boolean anyWithout;
    private boolean anyTime;

    private List<TimelineFile> files = List.of();
    private @Nullable TimelineFile previous;
    private RawFile.@Nullable Changes same;
    private String latestTimePart = "";
    private @Nullable Instant latestTime;
    private Instant run = FileContext.NO_LOAD;
    private String runBegan = "";
    private String beforeRun = "";
    private long runRows;
    private boolean lastGone;
    /** The replay that the files in hand belong to; null for none. */
    private @Nullable ReplayVerdict replay;
    /** A replay broke off before this file. */
    private int brokenOff = -1;

    ChangeRuns(TableId table, Instant generation, TimelineOptions options, ReplayCheck replays) {
        this.table = table;
        this.generation = generation;
        this.options = options;
        this.replays = replays;
    }

    /**
     * @param all in order of instant, then key
     * @param gone keys of those that are only remembered: they have their place in the order, and no rows to be had
     */
    void addAll(List<TimelineFile> all, Set<String> gone) {
        files = all;
        FileContext context = new FileContext(generation, run);
        for (int i = 0; i < all.size(); i++) {
            TimelineFile source = all.get(i);
            RawFile.Changes file = (RawFile.Changes) source.file();
            FileEvidence evidence = source.evidence();
            boolean ofOthers = file instanceof RawFile.Transaction && evidence.rows() == 0;
            if (!ofOthers) {
                if (runs.isEmpty()) {
                    begin(file, evidence.firstSequence());
                }
                requireOwnInstant(file, evidence);
            }
            if (evidence.rows() == 0) {
                if (gone.contains(file.key())) {
                    continue;
                }
                // Changes of other tables name no run of this one.
                context = contextOf(context);
                placed.add(new PlacedFile(file, evidence, context));
                continue;
            }

            noteColumns(file, evidence);
            if (previous != null && replay == null) {
                boundary(i, source);
            }
            for (Finding dispute : source.disputes()) {
                DeclaredOrder declared = options.orders().get(run);
                if (declared != DeclaredOrder.COUNTER && declared != DeclaredOrder.FILES) {
                    disputed = true;
                    findings.add(dispute);
                }
            }
            context = contextOf(context);
            long replayedRows = replayedRows(i, file);
            if (!gone.contains(file.key())) {
                placed.add(new PlacedFile(file, evidence, context, replayedRows));
            }
            runRows += evidence.rows();
            latestTimePart = max(latestTimePart, newestPart(evidence));
            Instant newest = newest(evidence);
            if (newest != null && (latestTime == null || newest.isAfter(latestTime))) {
                latestTime = newest;
            }
            previous = source;
            lastGone = gone.contains(file.key());
        }

        noteSequences();
    }

    private void begin(RawFile.Changes file, @Nullable String first) {
        run = file.instant();
        runs.add(run);
        runRows = 0;
        runBegan = first == null ? "" : timePart(first);
        beforeRun = latestTimePart;
    }

    private void requireOwnInstant(RawFile.Changes file, FileEvidence evidence) {
        RawFile.Changes before = same;
        same = file;
        if (before != null
                && before.instant().equals(file.instant())
                && evidence.firstSequence() == null
                && evidence.rows() > 0) {
            dispute(
                    file.key(),
                    "It has the same time as '" + before.key()
                            + "' and neither has a change sequence, so nothing tells which came first.",
                    "Reload the table, and let the task write the change sequence.");
        }
    }

    private void noteColumns(RawFile.Changes file, FileEvidence evidence) {
        String first = evidence.firstSequence();
        String last = evidence.lastSequence();
        anySequence |= first != null;
        anyWithout |= first == null;
        anyTime |= evidence.smallestTime() != null;
        if (first != null && last != null) {
            check(file, first);
            check(file, last);
        }
    }

    /** What is between the file and those before it. */
    private void boundary(int index, TimelineFile source) {
        RawFile.Changes file = (RawFile.Changes) source.file();
        FileEvidence evidence = source.evidence();
        String first = evidence.firstSequence();
        TimelineFile before = previous;
        String last = before == null ? null : before.evidence().lastSequence();
        if (before == null || (first == null) != (last == null)) {
            return;
        }

        boolean forced = brokenOff == index;
        if (first != null && last != null) {
            boolean restarted = forced || restarts(last, first);
            boolean notLater = !isLater(evidence, first);
            boolean hidden = !restarted && runs.size() > 1 && timePart(first).compareTo(runBegan) <= 0;
            if (!restarted && !hidden) {
                noteStep(file, before, first);
                return;
            }
            if (options.orders().get(file.instant()) == DeclaredOrder.FOLLOWS) {
                begin(file, first);
                return;
            }
            ReplayVerdict verdict = notLater ? ask(index, source, restarted) : null;
            if (restarted || (verdict != null && verdict.kind() != Kind.NONE)) {
                begin(file, first);
            } else {
                // Back behind the start of the run, and no replay.
                noteStep(file, before, first);
            }
            judge(file, verdict, first, restarted);
        } else {
            Instant smallest = evidence.smallestTime();
            if (smallest == null
                    || latestTime == null
                    || smallest.isAfter(latestTime)
                    || options.orders().get(file.instant()) == DeclaredOrder.FOLLOWS) {
                return;
            }
            // Most files that begin with the time the last one ended with only continue its transaction.
            boolean ordinary = !smallest.plus(CONCURRENT_COMMITS).isBefore(latestTime);
            if (replays != ReplayCheck.UNREAD || !ordinary) {
                judge(file, ask(index, source, false), null, false);
            }
        }
    }

    /** No dispute in itself: the counter tells the order, and the merge disputes the keys of which it tells another one than the times do. */
    private void noteStep(RawFile.Changes file, TimelineFile before, String first) {
        if (time(first).plus(CONCURRENT_COMMITS).isBefore(time(latestTimePart))) {
            findings.add(
                    Finding.warning(
                            "CLOCK_STEPPED_BACK",
                            file.key(),
                            "Its first change " + first + " follows '"
                                    + before.file().key()
                                    + "' by its counter but is older than changes before it, of " + latestTimePart
                                    + ", by its time: the source's clock stepped back.",
                            "Nothing, unless a key was changed before and after it: that is disputed when the table is merged."));
        }
    }

    private boolean isLater(FileEvidence evidence) {
        String first = evidence.firstSequence();
        return first != null && isLater(evidence, first);
    }

    private boolean isLater(FileEvidence evidence, String first) {
        int order = timePart(first).compareTo(latestTimePart);
        Instant smallest = evidence.smallestTime();
        return order > 0 || (order == 0 && smallest != null && latestTime != null && smallest.isAfter(latestTime));
    }

    private ReplayVerdict ask(int index, TimelineFile source, boolean certain) {
        FileEvidence evidence = source.evidence();
        Instant smallest = evidence.smallestTime();
        String first = evidence.firstSequence();
        Instant begins = first != null ? time(first) : smallest;
        Instant latest = latestTime;
        if (begins == null || latest == null) {
            return ReplayVerdict.unknown(source.file().key(), "they have no times");
        }
        if (begins.isBefore(latest.minus(options.tail()))) {
            return ReplayVerdict.unknown(
                    source.file().key(),
                    "they begin more than " + options.tail()
                            + " before the newest change, which is as far back as replays are looked for");
        }

        int from = placed.size();
        for (int i = placed.size() - 1; i >= 0; i--) {
            PlacedFile file = placed.get(i);
            Instant newest = newest(file.evidence());
            if (file.evidence().rows() == 0 || file.isReplay()) {
                continue;
            }
            if (newest == null || newest.plus(CONCURRENT_COMMITS).isBefore(begins)) {
                break;
            }
            from = i;
        }
        List<PlacedFile> tail = placed.subList(from, placed.size()).stream()
                .filter(file -> file.evidence().rows() > 0 && !file.isReplay())
                .toList();
        if (tail.isEmpty()) {
            return lastGone
                    ? ReplayVerdict.unknown(source.file().key(), "the files before it are gone")
                    : ReplayVerdict.none(source.file().key(), null);
        }

        int end = first == null ? files.size() : headEnd(index);
        boolean restarted = end < files.size();
        ReplayVerdict verdict = replays.at(new RunBoundary(
                tail,
                files.subList(index, end),
                begins,
                latest,
                certain,
                restarted,
                restarted && isLater(files.get(end).evidence()),
                pause(source)));
        verdicts.add(verdict);
        return verdict;
    }

    private Duration pause(TimelineFile source) {
        TimelineFile before = previous;
        return before == null
                ? Duration.ZERO
                : Duration.between(
                        ((RawFile.Changes) before.file()).instant(), ((RawFile.Changes) source.file()).instant());
    }

    /** The next file at which the counter restarts. */
    private int headEnd(int index) {
        String last = files.get(index).evidence().lastSequence();
        for (int i = index + 1; i < files.size(); i++) {
            FileEvidence evidence = files.get(i).evidence();
            if (evidence.rows() == 0) {
                continue;
            }
            String first = evidence.firstSequence();
            if (first == null || last == null || restarts(last, first)) {
                return i;
            }
            last = evidence.lastSequence();
        }
        return files.size();
    }

    private static boolean restarts(String last, String first) {
        return counter(first).compareTo(counter(last)) <= 0;
    }

    private void judge(
            RawFile.Changes file, @Nullable ReplayVerdict verdict, @Nullable String first, boolean restarted) {
        Kind kind = verdict == null ? Kind.NONE : verdict.kind();
        if (verdict != null && kind == Kind.REPLAYED) {
            replay = verdict;
            findings.add(Finding.info(
                    "REPLAY_DROPPED",
                    file.key(),
                    verdict.rows()
                            + " rows from here on repeat the changes before them, as DMS writes them again after a restart; they are not read.",
                    "Nothing to do."));
            Instant next = verdict.nextTime();
            if (next != null
                    && latestTime != null
                    && next.plus(CONCURRENT_COMMITS).isBefore(latestTime)) {
                disputeStart(
                        file,
                        "Its first " + verdict.rows()
                                + " rows repeat the changes before them, but the row behind those, of " + next
                                + ", is older than the newest of them, of " + latestTime + ".");
            }
        } else if (verdict != null && kind == Kind.HELD) {
            held = true;
            findings.add(Finding.info(
                    "REPLAY_HELD",
                    file.key(),
                    "All " + verdict.rows()
                            + " rows from here on repeat earlier changes, but not yet up to the last of those: DMS is writing them again after a restart.",
                    "Nothing to do: the table goes on when the task has written the rest."));
        } else if (verdict != null && kind == Kind.UNKNOWN) {
            disputeStart(
                    file,
                    (restarted ? "The change counter restarts, and it" : "It")
                            + " begins with changes no newer than those before it, which go up to " + latestTime
                            + ": DMS wrote changes again after a restart, or the source's clock stepped back. Nothing tells which, because "
                            + verdict.why() + ".");
        } else if (first != null && restarted && timePart(first).compareTo(latestTimePart) < 0) {
            disputeStart(
                    file,
                    "The change counter restarts at " + first + ", but the changes before it go up to the time "
                            + latestTimePart
                            + ", and its rows do not repeat them: the source's clock stepped back, or DMS wrote changes again and otherwise.");
        } else if (first == null) {
            Instant begins = verdict == null ? null : verdict.firstTime();
            if (begins != null
                    && latestTime != null
                    && begins.plus(CONCURRENT_COMMITS).isBefore(latestTime)) {
                disputeStart(
                        file,
                        "It begins with a change of " + begins + ", but the files before it go up to " + latestTime
                                + ", there is no change sequence, and its rows do not repeat theirs: the source's clock stepped back, or DMS wrote changes again and otherwise.");
            }
        }
    }

    private void disputeStart(RawFile.Changes file, String message) {
        DeclaredOrder declared = options.orders().get(file.instant());
        if (declared == null) {
            dispute(
                    file.key(),
                    message,
                    (replays == ReplayCheck.UNREAD
                                    ? "Merge the table: that compares the rows, and drops a replay. Else reload"
                                    : "Reload")
                            + " the table; or, if these changes came after those before them, declare the order '"
                            + file.instant() + "=" + DeclaredOrder.FOLLOWS.label() + "'.");
        }
    }

    /** How many rows of a file the replay in hand takes. */
    private long replayedRows(int index, RawFile.Changes file) {
        ReplayVerdict verdict = replay;
        if (verdict == null) {
            return 0;
        }
        if (!file.key().equals(verdict.untilKey())) {
            return PlacedFile.ALL_ROWS;
        }

        replay = null;
        if (verdict.untilRow() == PlacedFile.ALL_ROWS) {
            // Files without rows may lie between; the next one with rows is looked at.
            brokenOff = verdict.open() ? -1 : nextWithRows(index);
        }
        return verdict.untilRow();
    }

    private int nextWithRows(int index) {
        for (int i = index + 1; i < files.size(); i++) {
            if (files.get(i).evidence().rows() > 0) {
                return i;
            }
        }
        return -1;
    }

    /** One for all files of a run, of which there may be millions. */
    private FileContext contextOf(FileContext last) {
        DeclaredOrder declared = runs.isEmpty() ? null : options.orders().get(run);
        String time = declared == DeclaredOrder.FOLLOWS ? beforeRun : max(beforeRun, runBegan);
        RunOrder order = declared == null || time.isEmpty()
                ? RunOrder.OWN
                : new RunOrder(declared, time, declared == DeclaredOrder.FILES ? runRows : 0);
        return last.run().equals(run) && last.order().equals(order) ? last : new FileContext(generation, run, order);
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

    List<ReplayVerdict> verdicts() {
        return verdicts;
    }

    boolean disputed() {
        return disputed;
    }

    boolean held() {
        return held;
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

    private void dispute(String key, String message, String fix) {
        disputed = true;
        findings.add(Finding.error("ORDER_DISPUTED", key, message, fix));
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

    /** As far as the evidence tells: rows between the first and the last may be newer where there is no timestamp column. */
    private static String newestPart(FileEvidence evidence) {
        String first = evidence.firstSequence();
        String last = evidence.lastSequence();
        if (first == null || last == null) {
            return "";
        }

        Instant largest = evidence.largestTime();
        String ends = max(timePart(first), timePart(last));
        return largest == null ? ends : max(ends, part(largest));
    }

    private static String part(Instant time) {
        return TIME_PART.format(time.atOffset(ZoneOffset.UTC));
    }

    /** Of its rows: by the timestamp column, else by the time parts of the first and last sequence. */
    static @Nullable Instant newest(FileEvidence evidence) {
        Instant largest = evidence.largestTime();
        String part = largest == null ? newestPart(evidence) : "";
        return part.isEmpty() ? largest : time(part);
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
