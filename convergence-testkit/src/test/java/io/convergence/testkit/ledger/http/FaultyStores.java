package io.convergence.testkit.ledger.http;

import io.convergence.aws.s3.S3ObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.testkit.s3.InProcessS3;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;

/** Stores over an SDK client of their own, whose requests fail. */
final class FaultyStores {
    private FaultyStores() {}

    static ObjectStore over(InProcessS3 s3, String bucket, FaultyHttpClient faulty) {
        S3Client client = S3Client.builder()
                .endpointOverride(s3.endpoint())
                .region(Region.of(s3.region()))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKey(), s3.secretKey())))
                .forcePathStyle(true)
                .httpClient(faulty)
                // The SDK repeats what fails, as it does for users, but does not wait.
                .overrideConfiguration(
                        config -> config.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(2)
                                .backoffStrategy(BackoffStrategy.retryImmediately())
                                .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
                                .circuitBreakerEnabled(false)
                                .build()))
                .build();
        return S3ObjectStore.builder(bucket, client)
                .capabilities(s3.capabilities())
                .build();
    }
}
