package io.convergence.benchmarks.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/**
 * A bucket on this machine that answers after a while, as one far away does: lists, looks up and reads. It knows nothing of
 * writes, signatures and errors. Thread-safe.
 */
final class LatentS3 implements AutoCloseable {
    private static final int PAGE = 1000;
    private static final int THREADS = 256;
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    static {
        // Else each answer of two writes waits some 40 ms for an acknowledgement, on top of the latency wanted.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final String bucket;
    private final NavigableMap<String, byte[]> objects;
    private final Duration latency;
    private final Instant stored = Instant.ofEpochSecond(Instant.now().getEpochSecond());
    private final AtomicLong requests = new AtomicLong();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HttpServer server;

    /** @param objects by key; not changed */
    LatentS3(String bucket, Map<String, byte[]> objects, Duration latency) throws IOException {
        this.bucket = bucket;
        this.objects = new TreeMap<>(objects);
        this.latency = latency;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), THREADS);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort());
    }

    long requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            Thread.sleep(latency.toMillis());
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/" + bucket) || path.equals("/" + bucket + "/")) {
                byte[] page = list(exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/xml");
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
                return;
            }

            byte[] content = objects.get(path.substring(bucket.length() + 2));
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }

            object(exchange, content);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void object(HttpExchange exchange, byte[] content) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.add("ETag", etag(content));
        headers.add("Last-Modified", HTTP_DATE.format(stored));
        headers.add("Accept-Ranges", "bytes");
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.add("Content-Length", String.valueOf(content.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }

        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            return;
        }

        String[] ends = range.substring("bytes=".length()).split("-");
        int from = Integer.parseInt(ends[0]);
        int to = Math.min(Integer.parseInt(ends[1]), content.length - 1);
        headers.add("Content-Range", "bytes " + from + "-" + to + "/" + content.length);
        exchange.sendResponseHeaders(206, to - from + 1);
        exchange.getResponseBody().write(content, from, to - from + 1);
    }

    private String list(URI request) {
        Map<String, String> query = new TreeMap<>();
        for (String part : request.getRawQuery().split("&")) {
            String[] pair = part.split("=", 2);
            query.put(pair[0], pair.length == 1 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        String prefix = query.getOrDefault("prefix", "");
        String after = query.getOrDefault("continuation-token", query.getOrDefault("start-after", ""));
        int most = Integer.parseInt(query.getOrDefault("max-keys", String.valueOf(PAGE)));
        var contents = new StringBuilder();
        String last = "";
        int count = 0;
        Iterator<Map.Entry<String, byte[]>> found = objects.tailMap(
                        after.compareTo(prefix) > 0 ? after : prefix, after.isEmpty())
                .entrySet()
                .iterator();
        boolean more = false;
        while (found.hasNext()) {
            Map.Entry<String, byte[]> object = found.next();
            if (!object.getKey().startsWith(prefix)) {
                break;
            }
            if (count == most) {
                more = true;
                break;
            }

            count++;
            last = object.getKey();
            contents.append(String.format(
                    Locale.ROOT,
                    "<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>%s</ETag><Size>%d</Size><StorageClass>STANDARD</StorageClass></Contents>",
                    last,
                    stored,
                    etag(object.getValue()).replace("\"", "&quot;"),
                    object.getValue().length));
        }

        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>"
                + bucket + "</Name><KeyCount>" + count + "</KeyCount><MaxKeys>" + most + "</MaxKeys><IsTruncated>"
                + more
                + "</IsTruncated>" + (more ? "<NextContinuationToken>" + last + "</NextContinuationToken>" : "")
                + contents
                + "</ListBucketResult>";
    }

    private static String etag(byte[] content) {
        var crc = new CRC32();
        crc.update(content, 0, Math.min(content.length, 1024));
        return String.format(Locale.ROOT, "\"%08x%08x\"", crc.getValue(), Arrays.hashCode(Arrays.copyOf(content, 64)));
    }
}
