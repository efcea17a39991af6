package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table's files in the order of its history: which load they belong to, which run, and whether that is certain (rules
 * S1 to S5). A pure function of the files, their evidence and the options; the order of the input does not matter, nor
 * whether the evidence comes from raw files or from the ledger (rule S18). Immutable and thread-safe.
 */
public final class TableTimeline {
    /** Whether the table may be read on. */
    public enum State {
        /** The files are placed for certain. */
        READY,
        /** Something is missing that may still come or be declared; see the findings. */
        HELD,
        /** The order of changes is contradictory; nothing may be published before it is declared or the table reloaded. */
        DISPUTED
    }

    private final TableId table;
    private final State state;
    private final Instant generation;
    private final @Nullable Instant loadStart;
    private final List<PlacedFile> files;
    private final List<Instant> runs;
    private final List<RawFile> leftovers;
    private final List<RawFile> beforeLoad;
    private final DeclaredLoads.@Nullable Beginning beginning;
    private final List<Finding> findings;
    private final List<ReplayVerdict> verdicts;
    private final List<TimelineFile> gone;
    private final TimelineOptions options;

    private TableTimeline(
            TableId table,
            State state,
            Instant generation,
            @Nullable Instant loadStart,
            List<PlacedFile> files,
            List<Instant> runs,
            List<RawFile> leftovers,
            List<RawFile> beforeLoad,
            DeclaredLoads.@Nullable Beginning beginning,
            List<Finding> findings,
            List<ReplayVerdict> verdicts,
            List<TimelineFile> gone,
            TimelineOptions options) {
        this.table = table;
        this.state = state;
        this.generation = generation;
        this.loadStart = loadStart;
        this.files = List.copyOf(files);
        this.runs = List.copyOf(runs);
        this.leftovers = List.copyOf(leftovers);
        this.beforeLoad = List.copyOf(beforeLoad);
        this.beginning = beginning;
        this.findings = List.copyOf(findings);
        this.verdicts = List.copyOf(verdicts);
        this.gone = List.copyOf(gone);
        this.options = options;
    }

    /**
     * Places files by their evidence alone: where the rows of a run would have to be compared with those before it, the
     * order is disputed. Of a transaction file the evidence is that of the table's rows in it; there may be none.
     *
     * @throws IllegalArgumentException if a file is of another table, or given twice
     */
    public static TableTimeline of(TableId table, List<TimelineFile> files, TimelineOptions options) {
        return of(table, files, List.of(), options, ReplayCheck.UNREAD);
    }

    /**
     * Places files. Of a transaction file the evidence is that of the table's rows in it; there may be none.
     *
     * @param gone files of changes that are not there any more, by what is remembered of them: they still tell what came
     *     before others, and name runs, but have no place themselves
     * @param replays is asked in the order of the files, only where content must tell
     * @throws IllegalArgumentException if a file is of another table, or given twice
     */
    public static TableTimeline of(
            TableId table,
            List<TimelineFile> files,
            List<TimelineFile> gone,
            TimelineOptions options,
            ReplayCheck replays) {
        requireNonNull(table, "table");
        requireNonNull(options, "options");
        List<LoadSet.Member> loads = new ArrayList<>();
        List<TimelineFile> changes = new ArrayList<>();
        for (TimelineFile source : files) {
            RawFile file = source.file();
            if (file instanceof RawFile.Load load && load.table().equals(table)) {
                loads.add(new LoadSet.Member(load, source));
            } else if (file instanceof RawFile.Transaction
                    || (file instanceof RawFile.Cdc cdc && cdc.table().equals(table))) {
                changes.add(source);
            } else {
                throw new IllegalArgumentException("Cannot place '" + file.key() + "' in the history of table " + table
                        + ": it is none of its files.");
            }
        }
        gone.stream().filter(source -> source.file() instanceof RawFile.Changes).forEach(changes::add);
        requireOnce(Stream.concat(files.stream(), gone.stream()).toList());
        changes.sort(Comparator.comparing((TimelineFile source) -> ((RawFile.Changes) source.file()).instant())
                .thenComparing(source -> source.file().key()));

        return place(table, loads, changes, gone, options, replays);
    }

    /** Sorted keys need less memory than a set of them. */
    private static void requireOnce(List<TimelineFile> files) {
        String[] keys = files.stream().map(source -> source.file().key()).toArray(String[]::new);
        Arrays.sort(keys);
        for (int i = 1; i < keys.length; i++) {
            if (keys[i].equals(keys[i - 1])) {
                throw new IllegalArgumentException("Cannot place '" + keys[i] + "' twice: give each file once.");
            }
        }
    }

