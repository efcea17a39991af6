package io.convergence.aws.s3;

import static java.util.Objects.requireNonNull;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectKeys;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.OpenUpload;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;

/**
 * A bucket on Amazon S3. The client belongs to the caller, who sets its retries, timeouts and credentials and closes it.
 *
 * <p>The SDK repeats a request that got no answer. A repeated write on a condition then meets its own first attempt, so
 * {@link io.convergence.store.PreconditionFailedException} may mean "already done by me": whoever needs to know puts an
 * identity into the content and reads it back. A missing bucket looks like a missing object to {@link #head}, as S3
 * answers both alike. Reads of an object whose version id is known also name it, which needs
 * {@code s3:GetObjectVersion}; such a version is still served after it was overwritten.
 *
 * <p>Thread-safe.
 */
public final class S3ObjectStore implements ObjectStore {
    /** Requests in flight at most, unless set otherwise. */
    public static final int DEFAULT_MAX_CONCURRENCY = 32;

    private final S3Client client;
    private final String bucket;
    private final S3Settings settings;
    private final S3Calls calls;
    private final ServerClock clock;

    private S3ObjectStore(Builder builder) {
        this.client = builder.client;
        this.bucket = builder.bucket;
        this.settings = builder.settings();
        this.clock = new ServerClock(System::nanoTime);
        this.calls = new S3Calls(new S3Errors(bucket), builder.maxConcurrency, clock);
    }

    /** Begins a store for the bucket. */
    public static Builder builder(String bucket, S3Client client) {
        return new Builder(bucket, client);
    }

    @Override
    public Set<Capability> capabilities() {
        return settings.capabilities();
    }

    @Override
    public String description() {
        return "s3://" + bucket;
    }

    /** S3's clock by the {@code Date} of its answers: exact to a second, and late by the way of the answer. */
    @Override
    public Instant now() {
        return clock.now().orElseGet(this::askTime);
    }

    @Override
    public ListPage list(ListRequest request) {
        var sent = ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(request.prefix())
                .delimiter(request.delimiter())
                .startAfter(request.startAfter().isEmpty() ? null : request.startAfter())
                .maxKeys(request.maxKeys())
                .encodingType(EncodingType.URL)
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        while (true) {
            ListObjectsV2Request current = sent;
            ListObjectsV2Response answer = calls.call("list", request.prefix(), () -> client.listObjectsV2(current));
            ListPage page = page(request, answer);
            boolean empty = page.objects().isEmpty() && page.commonPrefixes().isEmpty();
            boolean more = Boolean.TRUE.equals(answer.isTruncated());
            if (!empty || !more) {
                return page;
            }

            // S3 may end a page before its first key; only its own token leads on from there.
            sent = sent.toBuilder()
                    .continuationToken(answer.nextContinuationToken())
                    .build();
        }
    }

    @Override
    public Optional<ObjectStat> head(String key) {
        var request = HeadObjectRequest.builder()
                .bucket(bucket)
                .key(ObjectKeys.check(key))
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        return found(() -> stat(key, calls.call("look up", key, () -> client.headObject(request))));
    }

    @Override
    public Optional<StoredObject> get(String key) {
        var request = GetObjectRequest.builder()
                .bucket(bucket)
                .key(ObjectKeys.check(key))
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        return found(() -> {
            Body body = body(key, request, null);
            return new StoredObject(stat(key, body.answer()), body.bytes());
        });
    }

    @Override
    public byte[] read(ObjectStat object, long offset, int length) {
        if (offset < 0 || length < 0 || offset > object.size() - length) {
            throw new IllegalArgumentException("Cannot read " + length + " bytes from offset " + offset + " of object '"
                    + object.key() + "': it has " + object.size() + " bytes. Ask for a range within it.");
        }

        if (length == 0) {
            requireUnchanged(object);
            return new byte[0];
        }

        var request = GetObjectRequest.builder()
                .bucket(bucket)
                .key(object.key())
                .range("bytes=" + offset + "-" + (offset + length - 1))
                .ifMatch(quoted(object.etag()))
                .versionId(pinnedVersion(object))
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        Body body = body(object.key(), request, length);
        requireSameEtag(object, body.answer().eTag());
        return body.bytes();
    }

