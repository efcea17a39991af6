package io.convergence.cli;

import io.convergence.target.CsvForm;
import io.convergence.target.OpColumn;
import io.convergence.target.TransactionTimestamp;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How CSV files are written, where no spec says it. Options are named after the attributes of the endpoint. */
final class CsvOptions {
    @Option(names = "--csv-delimiter", paramLabel = "TEXT", description = "CsvDelimiter (default: a comma).")
    private @Nullable String delimiter;

    @Option(
            names = "--csv-row-delimiter",
            paramLabel = "TEXT",
            description = "CsvRowDelimiter; \\n, \\r and \\t may be written so (default: \\n).")
    private @Nullable String rowDelimiter;

    @Option(names = "--csv-null-value", paramLabel = "TEXT", description = "CsvNullValue (default: no text at all).")
    private @Nullable String nullValue;

    @Option(
            names = "--csv-no-sup-value",
            paramLabel = "TEXT",
            description = "CsvNoSupValue, for columns that the source did not log.")
    private @Nullable String noSupValue;

    @Option(names = "--no-rfc4180", description = "Rfc4180=false: quotes are text like any other.")
    private boolean raw;

    @Option(
            names = "--csv-header",
            description =
                    "AddColumnName=true: the first row names the columns; without a schema they are read as text.")
    private boolean header;

    /** Where rows begin with Op. */
    enum Op {
        ALL,
        CHANGES,
        NONE
    }

    @Option(
            names = "--csv-op",
            paramLabel = "WHICH",
            description =
                    "Which files' rows begin with Op: ${COMPLETION-CANDIDATES}; looked for in each file if left out.")
    private @Nullable Op op;

    @Option(
            names = "--csv-as-text",
            description = "Read columns that nothing describes as text, named col1, col2 and so on.")
    private boolean asText;

    @Option(
            names = "--csv-transaction-timestamp",
            paramLabel = "PLACE",
            description =
                    "Where rows of transaction files hold the timestamp: ${COMPLETION-CANDIDATES} (default: AFTER_SCHEMA).")
    private @Nullable TransactionTimestamp transactionTimestamp;

    /** Whether anything is given that a spec says too. */
    boolean repeatSpec() {
        return raw
                || header
                || Stream.of(delimiter, rowDelimiter, nullValue, noSupValue, op).anyMatch(Objects::nonNull);
    }

    /**
     * The form with these options in it.
     *
     * @param described whether the columns are known
     */
    CsvForm applyTo(CsvForm form, boolean described) {
        CsvForm.Builder builder = form.toBuilder();
        if (delimiter != null) {
            builder.delimiter(delimiter);
        }
        if (rowDelimiter != null) {
            builder.rowDelimiter(rowDelimiter);
        }
        if (nullValue != null) {
            builder.nullValue(nullValue);
        }
        if (noSupValue != null) {
            builder.noSupValue(noSupValue);
        }
        if (raw) {
            builder.withoutRfc4180();
        }
        if (header) {
            builder.header();
        }
        if (op != null) {
            builder.loadOp(op == Op.ALL ? OpColumn.PRESENT : OpColumn.ABSENT)
                    .cdcOp(op == Op.NONE ? OpColumn.ABSENT : OpColumn.PRESENT);
        }
        if (asText || (header && !described)) {
            builder.undeclaredAsText();
        }
        if (transactionTimestamp != null) {
            builder.transactionTimestamp(transactionTimestamp);
        }

        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(Main.oneLine(e), e);
        }
    }
}
