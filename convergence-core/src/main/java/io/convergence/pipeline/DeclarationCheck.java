package io.convergence.pipeline;

import io.convergence.TableId;
import io.convergence.ledger.DeclaredText;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerEntry.Declared.Kind;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileContext;
import io.convergence.raw.Parsed;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineOptions;
import io.convergence.schema.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether a declaration fits what is there, and its text for the log. Refuses by a {@link PipelineException}. */
final class DeclarationCheck {
    /** By how much the clocks of store, DMS and source may differ, as for rule S5. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration MICROSECOND = Duration.ofNanos(1_000);

    private final TableSetup setup;
    private final Landing landing;
    private final Declaration declaration;
    private final LedgerSnapshot snapshot;
    private final TableTimeline timeline;

    DeclarationCheck(TableSetup setup, Landing landing, Declaration declaration) {
        this.setup = setup;
        this.landing = landing;
        this.declaration = declaration;
        this.snapshot = landing.snapshot();
        this.timeline = landing.timeline();
    }

    private TableId table() {
        return setup.table();
    }

    /** For the log. */
    String text() {
        return switch (declaration.what()) {
            case TRUNCATED -> noted(DeclaredText.at(truncated()));
            case RELOADED -> noted(DeclaredText.at(reloaded()));
            case EXPIRED -> noted(DeclaredText.at(expired()));
            case LOAD_START -> noted(DeclaredText.at(loadStart()).withLoad(timeline.generation()));
            case LOAD_COMPLETE -> noted(DeclaredText.ofLoad(loadToComplete()));
            case COLUMN_DEFAULT, RENAMED -> column();
            case ORDER -> order();
        };
    }

