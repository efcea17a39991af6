package io.convergence.cli;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.RawFileException;
import io.convergence.change.SourceSpan;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawLayout;
import io.convergence.raw.RawListing;
import io.convergence.store.ConditionalWriteProbe;
import io.convergence.store.ObjectStat;
import io.convergence.target.RowShape;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What of a listing's unexplained objects Convergence itself wrote: compacted files, curated tables, the ledger. */
final class LakeObjects {
    private static final Pattern OUTPUT = Pattern.compile(
            "(?:(?<schema>[^/]+)/(?<table>[^/]+)/gen-\\d+-[^/]+/)?(?:part|state|gone|log)-\\d{5,}(?:-\\d{3,})?\\.parquet");
    private static final Pattern SLOT =
            Pattern.compile("log/\\d{20}\\.json|tails/\\d{20}\\.txt\\.gz|checkpoints/\\d{20}\\.json\\.gz");
    /** Any table's: provenance does not depend on it. */
    private static final TableId ANY = TableId.of("any", "any");

    private final Location location;
    private final RawLayout layout;
    private final @Nullable TableId named;
    private final ChangeReader reader;
    private final List<CompactedFile> compacted = new ArrayList<>();
    private final Set<String> explained = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();

    private LakeObjects(Location location, RawLayout layout, @Nullable TableId named) {
        this.location = location;
        this.layout = layout;
        this.named = named;
        this.reader = ChangeReader.create(location.store(), ANY, RowShape.plain(), ChangeReadOptions.defaults());
    }

    /**
     * Looks at the objects that the listing does not explain.
     *
     * @param named the table of compacted files where neither their raw files' names nor their own folder tells it; null if not
     *     known
     */
    static LakeObjects find(Location location, RawLayout layout, RawListing listing, @Nullable TableId named) {
        var found = new LakeObjects(location, layout, named);
        if (listing.foreign() > 0) {
            try (Stream<ObjectStat> objects = location.store().listAll(location.prefix())) {
                objects.filter(stat -> layout.parse(stat) instanceof Parsed.Foreign)
                        .forEach(found::look);
            }
        }

        return found;
    }

    List<CompactedFile> compacted() {
        return List.copyOf(compacted);
    }

    /** The listing without the objects found here: they are neither foreign nor to be warned of. */
    RawListing explain(RawListing listing) {
        if (explained.isEmpty()) {
            return listing;
        }

        long foreign = listing.foreign() - explained.size();
        List<Finding> rest = new ArrayList<>();
        long reported = 0;
        for (Finding finding : listing.findings()) {
            boolean one = finding.code().equals("FOREIGN_OBJECT");
            if (finding.code().equals("FOREIGN_OBJECTS") || (one && explained.contains(finding.path()))) {
                continue;
            }
            reported += one ? 1 : 0;
            rest.add(finding);
        }
        if (foreign > reported) {
            rest.add(Finding.warning(
                    "FOREIGN_OBJECTS",
                    location.prefix(),
                    foreign + " objects are not read because the layout does not explain them; " + reported
                            + " are listed.",
                    "Check that the URI and the settings are those of the task."));
        }
        rest.addAll(findings);
        return new RawListing(
                listing.tables(),
                listing.transactions(),
                listing.controls() + explained.size() - compacted.size(),
                foreign,
                rest);
    }

    private void look(ObjectStat stat) {
        String key = stat.key();
        boolean probe =
                key.equals(ConditionalWriteProbe.PROBE_NAME) || key.endsWith("/" + ConditionalWriteProbe.PROBE_NAME);
        if (probe || ends(SLOT, key).isPresent()) {
            explained.add(key);
            return;
        }

        Optional<Matcher> output = ends(OUTPUT, location.fullName(key));
        boolean pointedAt = key.equals(location.prefix()) && key.endsWith(".parquet");
        if (output.isEmpty() && !pointedAt) {
            return;
        }

        try {
            if (reader.isCompacted(stat)) {
                explained.add(key);
                add(stat, output);
            } else if (output.isPresent() && output.get().group("table") != null) {
                explained.add(key);
            }
        } catch (RawFileException e) {
            explained.add(key);
            findings.add(Finding.error(
                    "FILE_UNREADABLE", key, Main.oneLine(e), "Compact its raw files again, or leave it out."));
        }
    }

    private void add(ObjectStat stat, Optional<Matcher> output) {
        List<SourceSpan> spans = reader.provenance(stat);
        if (spans.isEmpty()) {
            return;
        }

        if (layout.parse(spans.get(0).stat()) instanceof Parsed.Data data) {
            CompactedFile.tableOf(data.file())
                    .ifPresent(table -> compacted.add(new CompactedFile(stat, table, layout, spans)));
            return;
        }

        Optional<TableId> table = output.flatMap(LakeObjects::tableOfFolder).or(() -> Optional.ofNullable(named));
        table.ifPresentOrElse(
                id -> compacted.add(
                        new CompactedFile(stat, id, RawLayout.detect(id).withTimezone(layout.timezone()), spans)),
                () -> findings.add(Finding.error(
                        "TABLE_UNKNOWN",
                        stat.key(),
                        "The compacted file is not read: neither its folder nor its raw files, '"
                                + spans.get(0).key() + "' and others, tell its table.",
                        "Name it with --table.")));
    }

    /** The folder {@code schema/table} above {@code gen-…}, where names stand escaped. */
    private static Optional<TableId> tableOfFolder(Matcher output) {
        if (output.group("table") == null) {
            return Optional.empty();
        }

        return Optional.of(TableId.of(unescaped(output.group("schema")), unescaped(output.group("table"))));
    }

    private static String unescaped(String name) {
        return URLDecoder.decode(name, StandardCharsets.UTF_8);
    }

    /** The match at the end of the key, if it begins with a whole part of it. */
    private static Optional<Matcher> ends(Pattern pattern, String key) {
        Matcher matcher = Pattern.compile("(?:^|/)" + pattern.pattern() + "$").matcher(key);
        return matcher.find() ? Optional.of(matcher) : Optional.empty();
    }
}
