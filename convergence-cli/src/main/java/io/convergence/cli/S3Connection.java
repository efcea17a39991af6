package io.convergence.cli;

import io.convergence.aws.s3.S3ObjectStore;
import io.convergence.store.Capability;
import io.convergence.store.ObjectStore;
import java.net.URI;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** S3 as a command reaches it. Apart from the options, so that a command that needs no S3 loads none of the SDK's classes. */
final class S3Connection {
    private final @Nullable URI endpoint;
    private @Nullable S3Client client;

    /** @param endpoint null for Amazon's */
    S3Connection(@Nullable URI endpoint) {
        this.endpoint = endpoint;
    }

    ObjectStore bucket(String name) {
        S3ObjectStore.Builder store = S3ObjectStore.builder(name, client());
        if (endpoint != null) {
            // What the ledger and large files need. Servers beside Amazon's often lack the others.
            store.capabilities(
                    EnumSet.of(Capability.PUT_IF_ABSENT, Capability.PUT_IF_MATCH, Capability.MULTIPART_CONDITIONAL));
        }

        return store.build();
    }

    /** One for all URIs of a command; it ends with the process. */
    private S3Client client() {
        S3Client known = client;
        if (known != null) {
            return known;
        }

        if (endpoint != null && endpoint.getHost() == null) {
            throw new UsageException("Cannot use endpoint '" + endpoint
                    + "': it names no host. Write it as http://host:port or https://host.");
        }

        S3ClientBuilder builder = S3Client.builder().credentialsProvider(credentials());
        if (endpoint != null) {
            builder.endpointOverride(endpoint).forcePathStyle(true).region(regionOfServer());
        }
        try {
            S3Client created = builder.build();
            client = created;
            return created;
        } catch (SdkClientException e) {
            // The SDK's own text lists its classes.
            String why = Main.oneLine(e).startsWith("Unable to load region") ? "no region is set" : Main.oneLine(e);
            throw new UsageException(
                    "Cannot reach S3: " + why
                            + ". Set AWS_REGION, or name with AWS_PROFILE a profile that has a region.",
                    e);
        }
    }

    /** Asked for at once, so that what is missing is said here and not by the first request that fails. */
    private static AwsCredentialsProvider credentials() {
        AwsCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
        try {
            chain.resolveCredentials();
            return chain;
        } catch (SdkClientException e) {
            throw new UsageException(
                    "Cannot reach S3: there are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run it where a role gives them.",
                    e);
        }
    }

    /** Servers beside Amazon's have no regions, but requests are signed for one. EC2 is not asked: that takes seconds elsewhere. */
    private static Region regionOfServer() {
        try {
            return new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
                    .getRegion();
        } catch (SdkClientException e) {
            return Region.US_EAST_1;
        }
    }
}