    private String noted(DeclaredText text) {
        DeclaredText noted;
        try {
            noted = text.withNote(declaration.note());
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage() == null ? "its note is no line" : e.getMessage(), "Give a note of one line");
        }
        String written = noted.text();
        snapshot.declarations().stream()
                .filter(at -> at.entry().what() == declaration.what()
                        && sameApartFromNote(at.entry().text(), noted))
                .findFirst()
                .ifPresent(at -> {
                    throw refused("slot " + at.slot() + " of the log declares the same", "Nothing is to be done");
                });
        return written;
    }

    private static boolean sameApartFromNote(String text, DeclaredText other) {
        try {
            return DeclaredText.parse(text)
                    .filter(declared -> declared.withNote("").equals(other.withNote("")))
                    .isPresent();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Instant truncated() {
        Optional<Instant> given = declaration.moment();
        Instant from = given.orElseGet(this::afterAllThatVanished);
        requirePast(from);
        requireNewerThanLoad(from);
        newestLoadFile().filter(stored -> !from.isAfter(stored)).ifPresent(stored -> {
            throw refused(
                    "its load went on until " + stored
                            + ", and whether the rows it read then were there before or after the TRUNCATE cannot be told",
                    "Give the moment of a TRUNCATE after the load, or reload the table");
        });
        if (given.isEmpty()) {
            changesListed()
                    .filter(file -> file.evidence().smallestTime() == null
                            ? ((RawFile.Changes) file.file()).instant().isBefore(from)
                            : file.evidence().smallestTime().isBefore(from))
                    .findFirst()
                    .ifPresent(file -> {
                        throw refused(
                                "'" + file.key() + "' holds changes as old as those in the files that are gone (before "
                                        + from + "), so it does not show when the table was emptied",
                                "Give the moment the TRUNCATE was committed");
                    });
        }
        return from;
    }

    private Instant afterAllThatVanished() {
        if (landing.vanished().isEmpty()) {
            throw refused(
                    "no raw file is gone, so it does not show when the table was emptied",
                    "Give the moment the TRUNCATE was committed");
        }

        List<Instant> ends = new ArrayList<>();
        newestLoadFile().ifPresent(stored -> ends.add(stored.plus(MILLISECOND)));
        for (RawSource source : landing.vanished()) {
            Instant largest = source.evidence().largestTime();
            if (setup.layout().parse(source.stat()) instanceof Parsed.Data data
                    && data.file() instanceof RawFile.Changes changes) {
                ends.add(largest == null ? changes.instant().plus(MILLISECOND) : largest.plus(MICROSECOND));
            } else {
                ends.add(source.lastModified().plus(MILLISECOND));
            }
        }
        return ends.stream().max(Comparator.naturalOrder()).orElseThrow();
    }

    private Instant reloaded() {
        Instant from = declaration
                .moment()
                .orElseGet(() -> Stream.concat(snapshot.appliedSources().stream(), landing.vanished().stream())
                        .map(RawSource::lastModified)
                        .max(Comparator.naturalOrder())
                        .map(newest -> newest.plus(MILLISECOND))
                        .orElseThrow(() -> refused(
                                "nothing of it was merged and no raw file is gone, so there is no earlier load",
                                "Give the moment the new load began")));
        requirePast(from);
        requireNewerThanLoadPublished(from);
        return from;
    }

    private Instant expired() {
        Map<String, RawFile> listed = new LinkedHashMap<>();
        landing.files().stream()
                .filter(file -> !landing.removed().contains(file.key()))
                .forEach(file -> listed.put(file.key(), file));
        List<RawSource> gone = landing.vanished().stream()
                .filter(source -> !listed.containsKey(source.key()))
                .toList();
        Instant before = declaration
                .moment()
                .orElseGet(() -> gone.stream()
                        .map(RawSource::lastModified)
                        .max(Comparator.naturalOrder())
                        .map(newest -> newest.plus(MILLISECOND))
                        .orElseThrow(() ->
                                refused("no raw file that was merged or compacted is gone", "Nothing is to be done")));
        requirePast(before);
        landing.vanished().stream()
                .filter(source -> source.lastModified().isBefore(before) && listed.containsKey(source.key()))
                .findFirst()
                .ifPresent(source -> {
                    throw refused(
                            "'" + source.key() + "' was not removed but written anew",
                            "Reload the table, or restore the file as it was");
                });
        snapshot.suspicions().stream()
                .flatMap(at -> at.entry().places().stream())
                .filter(place -> place.lastModified().isBefore(before) && !listed.containsKey(place.key()))
                .filter(place -> snapshot.known(place.stat()).isEmpty())
                .findFirst()
                .ifPresent(place -> {
                    throw refused(
                            "'" + place.key() + "' is gone and was never merged or compacted, so its rows are nowhere",
                            "Restore the file, or reload the table");
                });
        return before;
    }

    private Instant loadStart() {
        Instant start = declaration.moment().orElseThrow();
        Instant generation = timeline.generation();
        if (generation.equals(FileContext.NO_LOAD) || timeline.beginning().isPresent()) {
            throw refused("it has no LOAD file", "Nothing is to be done before its load comes");
        }
        boolean arrival = setup.timeline().loadTimestamps() == TimelineOptions.LoadTimestamps.ARRIVAL
                && timeline.files().stream()
                        .anyMatch(file -> file.file() instanceof RawFile.Load
                                && file.evidence().smallestTime() != null);
        if (arrival) {
            throw refused(
                    "the arrival times in its LOAD rows tell that its load began "
                            + timeline.loadStart().map(Instant::toString).orElse("then"),
                    "Nothing is to be done; if they are the task's start, say that UseTaskStartTimeForFullLoadTimestamp is set");
        }
        if (setup.timeline().declaredLoadStart().isPresent()
                && setup.timeline().declaredLoadStart().equals(timeline.loadStart())) {
            throw refused(
                    "the configuration gives its load start as "
                            + setup.timeline().declaredLoadStart().get(),
                    "Take it out there first, or change it there");
        }
        if (start.isAfter(generation.plus(CLOCKS_DIFFER))) {
            throw refused(
                    "its first LOAD file was stored before, " + generation,
                    "Give the time at which DMS began to load the table");
        }
        // What is applied to an earlier load is replaced with it.
        boolean published = snapshot.published()
                .filter(merge -> merge.generation().equals(generation))
                .isPresent();
        changesListed()
                .filter(file -> published
                        && snapshot.isApplied(file.file().stat())
                        && ((RawFile.Changes) file.file()).instant().isBefore(start))
                .findFirst()
                .ifPresent(file -> {
                    throw refused(
                            "'" + file.key() + "', which is older, is applied to the published table",
                            "Take that merge back first (ledger undo), or reload the table");
                });
        return start;
    }

    private Instant loadToComplete() {
        Instant generation = timeline.generation();
        if (snapshot.published()
                .filter(merge -> merge.generation().equals(generation))
                .isPresent()) {
            throw refused("its load of " + generation + " is published", "Nothing is to be done");
        }

        timeline.findings().stream()
                .filter(finding -> Set.of(
                                Obstacle.LOAD_FILE_MISSING.name(),
                                Obstacle.LOAD_FILE_TWICE.name(),
                                Obstacle.LOAD_SET_UNCLEAR.name(),
                                Obstacle.LOAD_LAYOUT_MIXED.name())
                        .contains(finding.code()))
                .findFirst()
                .ifPresent(finding -> {
                    throw refused("its files say otherwise. " + finding.message(), finding.fix());
                });
        return generation;
    }

    /** What stands in the log is `old=new` or `column=value`, as it always did. */
    private String column() {
        String text = declaration.text();
        int middle = text.indexOf('=');
        if (middle <= 0 || middle == text.length() - 1) {
            throw refused("it is not NAME=WHAT", "Give both, without spaces around the sign");
        }

        String name = text.substring(0, middle);
        Declarations known = LoggedDeclarations.with(setup.declarations(), snapshot);
        boolean renames = declaration.what() == Kind.RENAMED;
        boolean told = renames
                ? known.renames().containsKey(name)
                : known.columnDefaults().containsKey(name);
        if (told) {
            throw refused(
                    "column '" + name + "' is declared already"
                            + (renames ? ", as '" + known.renames().get(name) + "'" : ""),
                    "To say otherwise declare it in the configuration, which wins");
        }

        Map<String, Column> columns = columns(known);
        Set<String> wanted = renames ? Set.of(text.substring(middle + 1)) : Set.of(name);
        for (String column : wanted) {
            if (!columns.isEmpty() && !columns.containsKey(column)) {
                throw refused(
                        "neither its files nor the source's schema have a column '" + column + "'; they have "
                                + columns.keySet(),
                        "Correct the name; names are case-sensitive");
            }
        }
        try {
            Declarations all = LoggedDeclarations.plus(known, declaration.what(), text);
            Column column = columns.get(name);
            if (!renames && column != null) {
                DeclaredValue.of(table(), column, all.columnDefaults().get(name));
            }
        } catch (IllegalArgumentException e) {
            throw new PipelineException(
                    "Cannot declare " + declaration + " of table " + table() + ": " + e.getMessage(), e);
        }
        return text;
    }

    /** Of a run, as `run=order`; a later one of the same run holds. */
    private String order() {
        Declarations plain = Declarations.of(table());
        Declarations with = LoggedDeclarations.plus(plain, Kind.ORDER, declaration.text());
        Instant run = with.orders().keySet().iterator().next();
        if (setup.declarations().orders().containsKey(run)) {
            throw refused("the configuration declares the order of run " + run, "Take it out there first");
        }
        if (!timeline.runs().contains(run)) {
            throw refused("its runs began " + timeline.runs(), "Name the run as the finding does");
        }
        return declaration.text();
    }

    private Map<String, Column> columns(Declarations known) {
        Map<String, Column> columns = new LinkedHashMap<>();
        landing.columns().values().stream()
                .flatMap(Collection::stream)
                .forEach(column -> columns.putIfAbsent(column.name(), column));
        setup.shape()
                .tableSchema()
                .ifPresent(schema -> schema.columns().forEach(column -> columns.put(column.name(), column)));
        snapshot.schema()
                .ifPresent(schema ->
                        schema.columns().forEach(column -> columns.putIfAbsent(known.nameNow(column.name()), column)));
        return columns;
    }

    private Stream<PlacedFile> changesListed() {
        return landing.placedWithRows().stream().filter(file -> file.file() instanceof RawFile.Changes);
    }

    private Optional<Instant> newestLoadFile() {
        Stream<Instant> listed = Stream.concat(
                        timeline.files().stream().map(PlacedFile::file), timeline.leftovers().stream())
                .filter(RawFile.Load.class::isInstance)
                .map(file -> file.stat().lastModified());
        Stream<Instant> gone = landing.vanished().stream()
                .filter(source -> setup.layout().parse(source.stat()) instanceof Parsed.Data data
                        && data.file() instanceof RawFile.Load)
                .map(RawSource::lastModified);
        return Stream.concat(listed, gone).max(Comparator.naturalOrder());
    }

    private void requirePast(Instant moment) {
        Instant now = setup.rawStore().now();
        if (moment.isAfter(now)) {
            throw refused("that moment is still to come; the store's clock says " + now, "Declare what has happened");
        }
    }

    private void requireNewerThanLoad(Instant from) {
        // A declared beginning that nothing published yet follows may be corrected.
        if (timeline.beginning().isEmpty() && !from.isAfter(timeline.generation())) {
            throw refused(
                    "the load there is began later, " + timeline.generation() + ", and holds what was there since",
                    "Nothing is to be done, unless the moment is wrong");
        }
        requireNewerThanLoadPublished(from);
    }

    private void requireNewerThanLoadPublished(Instant from) {
        snapshot.published()
                .map(LedgerEntry.Merge::generation)
                .filter(generation -> !from.isAfter(generation))
                .ifPresent(generation -> {
                    throw refused(
                            "what is published began later, " + generation,
                            "Correct the moment; or take the merge back first (ledger undo)");
                });
    }

    private PipelineException refused(String why, String fix) {
        return new PipelineException(
                "Cannot declare " + declaration + " of table " + table() + ": " + why + ". " + fix + ".", null);
    }

    /** The suspicions it ends: those that would stand without it and do not with it. */
    static List<Long> resolves(
            List<LedgerSnapshot.At<LedgerEntry.Suspect>> before, List<LedgerSnapshot.At<LedgerEntry.Suspect>> after) {
        Set<Long> left = after.stream().map(LedgerSnapshot.At::slot).collect(Collectors.toSet());
        return before.stream()
                .map(LedgerSnapshot.At::slot)
                .filter(slot -> !left.contains(slot))
                .toList();
    }
}
