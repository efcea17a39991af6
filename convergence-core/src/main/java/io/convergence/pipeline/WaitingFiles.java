package io.convergence.pipeline;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.store.ETag;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Raw files that were there when a table was published and that the log does not have as applied: those with changes that are held (rule
 * S7), and those set aside. They are the note {@value #NAME} of a merge. Without it nobody would miss such a file (rule S14), and
 * one that names a run would be taken for one that came late. Immutable.
 *
 * @param unpublished keys of those of which the published table has no row
 */
record WaitingFiles(List<RawSource> files, Set<String> unpublished) {
    static final String NAME = "waiting";

    private static final String NONE = "-";
    private static final String UNPUBLISHED = "unpublished";
    private static final int WORDS = 10;

    WaitingFiles {
        files = List.copyOf(files);
        unpublished = Set.copyOf(unpublished);
    }

    /** @throws PipelineException if the note cannot be understood */
    static WaitingFiles published(LedgerSnapshot snapshot) {
        Optional<String> text =
                snapshot.published().map(LedgerEntry.Merge::notes).map(notes -> notes.get(NAME));
        List<RawSource> files = new ArrayList<>();
        Set<String> unpublished = new HashSet<>();
        text.stream().flatMap(String::lines).forEach(line -> {
            boolean noRow = line.endsWith(" " + UNPUBLISHED);
            RawSource file =
                    parse(noRow ? line.substring(0, line.length() - UNPUBLISHED.length() - 1) : line, snapshot);
            files.add(file);
            if (noRow) {
                unpublished.add(file.key());
            }
        });
        return new WaitingFiles(files, unpublished);
    }

    /**
     * Of the files a plan had not applied those that are not among the keys it applies.
     *
     * @param held keys of files with changes that are held
     */
    static WaitingFiles of(MergePlan plan, Set<String> applied, Set<String> held) {
        List<PlacedFile> waiting = Landing.withRows(plan.notApplied()).stream()
                .filter(file -> !applied.contains(file.key())
                        && !plan.landing().removed().contains(file.key()))
                .toList();
        WaitingFiles before = plan.basis() == Basis.PUBLISHED
                ? published(plan.landing().snapshot())
                : new WaitingFiles(List.of(), Set.of());
        Set<String> inPart =
                before.inPart(waiting).stream().map(PlacedFile::key).collect(Collectors.toSet());
        Set<String> read = plan.rawFiles();
        return new WaitingFiles(
                waiting.stream()
                        .map(file -> RawSource.of(file.file().stat(), file.evidence()))
                        .toList(),
                waiting.stream()
                        .filter(file -> !inPart.contains(file.key())
                                && (!read.contains(file.key()) || (held.contains(file.key()) && isOfOneCommit(file))))
                        .map(PlacedFile::key)
                        .collect(Collectors.toSet()));
    }

    /** Hundredths of a second, of files without a timestamp column, do not tell. */
    private static boolean isOfOneCommit(PlacedFile file) {
        return file.evidence().smallest().isPresent()
                && file.evidence().smallest().equals(file.evidence().largest());
    }

    /** Those of the files that are these, as they were, and of which the published table may have rows. */
    List<PlacedFile> inPart(List<PlacedFile> placed) {
        return among(placed).stream()
                .filter(file -> !unpublished.contains(file.key()))
                .toList();
    }

    /** Those that are not there, or not as they were. */
    List<RawSource> goneFrom(List<RawFile> listed) {
        Map<String, RawSource> gone = new LinkedHashMap<>();
        files.forEach(source -> gone.put(source.key(), source));
        if (!gone.isEmpty()) {
            listed.forEach(file ->
                    gone.computeIfPresent(file.key(), (key, source) -> source.same(file.stat()) ? null : source));
        }
        return List.copyOf(gone.values());
    }

    /** Those of the files that are these, as they were. */
    List<PlacedFile> among(List<PlacedFile> placed) {
        Map<String, RawSource> byKey = new HashMap<>();
        files.forEach(source -> byKey.put(source.key(), source));
        return placed.stream()
                .filter(file -> {
                    RawSource source = byKey.get(file.key());
                    return source != null && source.same(file.file().stat());
                })
                .toList();
    }

    /** Empty if there is nothing to note. */
    String encode() {
        return files.stream().map(this::line).collect(Collectors.joining());
    }

    private String line(RawSource source) {
        FileEvidence evidence = source.evidence();
        List<String> words = new ArrayList<>();
        words.add("file");
        words.add(URLEncoder.encode(source.key(), StandardCharsets.UTF_8));
        words.add(URLEncoder.encode(source.etag().value(), StandardCharsets.UTF_8));
        words.add(source.lastModified().toString());
        words.add(Long.toString(source.size()));
        words.add(Long.toString(evidence.rows()));
        words.add(text(evidence.firstSequence()));
        words.add(text(evidence.lastSequence()));
        words.add(text(evidence.smallestTime()));
        words.add(text(evidence.largestTime()));
        if (unpublished.contains(source.key())) {
            words.add(UNPUBLISHED);
        }
        return String.join(" ", words) + "\n";
    }

    private static String text(@Nullable Object value) {
        return value == null ? NONE : value.toString();
    }

    private static RawSource parse(String line, LedgerSnapshot snapshot) {
        String[] words = line.split(" ", -1);
        Exception cause = null;
        if (words[0].equals("file") && words.length == WORDS) {
            try {
                return new RawSource(
                        URLDecoder.decode(words[1], StandardCharsets.UTF_8),
                        new ETag(URLDecoder.decode(words[2], StandardCharsets.UTF_8)),
                        Instant.parse(words[3]),
                        Long.parseLong(words[4]),
                        new FileEvidence(
                                Long.parseLong(words[5]),
                                words[6].equals(NONE) ? null : words[6],
                                words[7].equals(NONE) ? null : words[7],
                                words[8].equals(NONE) ? null : Instant.parse(words[8]),
                                words[9].equals(NONE) ? null : Instant.parse(words[9])));
            } catch (IllegalArgumentException | DateTimeException e) {
                cause = e;
            }
        }
        throw new PipelineException(
                "Cannot read the note '" + NAME + "' of the published table " + snapshot.table() + ": '" + line
                        + "' is none of its lines. It was written by a newer version; use that.",
                cause);
    }
}
