package io.convergence.target;

import java.util.Locale;
import java.util.Optional;

/** Folders that DMS keeps for itself in a landing zone: whatever their names stand in, readers take for no data. Thread-safe. */
public final class DmsFolders {
    private DmsFolders() {}

    /**
     * Why a part of a key is not data, as the end of a sentence about it; empty if it may be. That control tables are written
     * to S3, and under which names, is UNVERIFIED; the names are those of databases.
     */
    public static Optional<String> reserved(String part) {
        String lower = part.toLowerCase(Locale.ROOT);
        if (lower.startsWith("awsdms_")) {
            return Optional.of("is a control table of DMS");
        }
        if (lower.equals("s3_validation_failures") || lower.startsWith("aws_dms_s3_validation_")) {
            return Optional.of("holds results of DMS's data validation");
        }
        return Optional.empty();
    }
}
