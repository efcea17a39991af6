package io.convergence.aws.s3;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** An upload on S3. Misuse is refused here, as servers differ in what they notice. */
final class S3MultipartUpload implements MultipartUpload {
    private final S3Client client;
    private final S3Calls calls;
    private final S3Settings settings;
    private final String bucket;
    private final String key;
    private final String uploadId;
    private final Instant started;
    private final ConcurrentSkipListMap<Integer, Part> parts = new ConcurrentSkipListMap<>();
    private volatile boolean ended;

    S3MultipartUpload(
            S3Client client,
            S3Calls calls,
            S3Settings settings,
            String bucket,
            String key,
            String uploadId,
            Instant started) {
        this.client = client;
        this.calls = calls;
        this.settings = settings;
        this.bucket = bucket;
        this.key = key;
        this.uploadId = uploadId;
        this.started = started;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public void part(int number, byte[] content) {
        if (number < 1 || number > MAX_PARTS) {
            throw new IllegalArgumentException("Cannot upload part " + number + " of object '" + key
                    + "': parts are numbered 1 to " + MAX_PARTS + ".");
        }

        requireOpen();
        var request = UploadPartRequest.builder()
                .bucket(bucket)
                .key(key)
                .uploadId(uploadId)
                .partNumber(number)
                .checksumAlgorithm(settings.checksumAlgorithm())
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        UploadPartResponse answer = calls.call(
                "upload part " + number + " of", key, () -> client.uploadPart(request, S3ObjectStore.body(content)));
        parts.put(number, new Part(content.length, completed(number, answer)));
    }

    @Override
    public ObjectStat complete(WriteCondition condition) {
        if (!(condition instanceof WriteCondition.Unconditional)) {
            settings.require("complete the upload of", key, "s3://" + bucket, Capability.MULTIPART_CONDITIONAL);
        }

        requireOpen();
        requireSizes();
        List<CompletedPart> uploaded =
                parts.values().stream().map(Part::uploaded).toList();
        var request = CompleteMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(key)
                .uploadId(uploadId)
                .multipartUpload(all -> all.parts(uploaded))
                .ifNoneMatch(S3ObjectStore.ifNoneMatch(condition))
                .ifMatch(S3ObjectStore.ifMatch(condition))
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        var answer = calls.call("complete the upload of", key, () -> client.completeMultipartUpload(request));
        ended = true;
        long size = parts.values().stream().mapToLong(Part::bytes).sum();
        return new ObjectStat(key, size, ETag.parse(answer.eTag()), started, answer.versionId());
    }

    @Override
    public void abort() {
        if (ended) {
            return;
        }

        var request = AbortMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(key)
                .uploadId(uploadId)
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        try {
            calls.call("abort the upload of", key, () -> client.abortMultipartUpload(request));
        } catch (ObjectNotFoundException e) {
            // Aborted before, by whoever: what was wanted.
        }

        ended = true;
    }

    private static CompletedPart completed(int number, UploadPartResponse answer) {
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(answer.eTag())
                .checksumCRC32(answer.checksumCRC32())
                .checksumCRC32C(answer.checksumCRC32C())
                .checksumCRC64NVME(answer.checksumCRC64NVME())
                .checksumSHA1(answer.checksumSHA1())
                .checksumSHA256(answer.checksumSHA256())
                .build();
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("Cannot go on with the upload of object '" + key
                    + "': it has been completed or aborted. Start another one.");
        }
    }

    private void requireSizes() {
        if (parts.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot complete the upload of object '" + key + "': it has no part. Upload one, or use put.");
        }

        parts.headMap(parts.lastKey()).forEach((number, part) -> {
            if (part.bytes() < MIN_PART_BYTES) {
                throw new IllegalStateException("Cannot complete the upload of object '" + key + "': part " + number
                        + " has " + part.bytes() + " bytes, but every part save the last needs " + MIN_PART_BYTES
                        + ". Upload it again, larger.");
            }
        });
    }

    private record Part(long bytes, CompletedPart uploaded) {}
}
