package io.convergence.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreAccessException;
import io.convergence.store.StoreException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.WriteCondition;
import io.convergence.store.WriteConflictException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;

/** Requests and answers one by one; the contract of all stores is passed in the testkit, against S3Proxy. */
class S3ObjectStoreTest {
    private static final ObjectStat OBJECT =
            ObjectStat.of("dir/a", 10, new ETag(ScriptedS3.ETAG), Instant.parse("2026-11-23T10:00:00Z"));

    private final ScriptedS3 s3 = new ScriptedS3();
    private final S3ObjectStore store =
            S3ObjectStore.builder("my-bucket", s3.client()).build();

    @AfterEach
    void stop() {
        s3.close();
    }

    @Test
    void everyRequestNamesTheExpectedBucketOwner() {
        var owned = S3ObjectStore.builder("my-bucket", s3.client())
                .expectedBucketOwner("123456789012")
                .build();

        everyOperation(owned);

        assertThat(s3.sent())
                .hasSize(17)
                .allSatisfy(request -> assertThat(request.firstMatchingHeader("x-amz-expected-bucket-owner"))
                        .as(request.method() + " " + request.encodedPath())
                        .hasValue("123456789012"));
    }

    @Test
    void everyWriteNamesTheKmsKeyAndAChecksum() {
        var encrypted = S3ObjectStore.builder("my-bucket", s3.client())
                .sseKms("alias/lake")
                .build();

        everyOperation(encrypted);

        List<SdkHttpRequest> created =
                s3.sent().stream().filter(S3ObjectStoreTest::createsObject).toList();
        assertThat(created).hasSize(4).allSatisfy(request -> {
            assertThat(request.firstMatchingHeader("x-amz-server-side-encryption"))
                    .hasValue("aws:kms");
            assertThat(request.firstMatchingHeader("x-amz-server-side-encryption-aws-kms-key-id"))
                    .hasValue("alias/lake");
        });
        assertThat(s3.sent().stream().filter(S3ObjectStoreTest::carriesContent))
                .hasSize(5)
                .allSatisfy(request -> assertThat(request.headers().keySet())
                        .anyMatch(header -> header.equalsIgnoreCase("x-amz-checksum-crc32")
                                || header.equalsIgnoreCase("x-amz-trailer")));
    }

    @Test
    void withoutSettingsNeitherOwnerNorKeyIsSent() {
        everyOperation(store);

        assertThat(s3.sent())
                .hasSize(17)
                .allSatisfy(request -> assertThat(request.headers().keySet())
                        .noneMatch(header -> header.toLowerCase(Locale.ROOT).contains("expected-bucket-owner")
                                || header.toLowerCase(Locale.ROOT).contains("server-side-encryption")));
    }

    @Test
    void conditionsBecomeHeaders() {
        store.put("a", new byte[1], WriteCondition.ifAbsent());
        store.put("a", new byte[1], WriteCondition.ifMatch(new ETag("abc")));
        store.put("a", new byte[1], WriteCondition.none());
        store.deleteIfMatch("a", new ETag("abc"));
        complete(store, WriteCondition.ifAbsent());
        complete(store, WriteCondition.ifMatch(new ETag("abc")));

        assertThat(s3.sent())
                .extracting(
                        request -> request.firstMatchingHeader("If-None-Match").orElse(""),
                        request -> request.firstMatchingHeader("If-Match").orElse(""))
                .extracting(Object::toString)
                .containsExactly(
                        "(\"*\", \"\")",
                        "(\"\", \"\"abc\"\")",
                        "(\"\", \"\")",
                        "(\"\", \"\"abc\"\")",
                        "(\"\", \"\")",
                        "(\"\", \"\")",
                        "(\"*\", \"\")",
                        "(\"\", \"\")",
                        "(\"\", \"\")",
                        "(\"\", \"\"abc\"\")");
    }

    @Test
    void aReadPinsTheETagAndAKnownVersion() {
        store.read(OBJECT, 2, 3);
        store.read(new ObjectStat("dir/a", 10, OBJECT.etag(), OBJECT.lastModified(), "v1"), 2, 3);
        store.read(new ObjectStat("dir/a", 10, OBJECT.etag(), OBJECT.lastModified(), "null"), 2, 3);

        assertThat(s3.sent()).allSatisfy(request -> {
            assertThat(request.firstMatchingHeader("If-Match")).hasValue("\"" + ScriptedS3.ETAG + "\"");
            assertThat(request.firstMatchingHeader("Range")).hasValue("bytes=2-4");
        });
        assertThat(s3.sent())
                .extracting(request ->
                        request.firstMatchingRawQueryParameter("versionId").orElse("none"))
                .containsExactly("none", "v1", "none");
    }

