package io.convergence.pipeline;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.FileContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * When the published load began and the one before it, so that a start given for one is not taken for that of the next (rule S5): the
 * note {@value #NAME} of a merge. Immutable.
 *
 * @param starts by generation
 */
record LoadNotes(Map<Instant, Instant> starts) {
    static final String NAME = "loads";

    LoadNotes {
        starts = Collections.unmodifiableMap(new TreeMap<>(starts));
    }

    /** @throws PipelineException if the note cannot be understood */
    static LoadNotes published(LedgerSnapshot snapshot) {
        Optional<String> text =
                snapshot.published().map(LedgerEntry.Merge::notes).map(notes -> notes.get(NAME));
        SortedMap<Instant, Instant> starts = new TreeMap<>();
        for (String line : text.orElse("").lines().toList()) {
            String[] words = line.split(" ", -1);
            try {
                if (!words[0].equals("load") || words.length != 3) {
                    throw malformed(line, snapshot, null);
                }
                starts.put(Instant.parse(words[1]), Instant.parse(words[2]));
            } catch (DateTimeException e) {
                throw malformed(line, snapshot, e);
            }
        }
        return new LoadNotes(starts);
    }

    /** What the next merge notes. */
    static LoadNotes next(Landing landing) {
        Instant generation = landing.timeline().generation();
        SortedMap<Instant, Instant> starts =
                new TreeMap<>(new TreeMap<>(published(landing.snapshot()).starts()).headMap(generation));
        while (starts.size() > 1) {
            starts.remove(starts.firstKey());
        }
        landing.timeline()
                .loadStart()
                .filter(start -> !generation.equals(FileContext.NO_LOAD))
                .ifPresent(start -> starts.put(generation, start));
        return new LoadNotes(starts);
    }

    /** Empty if there is nothing to note. */
    String encode() {
        var text = new StringBuilder();
        starts.forEach((generation, start) -> text.append("load ")
                .append(generation)
                .append(' ')
                .append(start)
                .append('\n'));
        return text.toString();
    }

    private static PipelineException malformed(String line, LedgerSnapshot snapshot, @Nullable Exception cause) {
        return new PipelineException(
                "Cannot read the note '" + NAME + "' of the published table " + snapshot.table() + ": '" + line
                        + "' is none of its lines. It was written by a newer version; use that.",
                cause);
    }
}
