package io.convergence.aws.s3;

import io.convergence.store.Capability;
import io.convergence.store.WriteCondition;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What goes onto requests; null is not sent. */
record S3Settings(
        @Nullable String expectedBucketOwner,
        @Nullable String kmsKeyId,
        ChecksumAlgorithm checksumAlgorithm,
        Set<Capability> capabilities) {

    @Nullable
    ServerSideEncryption encryption() {
        return kmsKeyId == null ? null : ServerSideEncryption.AWS_KMS;
    }

    /** Refuses a put on a condition that the server would ignore. */
    void require(String action, String key, String store, WriteCondition condition) {
        if (condition instanceof WriteCondition.IfAbsent) {
            require(action, key, store, Capability.PUT_IF_ABSENT);
        } else if (condition instanceof WriteCondition.IfMatch) {
            require(action, key, store, Capability.PUT_IF_MATCH);
        }
    }

    void require(String action, String key, String store, Capability capability) {
        if (!capabilities.contains(capability)) {
            throw new UnsupportedOperationException("Cannot " + action + " object '" + key + "' in " + store
                    + " on a condition: the store does not declare " + capability + ". Use a store that does.");
        }
    }
}
