package io.convergence.testkit.s3;

import io.convergence.store.Capability;
import java.net.URI;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * S3 in this process: S3Proxy on the loopback interface, its objects in memory. It lacks what {@link #capabilities} does
 * not declare, and does not check bucket owners. Thread-safe.
 */
public final class InProcessS3 implements S3Server {
    private static final String DEPENDENCY = "org.gaul:s3proxy:4.1.0";
    private static final String REGION = "us-east-1";
    private static final String ACCESS_KEY = "in-process";
    private static final String SECRET_KEY = "in-process-secret";

    // S3Proxy 4.1.0: of racing writers with one If-Match several may win, If-Match is ignored on DELETE, and a file
    // system in memory holds the objects, with its limits on names.
    private static final Set<Capability> CAPABILITIES = Collections.unmodifiableSet(EnumSet.of(
            Capability.PUT_IF_ABSENT,
            Capability.PUT_IF_MATCH,
            Capability.MULTIPART_CONDITIONAL,
            Capability.LIST_UPLOADS));

    private final EmbeddedProxy proxy;
    private final URI endpoint;
    private final S3Client client;

    private InProcessS3(EmbeddedProxy proxy) {
        this.proxy = proxy;
        this.endpoint = URI.create("http://127.0.0.1:" + proxy.port());
        this.client = S3Clients.create(endpoint, REGION, ACCESS_KEY, SECRET_KEY);
    }

    /**
     * Starts a server on a free port.
     *
     * @throws IllegalStateException if S3Proxy is not on the class path, naming what to add, or does not start
     */
    public static InProcessS3 start() {
        try {
            return new InProcessS3(EmbeddedProxy.start(ACCESS_KEY, SECRET_KEY));
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "Cannot start S3 in this process: class '" + e.getMessage() + "' is missing. Add the dependency "
                            + DEPENDENCY + " with scope test.",
                    e);
        } catch (Exception e) {
            throw new IllegalStateException(
                    "Cannot start S3 in this process: " + e.getMessage() + ". Check that a port on 127.0.0.1 is free.",
                    e);
        }
    }

    @Override
    public URI endpoint() {
        return endpoint;
    }

    @Override
    public String accessKey() {
        return ACCESS_KEY;
    }

    @Override
    public String secretKey() {
        return SECRET_KEY;
    }

    @Override
    public String region() {
        return REGION;
    }

    @Override
    public S3Client client() {
        return client;
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public void close() {
        client.close();
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException("Cannot stop S3 in this process: " + e.getMessage() + ".", e);
        }
    }
}
