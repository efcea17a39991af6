package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.RowOrigin;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.PlacedFile;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes that merges set aside because they lie below the floor (rule S12): the published table may lack them, and their files count as
 * applied. It is the note {@value #NAME} of each merge until the table is built anew. Immutable.
 *
 * @param count how many
 * @param since no change before this was set aside; null if the time of one is not known
 * @param first places of the first ones
 */
record QuarantineNote(long count, @Nullable Instant since, List<RowOrigin> first) {
    static final String NAME = "quarantined";
    static final QuarantineNote NONE = new QuarantineNote(0, Instant.MAX, List.of());

    private static final int PLACES = 10;
    private static final String UNKNOWN = "-";

    QuarantineNote {
        first = List.copyOf(first);
    }

    /** @throws PipelineException if the note cannot be understood */
    static QuarantineNote published(LedgerSnapshot snapshot) {
        Optional<String> text =
                snapshot.published().map(LedgerEntry.Merge::notes).map(notes -> notes.get(NAME));
        return text.map(note -> parse(note, snapshot)).orElse(NONE);
    }

    /** With changes of files that the table now counts as applied; a change met again is not counted again while its place is known. */
    QuarantineNote plus(Collection<RowOrigin> more, List<PlacedFile> files) {
        Map<String, PlacedFile> byKey = new LinkedHashMap<>();
        files.forEach(file -> byKey.put(file.key(), file));
        QuarantineNote all = this;
        for (RowOrigin origin : more) {
            if (!all.first.contains(origin)) {
                PlacedFile file = byKey.get(origin.key());
                Instant oldest =
                        file == null ? null : file.evidence().smallest().orElse(null);
                all = all.plus(origin, oldest);
            }
        }
        return all;
    }

    private QuarantineNote plus(RowOrigin origin, @Nullable Instant oldest) {
        List<RowOrigin> places = new ArrayList<>(first);
        if (places.size() < PLACES) {
            places.add(origin);
        }
        Instant before = since;
        Instant earliest = before == null || oldest == null ? null : before.isBefore(oldest) ? before : oldest;
        return new QuarantineNote(count + 1, earliest, places);
    }

    /** Not later than the first change the table may lack. */
    Optional<Instant> complete(Optional<Instant> merged) {
        Instant earliest = since;
        if (earliest == null) {
            return Optional.empty();
        }
        return merged.map(time -> time.isAfter(earliest) ? earliest : time);
    }

    /** For every result from then on. */
    Optional<Finding> finding(TableId table) {
        if (count == 0) {
            return Optional.empty();
        }
        return Optional.of(Finding.warning(
                "CHANGES_MISSING",
                table.toString(),
                count
                        + " changes were set aside by merges because they came later than deleted keys are remembered, the first is "
                        + first.get(0) + "; the table may lack them, and is complete through "
                        + (since == null ? "no known time" : since) + " at the latest.",
                "Compare their rows with the source, and reload the table if one is missing: that ends this."));
    }

    /** Empty if there is nothing to note. */
    String encode() {
        if (count == 0) {
            return "";
        }
        var text = new StringBuilder();
        text.append("changes ")
                .append(count)
                .append(' ')
                .append(since == null ? UNKNOWN : since)
                .append('\n');
        first.forEach(origin -> text.append("at ")
                .append(URLEncoder.encode(origin.key(), StandardCharsets.UTF_8))
                .append(' ')
                .append(origin.row())
                .append('\n'));
        return text.toString();
    }

    private static QuarantineNote parse(String note, LedgerSnapshot snapshot) {
        QuarantineNote read = NONE;
        for (String line : note.lines().toList()) {
            String[] words = line.split(" ", -1);
            try {
                if (words[0].equals("changes") && words.length == 3) {
                    read = new QuarantineNote(
                            Long.parseLong(words[1]),
                            words[2].equals(UNKNOWN) ? null : Instant.parse(words[2]),
                            read.first);
                    continue;
                }
                if (words[0].equals("at") && words.length == 3) {
                    List<RowOrigin> places = new ArrayList<>(read.first);
                    places.add(new RowOrigin(
                            URLDecoder.decode(words[1], StandardCharsets.UTF_8), Long.parseLong(words[2])));
                    read = new QuarantineNote(read.count, read.since, places);
                    continue;
                }
            } catch (IllegalArgumentException | DateTimeException e) {
                throw malformed(line, snapshot, e);
            }
            throw malformed(line, snapshot, null);
        }
        return read;
    }

    private static PipelineException malformed(String line, LedgerSnapshot snapshot, @Nullable Exception cause) {
        return new PipelineException(
                "Cannot read the note '" + NAME + "' of the published table " + snapshot.table() + ": '" + line
                        + "' is none of its lines. It was written by a newer version; use that.",
                cause);
    }
}
