package io.convergence.testkit.junit5;

import static java.util.Objects.requireNonNull;

import io.convergence.aws.s3.S3ObjectStore;
import io.convergence.testkit.s3.InProcessS3;
import io.convergence.testkit.s3.LocalStackS3;
import io.convergence.testkit.s3.S3Server;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Gives each test an empty S3 bucket of its own. All tests of a run share one server, started with the first of them.
 *
 * <pre>
 * &#64;RegisterExtension
 * final ConvergenceExtension convergence = ConvergenceExtension.inProcess();
 * </pre>
 *
 * <p>Register it as an instance field; a static field serves one test at a time.
 */
public final class ConvergenceExtension implements BeforeEachCallback, AfterEachCallback {
    private static final Logger LOG = LoggerFactory.getLogger(ConvergenceExtension.class);
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(ConvergenceExtension.class);

    private final String backend;
    private final Supplier<Optional<String>> obstacle;
    private final Supplier<S3Server> starter;
    private @Nullable Running running;

    private ConvergenceExtension(String backend, Supplier<Optional<String>> obstacle, Supplier<S3Server> starter) {
        this.backend = backend;
        this.obstacle = obstacle;
        this.starter = starter;
    }

    /** S3 in this process, see {@link InProcessS3}. Needs S3Proxy on the class path. */
    public static ConvergenceExtension inProcess() {
        return new ConvergenceExtension("in-process", Optional::empty, InProcessS3::start);
    }

    /** LocalStack in a container. Where Docker or the token is missing each test is skipped, and says so. */
    public static ConvergenceExtension localStack() {
        return localStack(LocalStackS3.DEFAULT_IMAGE);
    }

    /** As {@link #localStack()}, with another image. */
    public static ConvergenceExtension localStack(String image) {
        requireNonNull(image, "image");
        return new ConvergenceExtension("localstack " + image, LocalStackS3::obstacle, () -> LocalStackS3.start(image));
    }

    /** The test's bucket as a store. */
    public S3ObjectStore store() {
        return server().store(bucket());
    }

    /** A client for the server; do not close it. */
    public S3Client s3Client() {
        return server().client();
    }

    /** The test's bucket. */
    public String bucket() {
        return running().bucket();
    }

    /** The server, for endpoint and credentials; do not close it. */
    public S3Server server() {
        return running().server();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (running != null) {
            throw new IllegalStateException("Cannot give test '" + context.getDisplayName()
                    + "' a bucket: another test still uses this extension. Register it as an instance field.");
        }

        S3Server server = shared(context);
        String bucket = "test-" + UUID.randomUUID();
        server.createBucket(bucket);
        running = new Running(server, bucket, context.getUniqueId());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Running finished = running;
        // JUnit also calls this for a test that was refused a bucket while another one runs.
        if (finished != null && finished.test().equals(context.getUniqueId())) {
            running = null;
            finished.server().deleteBucket(finished.bucket());
        }
    }

    /** JUnit closes what the root store holds when the run ends. */
    private S3Server shared(ExtensionContext context) {
        ExtensionContext.Store shared = context.getRoot().getStore(NAMESPACE);
        S3Server started = shared.get(backend, S3Server.class);
        if (started == null) {
            obstacle.get().ifPresent(why -> skip(context, why));
            started = shared.getOrComputeIfAbsent(backend, key -> starter.get(), S3Server.class);
        }

        return requireNonNull(started, "server");
    }

    private void skip(ExtensionContext context, String why) {
        String message =
                "SKIPPED, NOT PASSED: '" + context.getDisplayName() + "' needs " + backend + ", but " + why + ".";
        LOG.warn(message);
        Assumptions.abort(message);
    }

    private Running running() {
        if (running == null) {
            throw new IllegalStateException(
                    "Cannot use the test's bucket: no test is running. Ask for it in a test or in @BeforeEach.");
        }

        return running;
    }

    private record Running(S3Server server, String bucket, String test) {}
}