    @ParameterizedTest
    @CsvSource({
        "404, NoSuchKey, ObjectNotFoundException",
        "404, NoSuchUpload, ObjectNotFoundException",
        "404, NoSuchBucket, StoreAccessException",
        "412, PreconditionFailed, PreconditionFailedException",
        "409, ConditionalRequestConflict, WriteConflictException",
        "409, OperationAborted, WriteConflictException",
        "403, AccessDenied, StoreAccessException",
        "403, InvalidAccessKeyId, StoreAccessException",
        "401, Unauthorized, StoreAccessException",
        "400, ExpiredToken, StoreAccessException",
        "400, KMS.DisabledException, StoreAccessException",
        "400, RequestTimeout, StoreUnavailableException",
        "400, BadDigest, StoreUnavailableException",
        "400, IncompleteBody, StoreUnavailableException",
        "429, TooManyRequests, StoreUnavailableException",
        "500, InternalError, StoreUnavailableException",
        "503, SlowDown, StoreUnavailableException",
        "301, PermanentRedirect, StoreAccessException",
        "416, InvalidRange, PreconditionFailedException"
    })
    void eachAnswerBecomesThePortsException(int status, String code, String expected) {
        s3.nextError(status, code);

        Throwable failure = catchThrowable(() -> store.put("dir/a", new byte[1], WriteCondition.ifAbsent()));

        assertThat(failure.getClass().getSimpleName()).isEqualTo(expected);
        assertThat(((StoreException) failure).key()).isEqualTo("dir/a");
        assertThat(failure)
                .hasMessageStartingWith("Cannot write 's3://my-bucket/dir/a': ")
                .hasMessageContaining("(status " + status + ", code " + code + ", request id REQUEST-7)")
                .hasMessageNotContainingAny("very-private", "very-secret")
                .hasCauseInstanceOf(SdkException.class);
    }

    @Test
    void aWholeMessageSaysWhatHappenedAndWhatToDo() {
        s3.nextError(409, "ConditionalRequestConflict");

        assertThatThrownBy(() -> store.put("dir/a", new byte[1], WriteCondition.ifAbsent()))
                .isInstanceOf(WriteConflictException.class)
                .hasMessage("Cannot write 's3://my-bucket/dir/a': another write of it was in flight (status 409, code"
                        + " ConditionalRequestConflict, request id REQUEST-7). Repeat a put; start a multipart upload"
                        + " again.");
    }