    private static TableTimeline place(
            TableId table,
            List<LoadSet.Member> allLoads,
            List<TimelineFile> changes,
            List<TimelineFile> gone,
            TimelineOptions options,
            ReplayCheck replays) {
        DeclaredLoads.Beginning beginning = options.declared().beginning().orElse(null);
        List<LoadSet.Member> loads = new ArrayList<>();
        List<RawFile> earlier = new ArrayList<>();
        for (LoadSet.Member load : allLoads) {
            if (beginning != null && load.stored().isBefore(beginning.from())) {
                earlier.add(load.file());
            } else {
                loads.add(load);
            }
        }
        if (beginning != null && loads.isEmpty()) {
            return begun(table, beginning, earlier, changes, gone, options, replays);
        }

        Set<String> goneKeys = gone.stream().map(source -> source.file().key()).collect(Collectors.toSet());
        List<Finding> findings = new ArrayList<>();
        if (loads.isEmpty()) {
            ChangeRuns runs = new ChangeRuns(table, FileContext.NO_LOAD, options, replays);
            runs.addAll(changes, goneKeys);
            findings.addAll(runs.findings());
            return new TableTimeline(
                    table,
                    state(runs, false),
                    FileContext.NO_LOAD,
                    null,
                    runs.placed(),
                    runs.runs(),
                    List.of(),
                    List.of(),
                    null,
                    findings,
                    runs.verdicts(),
                    gone,
                    options);
        }

        boolean arrivalTimes = options.loadTimestamps() == TimelineOptions.LoadTimestamps.ARRIVAL;
        LoadSet set = new LoadSet(table, loads, arrivalTimes, changes.isEmpty() || LoadStart.storedByDms(changes));
        findings.addAll(set.findings());
        LoadStart loadStart = LoadStart.of(table, set, changes, options);
        Optional<Instant> start = loadStart.found();
        boolean held = set.held() || loadStart.held();
        findings.addAll(loadStart.findings());

        List<TimelineFile> belonging = new ArrayList<>();
        List<RawFile> beforeLoad = new ArrayList<>();
        for (TimelineFile change : changes) {
            RawFile.Changes file = (RawFile.Changes) change.file();
            if (start.isPresent() && file.instant().isBefore(start.get())) {
                if (!goneKeys.contains(file.key())) {
                    beforeLoad.add(file);
                }
            } else {
                belonging.add(change);
            }
        }
        if (!beforeLoad.isEmpty()) {
            findings.add(Finding.info(
                    "CHANGES_BEFORE_LOAD",
                    table.toString(),
                    beforeLoad.size() + " files of changes are older than the load that began " + start.orElseThrow()
                            + ", the last is '"
                            + beforeLoad.get(beforeLoad.size() - 1).key()
                            + "'; the load holds their result, they are not read for it.",
                    "Nothing to do."));
        }

        Instant generation = set.firstStored();
        ChangeRuns runs = new ChangeRuns(table, generation, options, replays);
        runs.addAll(belonging, goneKeys);
        findings.addAll(runs.findings());
        List<PlacedFile> placed = new ArrayList<>();
        FileContext ofLoad = new FileContext(generation, FileContext.NO_LOAD);
        for (LoadSet.Member member : set.members()) {
            placed.add(new PlacedFile(member.file(), member.source().evidence(), ofLoad));
        }
        placed.addAll(runs.placed());
        return new TableTimeline(
                table,
                state(runs, held),
                generation,
                start.orElse(null),
                placed,
                runs.runs(),
                Stream.concat(earlier.stream(), set.leftovers().stream().<RawFile>map(LoadSet.Member::file))
                        .toList(),
                beforeLoad,
                null,
                findings,
                runs.verdicts(),
                gone,
                options);
    }

