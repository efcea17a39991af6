package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.curated.CuratedTable;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.PlacedFile;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether DMS's {@code Ddls} statistic rose by more than the table's columns explain (rule S14): a TRUNCATE, a rewrite of
 * values and a default leave no row. The value seen last is the note {@value #NAME} of a merge; one that was suspicious stands
 * in the log with the suspicion. Each column that came, went, or has another type or name explains one statement; a column may be
 * published before its statement is counted, so the note also has the columns that changed since the value rose last. Immutable.
 */
final class DdlStatistic {
    static final String NAME = "ddls";

    private static final String WORD = " ";

    private final OptionalLong remembered;
    private final OptionalLong value;
    private final List<LedgerSnapshot.At<LedgerEntry.Suspect>> standing;
    private final long rise;
    private final Set<String> explained;
    private final boolean newBeginning;

    private DdlStatistic(
            OptionalLong remembered,
            OptionalLong value,
            List<LedgerSnapshot.At<LedgerEntry.Suspect>> standing,
            long rise,
            Set<String> explained,
            boolean newBeginning) {
        this.remembered = remembered;
        this.value = value;
        this.standing = List.copyOf(standing);
        this.rise = rise;
        this.explained = Set.copyOf(explained);
        this.newBeginning = newBeginning;
    }

    /**
     * @param declared without what the mapping renames, which is no statement at the source
     * @param waiting files that are not applied, set aside or not: their columns explain what was counted when they came
     * @param gone columns that those lack and files before them had
     */
    static DdlStatistic of(
            TableSetup setup,
            Declarations declared,
            Landing landing,
            Basis basis,
            List<PlacedFile> waiting,
            Set<String> gone,
            MergeOptions options) {
        LedgerSnapshot snapshot = landing.snapshot();
        Optional<LedgerEntry.Merge> published = snapshot.published();
        List<LedgerSnapshot.At<LedgerEntry.Suspect>> suspicions = snapshot.suspicions().stream()
                .filter(at -> at.entry().ddlsSeen().isPresent())
                .toList();
        OptionalLong declaredValue = snapshot.explainedDdls();
        List<String> note = noted(snapshot);
        OptionalLong remembered = declaredValue.isPresent() || note.isEmpty()
                ? declaredValue
                : OptionalLong.of(Long.parseLong(note.get(0)));
        OptionalLong told = suspicions.stream()
                .map(at -> at.entry().ddlsSeen())
                .reduce((one, later) -> later)
                .orElse(OptionalLong.empty());
        OptionalLong value = options.ddls().isPresent() ? options.ddls() : told;
        if (basis.replaces() || published.isEmpty()) {
            return new DdlStatistic(remembered, value, List.of(), 0, Set.of(), true);
        }

        Set<String> explained = new HashSet<>(gone);
        // Who declares what was counted has looked at the columns there are.
        if (declaredValue.isEmpty()) {
            note.stream().skip(1).forEach(explained::add);
        }
        Map<String, String> byMapping = new HashMap<>(setup.declarations().renames());
        byMapping.keySet().removeAll(declared.renames().keySet());
        TableSchema before = CuratedTable.renamed(published.get().schema(), byMapping);
        declared.renames().forEach((from, to) -> {
            if (before.indexOf(from) >= 0 && before.indexOf(to) < 0) {
                explained.add(to);
            }
        });
        // Those that waited at the merge before were its news.
        Set<PlacedFile> known = Set.copyOf(WaitingFiles.published(snapshot).among(waiting));
        waiting.stream()
                .filter(file -> !known.contains(file))
                .map(file -> landing.columns().getOrDefault(file.key(), List.of()))
                .flatMap(Collection::stream)
                .filter(column -> isNew(setup, column, before))
                .forEach(column -> explained.add(setup.declarations().nameNow(column.name())));
        setup.shape()
                .tableSchema()
                .ifPresent(schema -> schema.columns().stream()
                        .filter(column -> isNew(setup, column, before) || allowsNullNow(column, before))
                        .forEach(column -> explained.add(setup.declarations().nameNow(column.name()))));
        // From value to value, so that what was found suspicious stays so, whatever is given now.
        long rise = 0;
        OptionalLong seen = remembered;
        for (LedgerSnapshot.At<LedgerEntry.Suspect> suspicion : suspicions) {
            rise += rise(seen, suspicion.entry().ddlsSeen());
            seen = suspicion.entry().ddlsSeen();
        }
        rise += rise(seen, value);
        return new DdlStatistic(
                remembered, value, rise > explained.size() ? suspicions : List.of(), rise, explained, false);
    }

    /** A statistic that fell began anew, as when the task was created again: then all it counts is news. */
    private static long rise(OptionalLong before, OptionalLong now) {
        if (before.isEmpty() || now.isEmpty()) {
            return 0;
        }

        long rise = now.getAsLong() - before.getAsLong();
        return rise < 0 ? now.getAsLong() : rise;
    }

    /** The value seen last and the columns that changed since it rose; empty if no value was seen. */
    private static List<String> noted(LedgerSnapshot snapshot) {
        String note = snapshot.published().map(merge -> merge.notes().get(NAME)).orElse(null);
        if (note == null) {
            return List.of();
        }
        try {
            List<String> words = Stream.of(note.split(WORD, -1))
                    .map(word -> URLDecoder.decode(word, StandardCharsets.UTF_8))
                    .toList();
            Long.parseLong(words.get(0));
            return words;
        } catch (IllegalArgumentException e) {
            throw new PipelineException(
                    "Cannot read the note '" + NAME + "' of the published table " + snapshot.table() + ": '" + note
                            + "' does not begin with a number, or has none of its words behind it."
                            + " It was written by a newer version; use that.",
                    e);
        }
    }

    /** Whether the published table has no such column, or none that holds its values. */
    private static boolean isNew(TableSetup setup, Column column, TableSchema before) {
        Column known = before.column(column.name())
                .or(() -> before.column(setup.declarations().nameNow(column.name())))
                .orElse(null);
        return known == null
                || known.type()
                        .widen(column.type())
                        .filter(known.type()::equals)
                        .isEmpty();
    }

    private static boolean allowsNullNow(Column column, TableSchema before) {
        return column.nullable()
                && before.column(column.name())
                        .filter(known -> !known.nullable())
                        .isPresent();
    }

    boolean isSuspect() {
        return rise > explained.size();
    }

    /** Suspicions of the log that nothing has ended. */
    List<LedgerSnapshot.At<LedgerEntry.Suspect>> standing() {
        return standing;
    }

    Optional<Finding> finding(TableSetup setup) {
        return isSuspect()
                ? Optional.of(Finding.error(
                        Obstacle.DDL_UNEXPLAINED.name(),
                        setup.table().toString(),
                        reason(),
                        "Find out what was done at the source, and give the source's schema as it is now, declare it (truncated,"
                                + " reloaded, column-default, renamed), or reload the table."))
                : Optional.empty();
    }

    private String reason() {
        return "DMS's Ddls statistic counts " + rise + " more " + (rise == 1 ? "statement" : "statements")
                + " that changed the table than when it was merged last"
                + (remembered.isPresent() ? " (" + remembered.getAsLong() + ")" : "") + ", and its columns explain "
                + (explained.isEmpty() ? "none" : explained.size())
                + " of them: a TRUNCATE, new values or a default leave no row.";
    }

    /** So that the next merge knows, whatever it is told, and a declaration has a slot to resolve. */
    void suspect(Ledger ledger, Instant generation) {
        if (isSuspect() && value.isPresent()) {
            ledger.suspectDdls(reason(), generation, value.getAsLong());
        }
    }

    /** Whether a merge must remember the value, though it has nothing else to tell. */
    boolean isNews() {
        return value.isPresent() && !newBeginning && !value.equals(remembered);
    }

    /** What a merge notes; empty for nothing. */
    Optional<String> note() {
        OptionalLong noted = value.isPresent() ? value : remembered;
        if (noted.isEmpty()) {
            return Optional.empty();
        }
        // What came before the first value may be counted in it. A rise uses all up: two columns may be of one statement, and what was
        // left of them would excuse a TRUNCATE.
        Stream<String> left = newBeginning || remembered.isEmpty() || rise > 0
                ? Stream.of()
                : explained.stream().sorted();
        return Optional.of(Stream.concat(
                        Stream.of(String.valueOf(noted.getAsLong())),
                        left.map(column -> URLEncoder.encode(column, StandardCharsets.UTF_8)))
                .collect(Collectors.joining(WORD)));
    }
}