    @Override
    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
        ObjectKeys.check(key);
        settings.require("write", key, description(), condition);
        var request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .ifNoneMatch(ifNoneMatch(condition))
                .ifMatch(ifMatch(condition))
                .checksumAlgorithm(settings.checksumAlgorithm())
                .serverSideEncryption(settings.encryption())
                .ssekmsKeyId(settings.kmsKeyId())
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        PutObjectResponse answer = calls.call("write", key, () -> client.putObject(request, body(content)));
        return new ObjectStat(
                key, content.length, etag(key, answer.eTag()), calls.date(answer, this::now), answer.versionId());
    }

    @Override
    public MultipartUpload startMultipart(String key) {
        var request = CreateMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(ObjectKeys.check(key))
                .checksumAlgorithm(settings.checksumAlgorithm())
                .serverSideEncryption(settings.encryption())
                .ssekmsKeyId(settings.kmsKeyId())
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        var answer = calls.call("start an upload of", key, () -> client.createMultipartUpload(request));
        Instant started = calls.date(answer, this::now);
        return new S3MultipartUpload(client, calls, settings, bucket, key, answer.uploadId(), started);
    }

    @Override
    public List<OpenUpload> openUploads(String prefix) {
        settings.require("list open uploads under", prefix, description(), Capability.LIST_UPLOADS);
        List<OpenUpload> uploads = new ArrayList<>();
        var sent = ListMultipartUploadsRequest.builder()
                .bucket(bucket)
                .prefix(prefix)
                .encodingType(EncodingType.URL)
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        while (true) {
            ListMultipartUploadsRequest current = sent;
            var answer = calls.call("list open uploads under", prefix, () -> client.listMultipartUploads(current));
            answer.uploads()
                    .forEach(upload ->
                            uploads.add(new OpenUpload(upload.key(), upload.uploadId(), second(upload.initiated()))));
            if (!Boolean.TRUE.equals(answer.isTruncated())) {
                return uploads;
            }

            sent = sent.toBuilder()
                    .keyMarker(answer.nextKeyMarker())
                    .uploadIdMarker(answer.nextUploadIdMarker())
                    .build();
        }
    }

    @Override
    public void abortUpload(OpenUpload upload) {
        settings.require("abort an upload of", upload.key(), description(), Capability.LIST_UPLOADS);
        var request = AbortMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(upload.key())
                .uploadId(upload.id())
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        try {
            calls.call("abort an upload of", upload.key(), () -> client.abortMultipartUpload(request));
        } catch (ObjectNotFoundException e) {
            // It has ended, by whoever: what was wanted.
        }
    }

    @Override
    public Map<String, String> tags(String key) {
        ObjectKeys.check(key);
        settings.require("read the tags of", key, description(), Capability.OBJECT_TAGS);
        var request = GetObjectTaggingRequest.builder()
                .bucket(bucket)
                .key(key)
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        var answer = calls.call("read the tags of", key, () -> client.getObjectTagging(request));
        return answer.tagSet().stream().collect(Collectors.toUnmodifiableMap(Tag::key, Tag::value));
    }

    @Override
    public void setTags(String key, Map<String, String> tags) {
        ObjectKeys.check(key);
        settings.require("tag", key, description(), Capability.OBJECT_TAGS);
        List<Tag> set = new ArrayList<>();
        new TreeMap<>(tags)
                .forEach((name, value) ->
                        set.add(Tag.builder().key(name).value(value).build()));
        var request = PutObjectTaggingRequest.builder()
                .bucket(bucket)
                .key(key)
                .tagging(all -> all.tagSet(set))
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        calls.call("tag", key, () -> client.putObjectTagging(request));
    }

    @Override
    public void delete(String key) {
        delete(ObjectKeys.check(key), null);
    }

    @Override
    public void deleteIfMatch(String key, ETag etag) {
        ObjectKeys.check(key);
        settings.require("delete", key, description(), Capability.DELETE_IF_MATCH);
        delete(key, quoted(etag));
    }

    @Override
    public String toString() {
        return description();
    }

    static @Nullable String ifNoneMatch(WriteCondition condition) {
        return condition instanceof WriteCondition.IfAbsent ? "*" : null;
    }

    static @Nullable String ifMatch(WriteCondition condition) {
        return condition instanceof WriteCondition.IfMatch match ? quoted(match.etag()) : null;
    }

    static RequestBody body(byte[] content) {
        return RequestBody.fromContentProvider(
                ContentStreamProvider.fromByteArrayUnsafe(content), content.length, "application/octet-stream");
    }

    private static String quoted(ETag etag) {
        return "\"" + etag.value() + "\"";
    }

    private Instant askTime() {
        var request = HeadBucketRequest.builder()
                .bucket(bucket)
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        calls.call("ask the time of", "", () -> client.headBucket(request));
        return clock.now()
                .orElseThrow(
                        () -> calls.errors().unavailable("ask the time of", "", "the answer had no Date header", null));
    }

    private void delete(String key, @Nullable String ifMatch) {
        var request = DeleteObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .ifMatch(ifMatch)
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        calls.call("delete", key, () -> client.deleteObject(request));
    }

    private void requireUnchanged(ObjectStat object) {
        var request = HeadObjectRequest.builder()
                .bucket(bucket)
                .key(object.key())
                .ifMatch(quoted(object.etag()))
                .versionId(pinnedVersion(object))
                .expectedBucketOwner(settings.expectedBucketOwner())
                .build();
        requireSameEtag(
                object,
                calls.call("read", object.key(), () -> client.headObject(request))
                        .eTag());
    }

    /** A server that ignores If-Match must not pass another version off as the pinned one. */
    private void requireSameEtag(ObjectStat object, @Nullable String answered) {
        ETag found = etag(object.key(), answered);
        if (!found.equals(object.etag())) {
            throw calls.errors()
                    .changed(
                            "read", object.key(), "it now has ETag '" + found + "', not '" + object.etag() + "'", null);
        }
    }

    /** In a bucket whose versioning is suspended the version "null" can be overwritten: it pins nothing. */
    private static @Nullable String pinnedVersion(ObjectStat object) {
        return object.versionId().filter(version -> !version.equals("null")).orElse(null);
    }

    /** @param expected the length that must come; null if only the answer knows it */
    private Body body(String key, GetObjectRequest request, @Nullable Integer expected) {
        return calls.read(
                "read",
                key,
                () -> client.getObject(request, (answer, stream) -> {
                    clock.observe(answer.sdkHttpResponse());
                    Long declared = answer.contentLength();
                    if (expected == null && declared != null && declared > Integer.MAX_VALUE - 8) {
                        stream.abort();
                        throw new IllegalArgumentException("Cannot read object '" + key + "' in " + description()
                                + " whole: it has " + declared + " bytes. Read it by ranges.");
                    }

                    long wanted = expected == null ? requireNonNull(declared, "content length") : expected;
                    return new Body(answer, exactly((int) wanted, declared, stream));
                }));
    }

    /** A connection that broke in the middle looks like the end of the stream, so the bytes are counted. */
    private static byte[] exactly(int wanted, @Nullable Long declared, AbortableInputStream stream) {
        if (declared != null && declared != wanted) {
            stream.abort();
            throw BrokenBodyException.retryable(
                    "the answer declares " + declared + " bytes, " + wanted + " were asked for", null);
        }

        try {
            byte[] bytes = stream.readNBytes(wanted);
            if (bytes.length != wanted || stream.read() >= 0) {
                throw BrokenBodyException.retryable(
                        "the body has " + (bytes.length == wanted ? "more than " : "") + bytes.length + " bytes, "
                                + wanted + " were asked for",
                        null);
            }

            return bytes;
        } catch (IOException e) {
            throw BrokenBodyException.retryable("the body broke off before its " + wanted + " bytes had come", e);
        }
    }

    private ListPage page(ListRequest request, ListObjectsV2Response answer) {
        List<ObjectStat> objects = answer.contents().stream().map(this::stat).toList();
        List<String> prefixes =
                answer.commonPrefixes().stream().map(CommonPrefix::prefix).toList();
        String lastKey =
                objects.isEmpty() ? "" : objects.get(objects.size() - 1).key();
        String lastPrefix = prefixes.isEmpty() ? "" : prefixes.get(prefixes.size() - 1);
        String last =
                ObjectKeys.order().compare(lastKey, lastPrefix) > 0 ? lastKey : ObjectKeys.afterAllUnder(lastPrefix);
        return new ListPage(objects, prefixes, Boolean.TRUE.equals(answer.isTruncated()) ? last : null);
    }

    private ObjectStat stat(S3Object listed) {
        return ObjectStat.of(
                listed.key(), listed.size(), etag(listed.key(), listed.eTag()), second(listed.lastModified()));
    }

    private ObjectStat stat(String key, HeadObjectResponse answer) {
        return new ObjectStat(
                key,
                answer.contentLength(),
                etag(key, answer.eTag()),
                second(answer.lastModified()),
                answer.versionId());
    }

    private ObjectStat stat(String key, GetObjectResponse answer) {
        return new ObjectStat(
                key,
                answer.contentLength(),
                etag(key, answer.eTag()),
                second(answer.lastModified()),
                answer.versionId());
    }

    /** Headers carry seconds; some servers list milliseconds, and the two must agree (rule L3). */
    private static Instant second(Instant lastModified) {
        return lastModified.truncatedTo(ChronoUnit.SECONDS);
    }

    private ETag etag(String key, @Nullable String header) {
        if (header == null) {
            throw calls.errors().unavailable("use the answer for", key, "it has no ETag", null);
        }

        return ETag.parse(header);
    }

    private static <T> Optional<T> found(Supplier<T> lookup) {
        try {
            return Optional.of(lookup.get());
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    private record Body(GetObjectResponse answer, byte[] bytes) {}

    /** Collects what a store needs beyond bucket and client. Not thread-safe. */
    public static final class Builder {
        private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

        private final String bucket;
        private final S3Client client;
        private @Nullable String expectedBucketOwner;
        private @Nullable String kmsKeyId;
        private ChecksumAlgorithm checksumAlgorithm = ChecksumAlgorithm.CRC32;
        private int maxConcurrency = DEFAULT_MAX_CONCURRENCY;
        private Set<Capability> capabilities = EnumSet.allOf(Capability.class);

        private Builder(String bucket, S3Client client) {
            this.bucket = new S3Uri(bucket, "").bucket();
            this.client = requireNonNull(client, "client");
        }

        /** The account that must own the bucket, 12 digits; every request says so and S3 refuses a bucket of another. */
        public Builder expectedBucketOwner(String accountId) {
            if (!ACCOUNT.matcher(accountId).matches()) {
                throw new IllegalArgumentException(
                        "Cannot expect bucket owner '" + accountId + "': an AWS account id has 12 digits.");
            }

            this.expectedBucketOwner = accountId;
            return this;
        }

        /** Encrypts all that is written with this KMS key (id, ARN or alias). Without it the bucket's default holds. */
        public Builder sseKms(String keyId) {
            if (requireNonNull(keyId, "keyId").isBlank()) {
                throw new IllegalArgumentException("Cannot encrypt with a KMS key without id. Name the key.");
            }

            this.kmsKeyId = keyId;
            return this;
        }

        /** What S3 verifies uploads with; {@link ChecksumAlgorithm#CRC32} unless set. */
        public Builder checksumAlgorithm(ChecksumAlgorithm algorithm) {
            this.checksumAlgorithm = requireNonNull(algorithm, "algorithm");
            return this;
        }

        /** Requests in flight at most, 1 or more; no more than the client has connections. */
        public Builder maxConcurrency(int requests) {
            if (requests < 1) {
                throw new IllegalArgumentException(
                        "Cannot allow " + requests + " requests at once: at least 1 is needed.");
            }

            this.maxConcurrency = requests;
            return this;
        }

        /** What the server really does, for servers that are not Amazon S3; all of it unless set. */
        public Builder capabilities(Set<Capability> declared) {
            this.capabilities = declared.isEmpty() ? EnumSet.noneOf(Capability.class) : EnumSet.copyOf(declared);
            return this;
        }

        public S3ObjectStore build() {
            return new S3ObjectStore(this);
        }

        private S3Settings settings() {
            return new S3Settings(
                    expectedBucketOwner,
                    kmsKeyId,
                    checksumAlgorithm,
                    Collections.unmodifiableSet(EnumSet.copyOf(capabilities)));
        }
    }
}
