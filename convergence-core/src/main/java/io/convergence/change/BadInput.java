package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A row that could not be read, or a file from a row on. Immutable.
 *
 * @param key of the object that holds it: the row's own file, or for the rest of a file the object that was read
 * @param scope how much is left out
 * @param row the row, or the first of those left out, from 0; for {@link Scope#REST_OF_FILE} rows of the object that was read
 * @param byteOffset of what is wrong, from 0; of CSV in the uncompressed text; empty where it is not known
 * @param reason what is wrong
 * @param advice what to do about it
 */
public record BadInput(String key, Scope scope, long row, OptionalLong byteOffset, String reason, String advice) {
    /** How much is left out. */
    public enum Scope {
        ROW,
        REST_OF_FILE
    }

    public BadInput {
        requireNonNull(key, "key");
        requireNonNull(scope, "scope");
        requireNonNull(byteOffset, "byteOffset");
        requireNonNull(reason, "reason");
        requireNonNull(advice, "advice");
    }

    static BadInput row(RawFileException fault, long row) {
        return new BadInput(fault.key(), Scope.ROW, row, fault.byteOffset(), fault.reason(), fault.advice());
    }

    static BadInput restOfFile(RawFileException fault, long from) {
        return new BadInput(fault.key(), Scope.REST_OF_FILE, from, fault.byteOffset(), fault.reason(), fault.advice());
    }

    /** Where to find the row, for example to copy its text away; empty for {@link Scope#REST_OF_FILE}. */
    public Optional<RowOrigin> origin() {
        return scope == Scope.ROW ? Optional.of(new RowOrigin(key, row)) : Optional.empty();
    }

    /** As an error {@code ROW_QUARANTINED} or {@code FILE_SKIPPED}. */
    public Finding finding() {
        String place = key + " row " + row + (byteOffset.isPresent() ? " (byte " + byteOffset.getAsLong() + ")" : "");
        return scope == Scope.ROW
                ? Finding.error("ROW_QUARANTINED", place, "The row was left out: " + reason, advice)
                : Finding.error("FILE_SKIPPED", place, "The file was left out from here on: " + reason, advice);
    }
}
