package io.convergence.benchmarks.s3;

import io.convergence.aws.s3.S3ObjectStore;
import io.convergence.benchmarks.orders.BytesInputFile;
import io.convergence.benchmarks.orders.OrderFiles;
import io.convergence.benchmarks.orders.OrderSet;
import io.convergence.compact.CompactionOptions;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.ProgressListener;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.RowShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Lists many objects of a bucket that answers after 30 ms, reads each, and plans their compaction: by Convergence reading ahead, and
 * by a plain loop over the SDK's client. Besides, Convergence also compacts, for which it reads each object a second time.
 */
public final class RemoteReadBenchmark {
    static final String CONVERGENCE = "Convergence";
    static final String COMPACTION = "Convergence, compaction";
    static final String LOOP = "sequential loop";

    private static final String BUCKET = "landing";
    private static final Duration LATENCY = Duration.ofMillis(30);
    private static final int AT_A_TIME = 64;
    private static final int ROWS = 200;

    /** Files that differ; the others repeat them. */
    private static final int DISTINCT = 50;

    private static final CompactionOptions OPTIONS =
            CompactionOptions.builder().settled().build();

    private static final Instant FIRST_FLUSH = Instant.parse("2024-03-02T00:00:00Z");
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private RemoteReadBenchmark() {}

    /**
     * Measures and prints.
     *
     * @param arguments objects, rounds of Convergence, rounds of the loop, in one argument separated by commas
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String[] numbers = arguments[0].split(",");
        int count = Integer.parseInt(numbers[0]);
        List<Run> runs = run(count, Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2]));
        double ours = median(runs, CONVERGENCE);
        double loop = median(runs, LOOP);
        System.out.printf(
                Locale.ROOT,
                "%,d objects, %d ms per request: Convergence, %d at a time, %.1f s; sequential loop %.1f s; ratio %.3f;"
                        + " read twice and compacted %.1f s%n",
                count,
                LATENCY.toMillis(),
                AT_A_TIME,
                ours,
                loop,
                ours / loop,
                median(runs, COMPACTION));
    }

    /** One pass over all objects, from the listing on. */
    record Run(String program, double seconds, long requests) {}

    static List<Run> run(int count, int rounds, int loops) throws IOException, InterruptedException {
        Map<String, byte[]> objects = objects(count);
        long rows = (long) count * ROWS;
        List<Run> runs = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        try (var server = new LatentS3(BUCKET, objects, LATENCY);
                S3Client client = client(server)) {
            for (int round = 0; round < rounds; round++) {
                Work plan = () -> table(client, threads).planCompaction(OPTIONS).rows();
                Work compaction = () -> table(client, threads)
                        .compact(OPTIONS, ProgressListener.none())
                        .rowsAfter();
                runs.add(measure(CONVERGENCE, server, plan, rows));
                runs.add(measure(COMPACTION, server, compaction, rows));
            }
            for (int round = 0; round < loops; round++) {
                runs.add(measure(LOOP, server, () -> loop(client), rows));
            }
        } finally {
            threads.shutdownNow();
        }

        return runs;
    }

    private interface Work {
        long rows() throws IOException;
    }

    private static Run measure(String name, LatentS3 server, Work work, long expected) throws IOException {
        long before = server.requests();
        long start = System.nanoTime();
        long rows = work.rows();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (rows != expected) {
            throw new IllegalStateException(name + " saw " + rows + " rows instead of " + expected + ".");
        }

        var run = new Run(name, seconds, server.requests() - before);
        System.out.println(run);
        return run;
    }

    /** A new process would do the same: nothing is known of the files before. */
    private static LakeTable table(S3Client client, ExecutorService threads) {
        return Convergence.builder()
                .store(S3ObjectStore.builder(BUCKET, client)
                        .maxConcurrency(AT_A_TIME)
                        .build())
                .lake(new InMemoryObjectStore(InstantSource.system()))
                .table(OrderFiles.TABLE, RowShape.plain().withTimestampColumn("dms_ts"))
                .readAhead(threads, AT_A_TIME)
                .build()
                .table(OrderFiles.TABLE);
    }

    private static long loop(S3Client client) throws IOException {
        var options =
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
        long rows = 0;
        for (S3Object object :
                client.listObjectsV2Paginator(list -> list.bucket(BUCKET)).contents()) {
            byte[] content = client.getObjectAsBytes(get -> get.bucket(BUCKET).key(object.key()))
                    .asByteArrayUnsafe();
            try (var reader = ParquetFileReader.open(new BytesInputFile(ByteBuffer.wrap(content)), options)) {
                rows += reader.getRecordCount();
            }
        }

        return rows;
    }

    private static S3Client client(LatentS3 server) {
        return S3Client.builder()
                .endpointOverride(server.endpoint())
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .forcePathStyle(true)
                .httpClientBuilder(Apache5HttpClient.builder().maxConnections(AT_A_TIME))
                .build();
    }

    private static Map<String, byte[]> objects(int count) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("convergence-objects");
        try {
            List<byte[]> contents = new ArrayList<>();
            for (Path file : OrderFiles.write(
                            folder, OrderSet.parse(List.of("files=" + Math.min(count, DISTINCT), "rows=" + ROWS)))
                    .paths()) {
                contents.add(Files.readAllBytes(file));
            }
            Map<String, byte[]> objects = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                objects.put(
                        "public/orders/" + NAME.format(FIRST_FLUSH.plusSeconds(60L * i)) + ".parquet",
                        contents.get(i % contents.size()));
            }

            return objects;
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path path : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(path);
                }
            }
        }
    }

    private static double median(List<Run> runs, String program) {
        List<Double> seconds = runs.stream()
                .filter(run -> run.program().equals(program))
                .map(Run::seconds)
                .sorted()
                .toList();
        return seconds.get(seconds.size() / 2);
    }
}
