package io.convergence.target;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How DMS writes CSV files and how their fields are to be understood. It follows from {@link S3TargetSettings}, or is given by
 * hand for files of unknown origin. That a file is gzip is seen in the file. Immutable and thread-safe.
 *
 * <p>Without a null marker DMS writes null as a field without any text (seen in real files; the guide says {@code NULL}), and
 * how it writes an empty text is UNVERIFIED. So a quoted empty field is read as an empty text and an unquoted one as null,
 * except in a text column that is not null at the source, where an insert can only mean the empty text. Each such field
 * of a text or binary column is counted. With a null marker an unquoted empty field is an empty text; in a column of another type it is null.
 */
public sealed interface CsvForm permits CsvValues {
    /** Attribute {@code CsvDelimiter}. */
    String delimiter();

    /** Attribute {@code CsvRowDelimiter}, with backslash-n and the like replaced by the characters they mean. */
    String rowDelimiter();

    /** Attribute {@code CsvNullValue}; empty if null is written as no text at all. */
    Optional<String> nullValue();

    /** Attribute {@code CsvNoSupValue} where {@code UseCsvNoSupValue} is set: the source did not log the column (rule S8). */
    Optional<String> noSupValue();

    /** Attribute {@code Rfc4180}: whether fields are quoted where needed. Otherwise each delimiter ends a field, quotes are text. */
    boolean rfc4180();

    /** Attribute {@code AddColumnName}: whether the first row of each file names its columns. */
    boolean header();

    /**
     * What is cut off the end of text fields; empty if nothing. {@code AddTrailingPaddingCharacter} does not say which character it
     * pads with: a space is assumed (UNVERIFIED), and blanks that belong to a text are lost with it.
     */
    Optional<Character> padding();

    /** Whether rows of full-load files begin with {@code Op}. */
    OpColumn loadOp();

    /** Whether rows of files of one table's changes begin with {@code Op}; those of transaction files always do. */
    OpColumn cdcOp();

    TransactionTimestamp transactionTimestamp();

    /**
     * The columns of headerless rows, one layout for each width they have had (rule S15): a row's width selects. If there is
     * none, a shape with a schema has one of the schema's columns, the sequence column, and before-images of the key.
     */
    List<CsvLayout> layouts();

    /**
     * Whether columns nobody declared are read as text, named as the header says or {@code col1}, {@code col2} and so on; otherwise
     * a file with such columns is refused.
     */
    boolean undeclaredAsText();

    /**
     * Whether a carriage return before a row's end belongs to its last field. Otherwise such a row is refused: the line ends may
     * have been changed after DMS wrote the file, and nothing in it tells.
     */
    boolean carriageReturnsAreData();

    /** Whether the last row may lack its row delimiter. DMS always writes it, so without it a file has been cut off. */
    boolean unterminatedLastRow();

    /** DMS's defaults, {@code Op} looked for in each file, no layouts. */
    static CsvForm defaults() {
        return builder().build();
    }

    /** A form made in one expression, e.g. {@code CsvForm.of(c -> c.delimiter("|").nullValue("NULL"))}. */
    static CsvForm of(Consumer<Builder> settings) {
        Builder builder = builder();
        settings.accept(builder);
        return builder.build();
    }

    static Builder builder() {
        return new Builder();
    }

    /** What an endpoint with these settings writes; layouts, which depend on the table, are not in it. */
    static CsvForm from(S3TargetSettings settings) {
        Builder builder = builder()
                .delimiter(settings.csvDelimiter())
                .rowDelimiter(settings.csvRowDelimiter())
                .loadOp(settings.includeOpForFullLoad() ? OpColumn.PRESENT : OpColumn.ABSENT)
                .cdcOp(cdcOp(settings));
        settings.csvNullValue().filter(value -> !value.isEmpty()).ifPresent(builder::nullValue);
        if (settings.useCsvNoSupValue()) {
            settings.csvNoSupValue().filter(value -> !value.isEmpty()).ifPresent(builder::noSupValue);
        }
        if (!settings.rfc4180()) {
            builder.withoutRfc4180();
        }
        if (settings.addColumnName() && !settings.preserveTransactions()) {
            builder.header();
        }
        if (settings.addTrailingPaddingCharacter()) {
            builder.padding(' ');
        }

        return builder.build();
    }

