package io.convergence.cli;

import io.convergence.curated.PartitionBy;
import io.convergence.curated.SnapshotStyle;
import io.convergence.curated.TableStyle;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ReloadGuard;
import io.convergence.pipeline.SchemaPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** What a merge publishes, and what it refuses. */
final class StyleOptions {
    private static final Pattern SHARE = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?)(%?)");

    @Option(
            names = "--style",
            paramLabel = "STYLE",
            description = {
                "current: the rows there are (default). soft-delete: deleted rows stay, marked.",
                "append: each change as a row of its own; needs no key.",
                "A table goes on in its style; another begins with a reload."
            })
    private String style = SnapshotStyle.CURRENT.label();

    @Option(
            names = "--reload-guard",
            paramLabel = "SHARE",
            description = {
                "Refuse a reload by which more than this share of the keys would vanish,",
                "e.g. 10%%, or none (default: 50%% of the keys, from 100 on)."
            })
    private String guard = "";

    @Option(
            names = "--on-schema-change",
            paramLabel = "KIND=ACTION",
            split = ",",
            description = {
                "What becomes of files whose columns differ: APPLY, QUARANTINE_FILE or FAIL, for each of",
                "COLUMN_ADDED, COLUMN_VANISHED, TYPE_WIDENED, TYPE_NARROWED, TYPE_INCOMPATIBLE,",
                "NULLABILITY, RENAME_SUSPECTED and CSV_WIDTH."
            })
    private List<String> onSchemaChange = new ArrayList<>();

    @Option(
            names = "--partition-by",
            paramLabel = "BY",
            split = ",",
            description = {
                "Part the table's files by a column, e.g. country, or by day(COL), month(COL) or year(COL)",
                "of a date; none for no parts. A table goes on as it is published."
            })
    private List<String> partitionBy = new ArrayList<>();

    @Option(
            names = "--repartition",
            description = "If the table is published in other parts than --partition-by says, write all of it anew.")
    private boolean repartition;

    boolean needsKey() {
        return style().kind() != SnapshotStyle.APPEND;
    }

    MergeOptions of(MergeOptions merge) {
        MergeOptions styled = merge.style(style()).reloadGuard(guard()).schemaPolicy(policy());
        if (partitionBy.isEmpty()) {
            if (repartition) {
                throw new UsageException(
                        "Cannot --repartition without --partition-by: give the columns, or none for no parts.");
            }
            return styled;
        }
        try {
            return repartition ? styled.repartitionBy(parts()) : styled.partitionBy(parts());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private PartitionBy[] parts() {
        return partitionBy.equals(List.of("none"))
                ? new PartitionBy[0]
                : partitionBy.stream().map(PartitionBy::parse).toArray(PartitionBy[]::new);
    }

    private TableStyle style() {
        for (SnapshotStyle kind : SnapshotStyle.values()) {
            if (kind.label().equals(style)) {
                return switch (kind) {
                    case CURRENT -> TableStyle.current();
                    case SOFT_DELETE -> TableStyle.softDelete();
                    case APPEND -> TableStyle.append();
                };
            }
        }
        throw new UsageException("Cannot publish in style '" + style + "': there are "
                + Arrays.stream(SnapshotStyle.values())
                        .map(SnapshotStyle::label)
                        .collect(Collectors.joining(", "))
                + ". Choose one of them.");
    }

    private ReloadGuard guard() {
        if (guard.isEmpty()) {
            return ReloadGuard.defaults();
        }
        if (guard.equals("none")) {
            return ReloadGuard.none();
        }
        Matcher form = SHARE.matcher(guard);
        double share = form.matches()
                ? Double.parseDouble(form.group(1)) / (form.group(2).isEmpty() ? 1 : 100)
                : -1;
        if (!(share >= 0 && share <= 1)) {
            throw new UsageException("Cannot guard reloads by '" + guard
                    + "': it is no share of the keys. Write e.g. 10%, 0.1 or none.");
        }
        return ReloadGuard.share(share);
    }

    private SchemaPolicy policy() {
        SchemaPolicy policy = SchemaPolicy.defaults();
        for (String given : onSchemaChange) {
            String[] halves = given.split("=", 2);
            if (halves.length < 2) {
                throw new UsageException("Cannot understand --on-schema-change " + given
                        + ": it is not KIND=ACTION. Write e.g. COLUMN_ADDED=FAIL.");
            }
            try {
                policy = policy.with(
                        SchemaPolicy.Kind.valueOf(word(halves[0])), SchemaPolicy.Action.valueOf(word(halves[1])));
            } catch (IllegalArgumentException e) {
                String why = String.valueOf(e.getMessage());
                throw new UsageException(
                        why.startsWith("Cannot ")
                                ? why
                                : "Cannot understand --on-schema-change " + given + ": kinds are "
                                        + Arrays.toString(SchemaPolicy.Kind.values()) + ", actions "
                                        + Arrays.toString(SchemaPolicy.Action.values()) + ".");
            }
        }
        return policy;
    }

    private static String word(String text) {
        return text.strip().toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
