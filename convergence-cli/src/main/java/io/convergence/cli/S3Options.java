package io.convergence.cli;

import io.convergence.store.ObjectStore;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How {@code s3:} URIs are reached. Credentials and region come from the AWS default chain. */
final class S3Options {
    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "S3 endpoint for s3: URIs, if not Amazon's, e.g. http://localhost:9000.")
    private @Nullable URI endpoint;

    private @Nullable S3Connection connection;

    ObjectStore bucket(String name) {
        S3Connection known = connection;
        if (known == null) {
            known = new S3Connection(endpoint);
            connection = known;
        }

        return known.bucket(name);
    }
}