    @Test
    void aCompletionThatFailsUnderStatus200IsNoSuccess() {
        MultipartUpload upload = store.startMultipart("a");
        upload.part(1, new byte[1]);
        s3.nextError(200, "InternalError");

        assertThatThrownBy(() -> upload.complete(WriteCondition.none())).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void aBodyThatBreaksOffIsNeverShortData() {
        s3.next(ScriptedS3.body(206, 3, "23"));
        assertThatThrownBy(() -> store.read(OBJECT, 2, 3))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("Cannot read 's3://my-bucket/dir/a': the body broke off before its 3 bytes had come."
                        + " Try again.");

        s3.next(ScriptedS3.body(200, 10, "012345"));
        assertThatThrownBy(() -> store.get("dir/a"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("Cannot read 's3://my-bucket/dir/a': the body broke off before its 10 bytes had come."
                        + " Try again.");
    }

    @Test
    void aBodyOfAnotherLengthThanAskedForIsRefusedWithBothLengths() {
        s3.next(ScriptedS3.body(206, 2, "23"));
        assertThatThrownBy(() -> store.read(OBJECT, 2, 3))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("Cannot read 's3://my-bucket/dir/a': the answer declares 2 bytes, 3 were asked for."
                        + " Try again.");

        s3.next(ScriptedS3.body(200, 10, ScriptedS3.CONTENT));
        assertThatThrownBy(() -> store.read(OBJECT, 2, 3))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("Cannot read 's3://my-bucket/dir/a': the answer declares 10 bytes, 3 were asked for."
                        + " Try again.");
    }

    @Test
    void aFailedReadLeavesNoOutcomeInDoubtAFailedWriteDoes() {
        String busy = "S3 could not serve the request (status 503, code SlowDown, request id REQUEST-7).";

        s3.nextError(503, "SlowDown");
        assertThatThrownBy(() -> store.read(OBJECT, 0, 1))
                .hasMessage("Cannot read 's3://my-bucket/dir/a': " + busy + " Try again.");
        s3.nextError(503, "SlowDown");
        assertThatThrownBy(() -> store.list(ListRequest.of("dir/")))
                .hasMessage("Cannot list 's3://my-bucket/dir/': " + busy + " Try again.");
        s3.nextError(503, "SlowDown");
        assertThatThrownBy(() -> store.put("dir/a", new byte[1], WriteCondition.none()))
                .hasMessage("Cannot write 's3://my-bucket/dir/a': " + busy
                        + " Its outcome is unknown: look what is there before you repeat it.");
        s3.nextError(503, "SlowDown");
        assertThatThrownBy(() -> store.delete("dir/a"))
                .hasMessage("Cannot delete 's3://my-bucket/dir/a': " + busy
                        + " Its outcome is unknown: look what is there before you repeat it.");
    }

    @Test
    void aServerThatIgnoresThePinIsCaught() {
        var old = ObjectStat.of("dir/a", 10, new ETag("another"), OBJECT.lastModified());

        assertThatThrownBy(() -> store.read(old, 2, 3))
                .isInstanceOf(PreconditionFailedException.class)
                .hasMessageContaining("it now has ETag '" + ScriptedS3.ETAG + "', not 'another'");
        assertThatThrownBy(() -> store.read(old, 2, 0)).isInstanceOf(PreconditionFailedException.class);
    }

    @Test
    void aTimeoutLeavesTheOutcomeUnknown() {
        s3.next(exchange -> pause(Duration.ofSeconds(5)));
        try (S3Client hasty = s3.clientBuilder()
                .overrideConfiguration(config -> config.apiCallTimeout(Duration.ofMillis(300)))
                .build()) {
            var impatient = S3ObjectStore.builder("my-bucket", hasty).build();

            assertThatThrownBy(() -> impatient.put("a", new byte[1], WriteCondition.ifAbsent()))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageEndingWith("Its outcome is unknown: look what is there before you repeat it.");
        }
    }

    @Test
    void aRefusedConnectionIsUnavailableAndMissingCredentialsAreNot() {
        S3Client stopped = s3.clientBuilder().build();
        AwsCredentialsProvider none = () -> {
            throw SdkClientException.create("Unable to load credentials from any of the providers in the chain");
        };
        try (stopped;
                S3Client anonymous =
                        s3.clientBuilder().credentialsProvider(none).build()) {
            assertThatThrownBy(() -> S3ObjectStore.builder("my-bucket", anonymous)
                            .build()
                            .head("a"))
                    .isInstanceOf(StoreAccessException.class)
                    .hasMessageContaining("the client has no usable AWS credentials");
            s3.close();
            assertThatThrownBy(() ->
                            S3ObjectStore.builder("my-bucket", stopped).build().head("a"))
                    .isInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void theTimeIsThatOfTheServersAnswersAndAskedForOnce() {
        var asked = new AtomicInteger();
        ExecutionInterceptor past = new ExecutionInterceptor() {
            @Override
            public SdkHttpResponse modifyHttpResponse(
                    Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
                asked.incrementAndGet();
                return context.httpResponse().toBuilder()
                        .putHeader("Date", "Mon, 23 Nov 2020 10:00:00 GMT")
                        .build();
            }
        };
        try (S3Client client = s3.clientBuilder()
                .overrideConfiguration(config -> config.addExecutionInterceptor(past))
                .build()) {
            var late = S3ObjectStore.builder("my-bucket", client).build();

            Instant first = late.now();
            Instant second = late.now();

            assertThat(first).isBetween("2020-11-23T10:00:00Z", "2020-11-23T10:00:20Z");
            assertThat(second).isAfterOrEqualTo(first).isBefore("2020-11-23T10:00:20Z");
            assertThat(asked).hasValue(1);
            assertThat(late.put("a", new byte[1], WriteCondition.none()).lastModified())
                    .isEqualTo("2020-11-23T10:00:00Z");
        }
    }

    @Test
    void tagsAreWrittenAsOneSetInTheOrderOfTheirNames() {
        var owned = S3ObjectStore.builder("my-bucket", s3.client())
                .expectedBucketOwner("123456789012")
                .build();
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("team", "a & b < c");
        tags.put("convergence-state", "retired");

        owned.setTags("dir/a b+c", tags);
        owned.setTags("dir/a b+c", Map.of());

        assertThat(s3.sent()).hasSize(2).allSatisfy(request -> {
            assertThat(request.method().name()).isEqualTo("PUT");
            assertThat(request.encodedPath()).isEqualTo("/my-bucket/dir/a%20b%2Bc");
            assertThat(request.rawQueryParameters().keySet()).containsExactly("tagging");
            assertThat(request.firstMatchingHeader("x-amz-expected-bucket-owner"))
                    .hasValue("123456789012");
        });
        assertThat(s3.bodies().get(0))
                .containsSubsequence(
                        "<Tagging",
                        "<TagSet>",
                        "<Tag><Key>convergence-state</Key><Value>retired</Value></Tag>",
                        "<Tag><Key>team</Key><Value>a &amp; b &lt; c</Value></Tag>",
                        "</TagSet></Tagging>");
        assertThat(s3.bodies().get(1)).contains("<Tagging").doesNotContain("<Tag>");
    }

    @Test
    void tagsAreReadByOneRequest() {
        s3.next(exchange -> ScriptedS3.xml(
                exchange,
                200,
                "<Tagging><TagSet><Tag><Key>convergence-state</Key><Value>retired</Value></Tag>"
                        + "<Tag><Key>team</Key><Value>a &amp; b</Value></Tag></TagSet></Tagging>"));

        assertThat(store.tags("dir/a")).isEqualTo(Map.of("convergence-state", "retired", "team", "a & b"));
        assertThat(store.tags("dir/a")).as("an object without tags").isEmpty();

        assertThat(s3.sent()).hasSize(2).allSatisfy(request -> {
            assertThat(request.method().name()).isEqualTo("GET");
            assertThat(request.encodedPath()).isEqualTo("/my-bucket/dir/a");
            assertThat(request.rawQueryParameters().keySet()).containsExactly("tagging");
        });
    }

    @Test
    void tagsOfAMissingObjectOrWithoutPermissionAreRefusedWithTheKey() {
        var untagged = S3ObjectStore.builder("my-bucket", s3.client())
                .capabilities(Set.of())
                .build();
        s3.nextError(404, "NoSuchKey");
        s3.nextError(404, "NoSuchKey");
        s3.nextError(403, "AccessDenied");
        s3.nextError(503, "SlowDown");

        assertThatThrownBy(() -> store.tags("dir/a"))
                .isInstanceOf(ObjectNotFoundException.class)
                .hasMessageStartingWith("Cannot read the tags of 's3://my-bucket/dir/a': ");
        assertThatThrownBy(() -> store.setTags("dir/a", Map.of("state", "retired")))
                .isInstanceOf(ObjectNotFoundException.class)
                .hasMessageStartingWith("Cannot tag 's3://my-bucket/dir/a': ");
        assertThatThrownBy(() -> store.setTags("dir/a", Map.of("state", "retired")))
                .isInstanceOf(StoreAccessException.class);
        assertThatThrownBy(() -> store.setTags("dir/a", Map.of("state", "retired")))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(s3.sent()).hasSize(4);
        assertThatThrownBy(() -> untagged.setTags("dir/a", Map.of())).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> untagged.tags("dir/a")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(s3.sent()).as("refused before anything is sent").hasSize(4);
    }

    @Test
    void aPageWithoutKeysIsFollowedByTheServersToken() {
        s3.next(exchange -> ScriptedS3.xml(
                exchange,
                200,
                "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>token-1</NextContinuationToken>"
                        + "</ListBucketResult>"));
        s3.next(exchange -> ScriptedS3.xml(
                exchange,
                200,
                "<ListBucketResult><IsTruncated>false</IsTruncated><EncodingType>url</EncodingType><Contents><Key>a%2Bb+c"
                        + "</Key><Size>1</Size><ETag>\"x\"</ETag><LastModified>2026-11-23T10:00:00.123Z</LastModified>"
                        + "</Contents></ListBucketResult>"));

        ListPage page = store.list(ListRequest.of("").after("Z"));

        assertThat(page.objects())
                .containsExactly(ObjectStat.of("a+b c", 1, new ETag("x"), Instant.parse("2026-11-23T10:00:00Z")));
        assertThat(s3.sent().get(1).firstMatchingRawQueryParameter("continuation-token"))
                .hasValue("token-1");
    }

    @Test
    void conditionsTheServerDoesNotHonourAreRefusedBeforeAnythingIsSent() {
        var modest = S3ObjectStore.builder("my-bucket", s3.client())
                .capabilities(Set.of())
                .build();

        assertThatThrownBy(() -> modest.put("a", new byte[1], WriteCondition.ifAbsent()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("the store does not declare PUT_IF_ABSENT");
        assertThatThrownBy(() -> modest.put("a", new byte[1], WriteCondition.ifMatch(OBJECT.etag())))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> modest.deleteIfMatch("a", OBJECT.etag()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(s3.sent()).isEmpty();
        assertThat(modest.capabilities()).isEmpty();
        assertThat(store.capabilities()).containsExactlyInAnyOrder(Capability.values());
    }

    @Test
    void noMoreRequestsAreInFlightThanAllowed() throws Exception {
        var narrow = S3ObjectStore.builder("my-bucket", s3.client())
                .maxConcurrency(3)
                .build();
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        for (int i = 0; i < 12; i++) {
            s3.next(exchange -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                pause(Duration.ofMillis(30));
                now.decrementAndGet();
                exchange.sendResponseHeaders(404, -1);
            });
        }

        ExecutorService threads = Executors.newFixedThreadPool(12);
        try {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < 12; i++) {
                running.add(threads.submit(() -> narrow.head("a")));
            }

            for (Future<?> done : running) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(most.get()).isBetween(2, 3);
    }

    @Test
    void anInterruptedThreadStaysInterruptedAndSendsNothing() {
        Thread.currentThread().interrupt();

        Throwable failure = catchThrowable(() -> store.head("a"));
        boolean interrupted = Thread.interrupted();

        assertThat(failure).isInstanceOf(StoreUnavailableException.class).hasMessageContaining("interrupted");
        assertThat(interrupted).isTrue();
        assertThat(s3.sent()).isEmpty();
    }

    @Test
    void anUploadAbortedElsewhereIsReportedButAbortingItAgainIsNoError() {
        MultipartUpload upload = store.startMultipart("a");
        s3.nextError(404, "NoSuchUpload");
        s3.nextError(404, "NoSuchUpload");

        assertThatThrownBy(() -> upload.part(1, new byte[1]))
                .isInstanceOf(ObjectNotFoundException.class)
                .hasMessageContaining("its upload no longer exists");
        assertThatCode(upload::close).doesNotThrowAnyException();
    }

    @Test
    void theClientBelongsToTheCallerAndNothingIsSentByBuilding() {
        assertThat(s3.sent()).isEmpty();
        assertThat(store).hasToString("s3://my-bucket");
    }

    @Test
    void settingsThatCannotBeRightAreRefused() {
        var builder = S3ObjectStore.builder("my-bucket", s3.client());

        assertThatThrownBy(() -> builder.expectedBucketOwner("12345"))
                .hasMessage("Cannot expect bucket owner '12345': an AWS account id has 12 digits.");
        assertThatThrownBy(() -> builder.maxConcurrency(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.sseKms(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> S3ObjectStore.builder("Bad_Bucket", s3.client()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** 17 requests; all kinds but listings of open uploads and the question for the time. */
    private static void everyOperation(S3ObjectStore store) {
        store.list(ListRequest.of("dir/"));
        store.head("dir/a");
        store.get("dir/a");
        store.read(OBJECT, 0, 5);
        store.read(OBJECT, 0, 0);
        store.put("dir/a", "x".getBytes(StandardCharsets.UTF_8), WriteCondition.none());
        store.put("dir/a", "x".getBytes(StandardCharsets.UTF_8), WriteCondition.ifAbsent());
        complete(store, WriteCondition.none());
        try (MultipartUpload aborted = store.startMultipart("dir/b")) {
            aborted.part(1, new byte[1]);
        }

        store.setTags("dir/a", Map.of("state", "retired"));
        store.tags("dir/a");
        store.delete("dir/a");
        store.deleteIfMatch("dir/a", OBJECT.etag());
    }

    private static void complete(S3ObjectStore store, WriteCondition condition) {
        try (MultipartUpload upload = store.startMultipart("dir/b")) {
            upload.part(1, new byte[1]);
            upload.complete(condition);
        }
    }

    private static boolean createsObject(SdkHttpRequest request) {
        boolean put = request.method().name().equals("PUT")
                && request.firstMatchingRawQueryParameter("partNumber").isEmpty()
                && !request.rawQueryParameters().containsKey("tagging");
        return put || request.rawQueryParameters().containsKey("uploads");
    }

    private static boolean carriesContent(SdkHttpRequest request) {
        return request.method().name().equals("PUT");
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
