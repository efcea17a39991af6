package io.convergence.testkit.s3;

import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/** All that touches S3Proxy's classes, so that {@link InProcessS3} loads without them and can say what is missing. */
final class EmbeddedProxy {
    private final S3Proxy proxy;

    private EmbeddedProxy(S3Proxy proxy) {
        this.proxy = proxy;
    }

    static EmbeddedProxy start(String accessKey, String secretKey) throws Exception {
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(new TransientNio2BlobStore())
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
                .ignoreUnknownHeaders(true)
                .build();
        proxy.start();
        return new EmbeddedProxy(proxy);
    }

    int port() {
        return proxy.getPort();
    }

    void stop() throws Exception {
        proxy.stop();
    }
}
