package io.convergence.aws.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** An HTTP server that answers as told, else as S3 would for one object, and a client that records what it sends. */
final class ScriptedS3 implements AutoCloseable {
    static final String ETAG = "0123456789abcdef0123456789abcdef";
    static final String CONTENT = "0123456789";
    static final String LAST_MODIFIED = "Mon, 23 Nov 2026 10:00:00 GMT";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Deque<Answer> script = new ArrayDeque<>();
    private final List<SdkHttpRequest> sent = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final S3Client client;

    ScriptedS3() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        client = clientBuilder().build();
    }

    /** One answer. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    S3Client client() {
        return client;
    }

    S3ClientBuilder clientBuilder() {
        return S3Client.builder()
                .endpointOverride(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "very-secret")))
                .forcePathStyle(true)
                .httpClientBuilder(Apache5HttpClient.builder())
                .overrideConfiguration(config ->
                        config.retryStrategy(AwsRetryStrategy.doNotRetry()).addExecutionInterceptor(new Recorder()));
    }

    /** What was sent, in order. */
    List<SdkHttpRequest> sent() {
        return sent;
    }

    /** What came in as their bodies, empty ones too, as text. */
    List<String> bodies() {
        return bodies;
    }

    /** The next request not yet scripted gets this answer. */
    synchronized void next(Answer answer) {
        script.add(answer);
    }

    void nextError(int status, String code) {
        next(exchange -> {
            exchange.getResponseHeaders().add("x-amz-request-id", "REQUEST-7");
            xml(exchange, status, "<Error><Code>" + code + "</Code><Message>user id very-private</Message></Error>");
        });
    }

    static void xml(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + text).getBytes(StandardCharsets.UTF_8);
        boolean bodiless = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Declares one length and sends what it is given, then breaks the connection if that is less. */
    static Answer body(int status, int declared, String body) {
        return exchange -> {
            objectHeaders(exchange);
            exchange.sendResponseHeaders(status, declared);
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        };
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            Optional<Answer> scripted = take();
            if (scripted.isPresent()) {
                scripted.get().to(exchange);
            } else {
                answer(exchange);
            }
        }
    }

    private synchronized Optional<Answer> take() {
        return Optional.ofNullable(script.poll());
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
        switch (exchange.getRequestMethod()) {
            case "GET" -> {
                if (query.contains("list-type=2")) {
                    xml(exchange, 200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
                } else if (query.equals("tagging")) {
                    xml(exchange, 200, "<Tagging><TagSet></TagSet></Tagging>");
                } else {
                    get(exchange);
                }
            }
            case "HEAD" -> {
                objectHeaders(exchange);
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(CONTENT.length()));
                exchange.sendResponseHeaders(200, -1);
            }
            case "POST" -> {
                if (query.contains("uploadId")) {
                    xml(
                            exchange,
                            200,
                            "<CompleteMultipartUploadResult><ETag>\"" + ETAG
                                    + "-1\"</ETag></CompleteMultipartUploadResult>");
                } else {
                    xml(
                            exchange,
                            200,
                            "<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>");
                }
            }
            case "PUT" -> {
                objectHeaders(exchange);
                exchange.sendResponseHeaders(200, -1);
            }
            default -> exchange.sendResponseHeaders(204, -1);
        }
    }

    private static void get(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            body(200, CONTENT.length(), CONTENT).to(exchange);
            return;
        }

        String[] ends = range.substring("bytes=".length()).split("-", -1);
        String part = CONTENT.substring(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
        body(206, part.length(), part).to(exchange);
    }

    private static void objectHeaders(HttpExchange exchange) {
        exchange.getResponseHeaders().set("ETag", "\"" + ETAG + "\"");
        exchange.getResponseHeaders().set("Last-Modified", LAST_MODIFIED);
    }

    private final class Recorder implements ExecutionInterceptor {
        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            sent.add(context.httpRequest());
        }
    }
}
