package io.convergence.testkit.s3;

import io.convergence.aws.s3.S3ObjectStore;
import io.convergence.store.Capability;
import java.net.URI;
import java.util.Set;
import software.amazon.awssdk.services.s3.S3Client;

/** A running S3 that is not Amazon's. Closing it stops it and its client. Thread-safe. */
public interface S3Server extends AutoCloseable {
    /** Where it listens, {@code http://host:port}. */
    URI endpoint();

    String accessKey();

    String secretKey();

    String region();

    /** A client for it, owned by the server. */
    S3Client client();

    /** Where it behaves like Amazon S3. */
    Set<Capability> capabilities();

    default void createBucket(String bucket) {
        client().createBucket(request -> request.bucket(bucket));
    }

    /** Deletes all objects of the bucket and the bucket. */
    default void deleteBucket(String bucket) {
        client().listObjectsV2Paginator(request -> request.bucket(bucket))
                .contents()
                .forEach(object ->
                        client().deleteObject(request -> request.bucket(bucket).key(object.key())));
        client().deleteBucket(request -> request.bucket(bucket));
    }

    /** The bucket as a store that declares what this server can do. */
    default S3ObjectStore store(String bucket) {
        return S3ObjectStore.builder(bucket, client())
                .capabilities(capabilities())
                .build();
    }

    @Override
    void close();
}
