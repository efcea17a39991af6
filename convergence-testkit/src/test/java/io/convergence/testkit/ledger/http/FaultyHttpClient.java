package io.convergence.testkit.ledger.http;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpMethod;

/** Below the SDK and its retries: requests that do not arrive, answers that do not, and answers that are not the server's. Thread-safe. */
final class FaultyHttpClient implements SdkHttpClient {
    private final SdkHttpClient http;
    private final double probability;
    // Guarded by this.
    private RandomGenerator random;
    private final Map<Failure, Integer> injected = new EnumMap<>(Failure.class);
    private final Map<SdkHttpMethod, Integer> methods = new EnumMap<>(SdkHttpMethod.class);

    enum Failure {
        TIMEOUT_BEFORE_EFFECT,
        TIMEOUT_AFTER_EFFECT,
        SLOW_DOWN,
        INTERNAL_ERROR_AFTER_EFFECT,
        CONFLICT,
        PRECONDITION_FAILED_AFTER_EFFECT,
        TRUNCATED_BODY;

        boolean appliesTo(HttpExecuteRequest request) {
            boolean conditional =
                    request.httpRequest().firstMatchingHeader("If-None-Match").isPresent();
            return switch (this) {
                case TIMEOUT_BEFORE_EFFECT, TIMEOUT_AFTER_EFFECT, SLOW_DOWN, INTERNAL_ERROR_AFTER_EFFECT -> true;
                case CONFLICT, PRECONDITION_FAILED_AFTER_EFFECT -> conditional;
                case TRUNCATED_BODY -> request.httpRequest().method() == SdkHttpMethod.GET;
            };
        }
    }

    FaultyHttpClient(SdkHttpClient http, long seed, double probability) {
        this.http = http;
        this.random = new SplittableRandom(seed);
        this.probability = probability;
    }

    /** As a new client with this seed would go on. */
    synchronized void restart(long seed) {
        random = new SplittableRandom(seed);
    }

    /** How many requests of this kind failed. */
    synchronized int injectedInto(SdkHttpMethod method) {
        return methods.getOrDefault(method, 0);
    }

    synchronized Map<Failure, Integer> injected() {
        return new EnumMap<>(injected);
    }

    private synchronized Optional<Failure> draw(HttpExecuteRequest request) {
        if (random.nextDouble() >= probability) {
            return Optional.empty();
        }

        Failure drawn = Failure.values()[random.nextInt(Failure.values().length)];
        if (!drawn.appliesTo(request)) {
            return Optional.empty();
        }
        injected.merge(drawn, 1, Integer::sum);
        methods.merge(request.httpRequest().method(), 1, Integer::sum);
        return Optional.of(drawn);
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = http.prepareRequest(request);
        Optional<Failure> failure = draw(request);
        if (failure.isEmpty()) {
            return prepared;
        }

        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return fail(failure.get(), prepared);
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    private static HttpExecuteResponse fail(Failure failure, ExecutableHttpRequest prepared) throws IOException {
        return switch (failure) {
            case TIMEOUT_BEFORE_EFFECT -> throw new SocketTimeoutException("injected before the request was sent");
            case TIMEOUT_AFTER_EFFECT -> {
                discard(prepared.call());
                throw new SocketTimeoutException("injected after the answer had come");
            }
            case SLOW_DOWN -> answer(503, "SlowDown");
            case INTERNAL_ERROR_AFTER_EFFECT -> {
                discard(prepared.call());
                yield answer(500, "InternalError");
            }
            case CONFLICT -> answer(409, "ConditionalRequestConflict");
            case PRECONDITION_FAILED_AFTER_EFFECT -> {
                discard(prepared.call());
                yield answer(412, "PreconditionFailed");
            }
            case TRUNCATED_BODY -> truncated(prepared.call());
        };
    }

    private static void discard(HttpExecuteResponse response) throws IOException {
        if (response.responseBody().isPresent()) {
            try (InputStream body = response.responseBody().get()) {
                body.readAllBytes();
            }
        }
    }

    private static HttpExecuteResponse answer(int status, String code) {
        byte[] body = ("<Error><Code>" + code + "</Code><Message>injected</Message></Error>")
                .getBytes(StandardCharsets.UTF_8);
        return HttpExecuteResponse.builder()
                .response(SdkHttpFullResponse.builder()
                        .statusCode(status)
                        .putHeader("Content-Type", "application/xml")
                        .putHeader("Content-Length", String.valueOf(body.length))
                        .build())
                .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body)))
                .build();
    }

    /** Breaks off after half of what the server said there would be, as a lost connection does. */
    private static HttpExecuteResponse truncated(HttpExecuteResponse response) {
        if (response.responseBody().isEmpty()) {
            return response;
        }

        long length = response.httpResponse()
                .firstMatchingHeader("Content-Length")
                .map(Long::parseLong)
                .orElse(100L);
        AbortableInputStream body = response.responseBody().get();
        return HttpExecuteResponse.builder()
                .response(response.httpResponse())
                .responseBody(AbortableInputStream.create(new BrokenOff(body, length / 2), body))
                .build();
    }

    private static final class BrokenOff extends FilterInputStream {
        private long left;

        BrokenOff(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            if (left-- <= 0) {
                throw new IOException("injected: connection reset");
            }
            return super.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new IOException("injected: connection reset");
            }
            int read = super.read(buffer, offset, (int) Math.min(length, left));
            left -= read;
            return read;
        }
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String clientName() {
        return "faulty";
    }
}
