package io.convergence.testkit.s3;

import static java.util.Objects.requireNonNull;

import io.convergence.store.Capability;
import java.net.URI;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.services.s3.S3Client;

/** S3 of LocalStack in a container. Needs Docker and a LocalStack token. Thread-safe. */
public final class LocalStackS3 implements S3Server {
    /** The environment variable LocalStack's images need since March 2026. */
    public static final String TOKEN_VARIABLE = "LOCALSTACK_AUTH_TOKEN";

    public static final String DEFAULT_IMAGE = "localstack/localstack:2026.03.0";

    private static final String DEPENDENCY = "org.testcontainers:testcontainers-localstack:2.0.5";

    private final LocalStackContainer container;
    private final S3Client client;

    private LocalStackS3(LocalStackContainer container) {
        this.container = container;
        this.client = S3Clients.create(
                container.getEndpoint(), container.getRegion(), container.getAccessKey(), container.getSecretKey());
    }

    /**
     * Why it cannot run here, or empty if it can. Asking takes about a second without Docker.
     *
     * @throws IllegalStateException if Testcontainers is not on the class path, naming what to add
     */
    public static Optional<String> obstacle() {
        String token = System.getenv(TOKEN_VARIABLE);
        if (token == null || token.isBlank()) {
            return Optional.of("the environment variable " + TOKEN_VARIABLE + " is not set");
        }

        return dockerObstacle();
    }

    static Optional<String> dockerObstacle() {
        try {
            return DockerClientFactory.instance().isDockerAvailable()
                    ? Optional.empty()
                    : Optional.of("Docker is not available");
        } catch (NoClassDefFoundError e) {
            throw missing(e);
        }
    }

    /**
     * Starts a container of this image.
     *
     * @throws IllegalStateException if there is an {@link #obstacle}
     */
    public static LocalStackS3 start(String image) {
        requireNonNull(image, "image");
        obstacle().ifPresent(why -> {
            throw new IllegalStateException("Cannot start LocalStack: " + why + ".");
        });
        try {
            var container = new LocalStackContainer(DockerImageName.parse(image))
                    .withServices("s3")
                    .withEnv(TOKEN_VARIABLE, System.getenv(TOKEN_VARIABLE));
            container.start();
            return new LocalStackS3(container);
        } catch (NoClassDefFoundError e) {
            throw missing(e);
        }
    }

    @Override
    public URI endpoint() {
        return container.getEndpoint();
    }

    @Override
    public String accessKey() {
        return container.getAccessKey();
    }

    @Override
    public String secretKey() {
        return container.getSecretKey();
    }

    @Override
    public String region() {
        return container.getRegion();
    }

    @Override
    public S3Client client() {
        return client;
    }

    /** What LocalStack says it does; races are not among it, as nothing here has tried them. */
    @Override
    public Set<Capability> capabilities() {
        return Collections.unmodifiableSet(EnumSet.of(
                Capability.PUT_IF_ABSENT,
                Capability.PUT_IF_MATCH,
                Capability.MULTIPART_CONDITIONAL,
                Capability.KEY_BESIDE_FOLDER));
    }

    @Override
    public void close() {
        client.close();
        container.stop();
    }

    private static IllegalStateException missing(NoClassDefFoundError e) {
        return new IllegalStateException(
                "Cannot start LocalStack: class '" + e.getMessage() + "' is missing. Add the dependency " + DEPENDENCY
                        + " with scope test.",
                e);
    }
}
