package io.convergence.raw;

import static java.util.Objects.requireNonNull;

/** A raw file with its place in the table's history. */
public record PlacedFile(RawFile file, FileEvidence evidence, FileContext context) {
    public PlacedFile {
        requireNonNull(file, "file");
        requireNonNull(evidence, "evidence");
        requireNonNull(context, "context");
    }

    public String key() {
        return file.key();
    }
}