    /** DMS guide, S3 target, "Indicating source DB operations in migrated S3 data". */
    private static OpColumn cdcOp(S3TargetSettings settings) {
        if (settings.includeOpForFullLoad()) {
            return OpColumn.PRESENT;
        }
        if (settings.cdcInsertsOnly()) {
            return OpColumn.ABSENT;
        }

        return settings.cdcInsertsAndUpdates() ? OpColumn.SNIFFED : OpColumn.PRESENT;
    }

    Builder toBuilder();

    /** Collects the parts. Not thread-safe. */
    final class Builder {
        private String delimiter = S3TargetDefaults.CSV_DELIMITER;
        private String rowDelimiter = S3TargetDefaults.CSV_ROW_DELIMITER;
        private @Nullable String nullValue;
        private @Nullable String noSupValue;
        private boolean rfc4180 = true;
        private boolean header;
        private @Nullable Character padding;
        private OpColumn loadOp = OpColumn.SNIFFED;
        private OpColumn cdcOp = OpColumn.SNIFFED;
        private TransactionTimestamp transactionTimestamp = TransactionTimestamp.AFTER_SCHEMA;
        private final List<CsvLayout> layouts = new ArrayList<>();
        private boolean undeclaredAsText;
        private boolean carriageReturnsAreData;
        private boolean unterminatedLastRow;

        private Builder() {}

        Builder(CsvForm from) {
            delimiter = from.delimiter();
            rowDelimiter = from.rowDelimiter();
            nullValue = from.nullValue().orElse(null);
            noSupValue = from.noSupValue().orElse(null);
            rfc4180 = from.rfc4180();
            header = from.header();
            padding = from.padding().orElse(null);
            loadOp = from.loadOp();
            cdcOp = from.cdcOp();
            transactionTimestamp = from.transactionTimestamp();
            layouts.addAll(from.layouts());
            undeclaredAsText = from.undeclaredAsText();
            carriageReturnsAreData = from.carriageReturnsAreData();
            unterminatedLastRow = from.unterminatedLastRow();
        }

        public Builder delimiter(String text) {
            delimiter = unescaped(requireNonNull(text, "text"));
            return this;
        }

        /** Takes {@code \n}, {@code \r} and {@code \t} also as two characters each, as the API gives them. */
        public Builder rowDelimiter(String text) {
            rowDelimiter = unescaped(requireNonNull(text, "text"));
            return this;
        }

        public Builder nullValue(String text) {
            nullValue = requireNonNull(text, "text");
            return this;
        }

        public Builder noSupValue(String text) {
            noSupValue = requireNonNull(text, "text");
            return this;
        }

        public Builder withoutRfc4180() {
            rfc4180 = false;
            return this;
        }

        public Builder header() {
            header = true;
            return this;
        }

        public Builder padding(char character) {
            padding = character;
            return this;
        }

        public Builder loadOp(OpColumn presence) {
            loadOp = requireNonNull(presence, "presence");
            return this;
        }

        public Builder cdcOp(OpColumn presence) {
            cdcOp = requireNonNull(presence, "presence");
            return this;
        }

        public Builder transactionTimestamp(TransactionTimestamp place) {
            transactionTimestamp = requireNonNull(place, "place");
            return this;
        }

        /** Adds a layout, for example that of files older than the table's last column. */
        public Builder layout(CsvLayout layout) {
            layouts.add(requireNonNull(layout, "layout"));
            return this;
        }

        public Builder undeclaredAsText() {
            undeclaredAsText = true;
            return this;
        }

        public Builder carriageReturnsAreData() {
            carriageReturnsAreData = true;
            return this;
        }

        public Builder unterminatedLastRow() {
            unterminatedLastRow = true;
            return this;
        }

        /** The form. @throws IllegalArgumentException if the parts contradict each other */
        public CsvForm build() {
            return new CsvValues(
                    delimiter,
                    rowDelimiter,
                    Optional.ofNullable(nullValue),
                    Optional.ofNullable(noSupValue),
                    rfc4180,
                    header,
                    Optional.ofNullable(padding),
                    loadOp,
                    cdcOp,
                    transactionTimestamp,
                    layouts,
                    undeclaredAsText,
                    carriageReturnsAreData,
                    unterminatedLastRow);
        }

        private static String unescaped(String text) {
            return text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
        }
    }
}
