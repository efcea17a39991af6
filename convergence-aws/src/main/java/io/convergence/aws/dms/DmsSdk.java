package io.convergence.aws.dms;

import software.amazon.awssdk.services.databasemigration.model.S3Settings;

/** The part of the SDK that the user of this package adds. */
final class DmsSdk {
    private DmsSdk() {}

    /** @throws IllegalStateException if it is missing */
    static void require(String action) {
        try {
            S3Settings.builder();
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "Cannot " + action + ": class '" + e.getMessage()
                            + "' is not on the class path. Add the dependency software.amazon.awssdk:databasemigration, "
                            + "which convergence-aws does not bring along.",
                    e);
        }
    }
}
