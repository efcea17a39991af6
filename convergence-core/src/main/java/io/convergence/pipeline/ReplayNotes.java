package io.convergence.pipeline;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.DeclaredOrder;
import io.convergence.raw.ReplayVerdict;
import io.convergence.raw.TableTimeline;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a published table took for replays, and which declared orders it follows: the note {@value #NAME} of a merge. A
 * start of a run that is not in it was found to repeat nothing. Immutable.
 *
 * @param replays by the key of the first file
 */
record ReplayNotes(Map<String, ReplayVerdict> replays, Map<Instant, DeclaredOrder> orders) {
    static final String NAME = "replays";

    private static final ReplayNotes NOTHING = new ReplayNotes(Map.of(), Map.of());

    ReplayNotes {
        replays = Map.copyOf(replays);
        orders = Map.copyOf(orders);
    }

    /** @throws PipelineException if the note cannot be understood */
    static ReplayNotes published(LedgerSnapshot snapshot) {
        Optional<String> text =
                snapshot.published().map(LedgerEntry.Merge::notes).map(notes -> notes.get(NAME));
        return text.map(note -> parse(note, snapshot)).orElse(NOTHING);
    }

    /** Empty if there is nothing to note. */
    static String encode(TableTimeline timeline) {
        var text = new StringBuilder();
        timeline.verdicts().stream()
                .filter(verdict -> verdict.kind() == ReplayVerdict.Kind.REPLAYED)
                .forEach(verdict -> text.append("replay ")
                        .append(escaped(verdict.key()))
                        .append(' ')
                        .append(verdict.rows())
                        .append(' ')
                        .append(escaped(String.valueOf(verdict.untilKey())))
                        .append(' ')
                        .append(verdict.untilRow())
                        .append(verdict.open() ? " open\n" : " closed\n"));
        new TreeMap<>(timeline.options().orders())
                .forEach((run, order) -> text.append("order ")
                        .append(run)
                        .append(' ')
                        .append(order.label())
                        .append('\n'));
        return text.toString();
    }

    private static ReplayNotes parse(String note, LedgerSnapshot snapshot) {
        Map<String, ReplayVerdict> replays = new LinkedHashMap<>();
        Map<Instant, DeclaredOrder> orders = new LinkedHashMap<>();
        for (String line : note.lines().toList()) {
            String[] words = line.split(" ", -1);
            try {
                if (words[0].equals("replay") && words.length == 6) {
                    String key = plain(words[1]);
                    replays.put(
                            key,
                            ReplayVerdict.replayed(
                                    key,
                                    Long.parseLong(words[2]),
                                    plain(words[3]),
                                    Long.parseLong(words[4]),
                                    words[5].equals("open"),
                                    null,
                                    null));
                    continue;
                }
                if (words[0].equals("order") && words.length == 3) {
                    orders.put(Instant.parse(words[1]), DeclaredOrder.parse(words[2]));
                    continue;
                }
            } catch (IllegalArgumentException | DateTimeException e) {
                throw malformed(line, snapshot, e);
            }
            throw malformed(line, snapshot, null);
        }
        return new ReplayNotes(replays, orders);
    }

    private static PipelineException malformed(
            String line, LedgerSnapshot snapshot, @org.jspecify.annotations.Nullable Exception cause) {
        return new PipelineException(
                "Cannot read the note '" + NAME + "' of the published table " + snapshot.table() + ": '" + line
                        + "' is none of its lines. It was written by a newer version; use that.",
                cause);
    }

    private static String escaped(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8);
    }

    private static String plain(String escaped) {
        return URLDecoder.decode(escaped, StandardCharsets.UTF_8);
    }
}
