package io.convergence.aws.s3;

import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreAccessException;
import io.convergence.store.StoreException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.WriteConflictException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Turns the SDK's failures into the port's. The service's own text stays in the cause: it may name principals and
 * access keys.
 */
final class S3Errors {
    /** Actions that change nothing: after them no outcome is in doubt. */
    private static final Set<String> READS = Set.of("list", "look up", "read", "ask the time of", "use the answer for");

    private final String bucket;

    S3Errors(String bucket) {
        this.bucket = bucket;
    }

    StoreException of(SdkException failure, String action, String key) {
        if (failure instanceof AwsServiceException answered) {
            return answered(answered, action, key);
        }

        // The SDK has no type of its own for a credentials chain that came to its end.
        String text = String.valueOf(failure.getMessage());
        if (text.contains("credentials")) {
            return new StoreAccessException(
                    key,
                    sentence(
                            action, key, "the client has no usable AWS credentials", "Give it a credentials provider."),
                    failure);
        }

        if (failure.getCause() instanceof BrokenBodyException broken) {
            return unavailable(action, key, String.valueOf(broken.getMessage()), failure);
        }

        return unavailable(
                action, key, "no whole answer came (" + failure.getClass().getSimpleName() + ")", failure);
    }

    StoreUnavailableException unavailable(String action, String key, String why, @Nullable Throwable cause) {
        return new StoreUnavailableException(
                key,
                sentence(
                        action,
                        key,
                        why,
                        READS.contains(action)
                                ? "Try again."
                                : "Its outcome is unknown: look what is there before you repeat it."),
                cause);
    }

    PreconditionFailedException changed(String action, String key, String why, @Nullable Throwable cause) {
        return new PreconditionFailedException(
                key, sentence(action, key, why, "Read it again and decide anew."), cause);
    }

    ObjectNotFoundException absent(String action, String key, String answer, @Nullable Throwable cause) {
        return new ObjectNotFoundException(
                key,
                sentence(action, key, "it does not exist" + answer, "List the prefix to see what is there."),
                cause);
    }

    private StoreException answered(AwsServiceException failure, String action, String key) {
        AwsErrorDetails details = failure.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        String answer = answer(failure, code);
        switch (kind(code, failure.statusCode())) {
            case ABSENT:
                return absent(action, key, answer, failure);
            case UPLOAD_GONE:
                return new ObjectNotFoundException(
                        key,
                        sentence(
                                action,
                                key,
                                "its upload no longer exists, it was completed or aborted elsewhere" + answer,
                                "Start another one."),
                        failure);
            case CHANGED:
                return changed(action, key, "the condition does not hold" + answer, failure);
            case CONFLICT:
                return new WriteConflictException(
                        key,
                        sentence(
                                action,
                                key,
                                "another write of it was in flight" + answer,
                                "Repeat a put; start a multipart upload again."),
                        failure);
            case BUSY:
                return unavailable(action, key, "S3 could not serve the request" + answer, failure);
            case NO_BUCKET:
                return refused(
                        action, key, "the bucket does not exist" + answer, "Check its name and region.", failure);
            case OTHER_REGION:
                return refused(
                        action, key, "the bucket is in another region" + answer, "Set the client's region.", failure);
            case REFUSED:
                return refused(
                        action,
                        key,
                        "S3 refused the request" + answer,
                        "Check the permissions, the KMS key and the expected bucket owner.",
                        failure);
        }

        throw new IllegalStateException("unreachable");
    }

    private StoreAccessException refused(String action, String key, String why, String fix, Throwable cause) {
        return new StoreAccessException(key, sentence(action, key, why, fix), cause);
    }

    private static Kind kind(String code, int status) {
        return switch (code) {
            case "NoSuchKey", "NoSuchVersion" -> Kind.ABSENT;
            case "NoSuchUpload" -> Kind.UPLOAD_GONE;
            case "NoSuchBucket" -> Kind.NO_BUCKET;
            case "PreconditionFailed" -> Kind.CHANGED;
            case "ConditionalRequestConflict", "OperationAborted" -> Kind.CONFLICT;
            // S3 answers some of these with status 400, and a multipart completion may fail under status 200.
            case "SlowDown",
                    "InternalError",
                    "ServiceUnavailable",
                    "RequestTimeout",
                    "BadDigest",
                    "IncompleteBody",
                    "XAmzContentChecksumMismatch" -> Kind.BUSY;
            case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException" ->
                Kind.OTHER_REGION;
            default -> kind(status);
        };
    }

    private static Kind kind(int status) {
        return switch (status) {
            case 404 -> Kind.ABSENT;
            case 409 -> Kind.CONFLICT;
            case 412, 416 -> Kind.CHANGED;
            case 301, 307 -> Kind.OTHER_REGION;
            case 408, 429 -> Kind.BUSY;
            default -> status >= 400 && status < 500 ? Kind.REFUSED : Kind.BUSY;
        };
    }

    private static String answer(AwsServiceException failure, String code) {
        var text = new StringBuilder(" (status ").append(failure.statusCode());
        if (!code.isEmpty()) {
            text.append(", code ").append(code);
        }

        if (failure.requestId() != null) {
            text.append(", request id ").append(failure.requestId());
        }

        return text.append(')').toString();
    }

    private String sentence(String action, String key, String why, String fix) {
        return "Cannot " + action + " 's3://" + bucket + "/" + key + "': " + why + ". " + fix;
    }

    private enum Kind {
        ABSENT,
        UPLOAD_GONE,
        CHANGED,
        CONFLICT,
        BUSY,
        NO_BUCKET,
        OTHER_REGION,
        REFUSED
    }
}