    /** Without LOAD files: the table began anew because somebody declared it, and holds what was committed since. */
    private static TableTimeline begun(
            TableId table,
            DeclaredLoads.Beginning beginning,
            List<RawFile> earlier,
            List<TimelineFile> changes,
            List<TimelineFile> gone,
            TimelineOptions options,
            ReplayCheck replays) {
        Set<String> goneKeys = gone.stream().map(source -> source.file().key()).collect(Collectors.toSet());
        List<TimelineFile> belonging = new ArrayList<>();
        List<RawFile> before = new ArrayList<>();
        for (TimelineFile change : changes) {
            RawFile.Changes file = (RawFile.Changes) change.file();
            if (beginning.holdsAny(file.instant(), change.evidence())) {
                belonging.add(change);
            } else if (!goneKeys.contains(file.key())) {
                before.add(file);
            }
        }
        ChangeRuns runs = new ChangeRuns(table, beginning.from(), options, replays);
        runs.addAll(belonging, goneKeys);
        List<Finding> findings = new ArrayList<>();
        if (!before.isEmpty() || !earlier.isEmpty()) {
            findings.add(Finding.info(
                    beginning.what() == DeclaredLoads.What.TRUNCATED ? "BEFORE_TRUNCATION" : "BEFORE_RELOAD",
                    table.toString(),
                    earlier.size() + " LOAD files and " + before.size() + " files of changes are older than "
                            + beginning.from() + ", from when on the table is declared "
                            + (beginning.what() == DeclaredLoads.What.TRUNCATED ? "truncated" : "reloaded")
                            + "; they are not read.",
                    "Nothing to do."));
        }
        findings.addAll(runs.findings());
        return new TableTimeline(
                table,
                state(runs, false),
                beginning.from(),
                beginning.from(),
                runs.placed(),
                runs.runs(),
                earlier,
                before,
                beginning,
                findings,
                runs.verdicts(),
                gone,
                options);
    }

    private static State state(ChangeRuns runs, boolean held) {
        State undisputed = held || runs.held() ? State.HELD : State.READY;
        return runs.disputed() ? State.DISPUTED : undisputed;
    }

    public TableId table() {
        return table;
    }

    public State state() {
        return state;
    }

    /** See {@link FileContext#generation()}. */
    public Instant generation() {
        return generation;
    }

    /** Since when files of changes belong to this load; empty without a load, without changes, or if it is not known. */
    public Optional<Instant> loadStart() {
        return Optional.ofNullable(loadStart);
    }

    /**
     * The files to read in position order. If the state is not READY, these are for inspection only: what is placed may
     * still change.
     */
    public List<PlacedFile> files() {
        return files;
    }

    /** Each file's context by its key, as reading a compacted file needs it. */
    public Map<String, FileContext> contexts() {
        Map<String, FileContext> contexts = new HashMap<>();
        files.forEach(file -> contexts.put(file.key(), file.context()));
        return Map.copyOf(contexts);
    }

    /** The runs, each by the instant of its first known file. */
    public List<Instant> runs() {
        return runs;
    }

    /** LOAD files an earlier load left behind; not read. */
    public List<RawFile> leftovers() {
        return leftovers;
    }

    /** Files of changes older than the load; not read for it. */
    public List<RawFile> beforeLoad() {
        return beforeLoad;
    }

    /**
     * Present if the generation is one that somebody declared and that no LOAD file belongs to. Of its first files it holds
     * only the changes that {@link DeclaredLoads.Beginning#holds} says belong.
     */
    public Optional<DeclaredLoads.Beginning> beginning() {
        return Optional.ofNullable(beginning);
    }

    /** The same without some files, such as those whose rows are in no file any more. */
    public TableTimeline without(Set<String> keys) {
        if (keys.isEmpty()) {
            return this;
        }

        return new TableTimeline(
                table,
                state,
                generation,
                loadStart,
                files.stream().filter(file -> !keys.contains(file.key())).toList(),
                runs,
                leftovers,
                beforeLoad,
                beginning,
                findings,
                verdicts,
                gone,
                options);
    }

    /** What was found at the starts of runs that had to be looked into (rule S3), in the order of the files. */
    public List<ReplayVerdict> verdicts() {
        return verdicts;
    }

    /** What was known besides the files when it was made. */
    public TimelineOptions options() {
        return options;
    }

    /**
     * How some of the files would be placed without the others, with the same options but for what is declared of orders.
     */
    public TableTimeline of(List<PlacedFile> some, Map<Instant, DeclaredOrder> orders, ReplayCheck replays) {
        return of(
                table,
                some.stream()
                        .map(file -> new TimelineFile(file.file(), file.evidence()))
                        .toList(),
                gone,
                options.withOrders(orders),
                replays);
    }

    public List<Finding> findings() {
        return findings;
    }

    @Override
    public String toString() {
        return "TableTimeline[" + table + " " + state + ", generation " + generation + ", " + files.size() + " files, "
                + runs.size() + " runs]";
    }
}
