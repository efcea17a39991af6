package io.convergence.compact;

import io.convergence.TableId;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.LandingZone;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import io.convergence.target.DatePartitionDelimiter;
import io.convergence.target.DatePartitionSequence;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Plans a compaction of very many files in a JVM of its own, whose heap the caller limits; prints the first lines of the plan. */
final class VeryManyFiles {
    private static final TableId TABLE = TableId.of("public", "orders");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final RawLayout LAYOUT = RawLayout.builder()
            .bucketFolder("dms/landing")
            .datePartition(DatePartitionSequence.YYYYMMDD, DatePartitionDelimiter.SLASH)
            .build();

    private VeryManyFiles() {}

    public static void main(String[] args) {
        int count = Integer.parseInt(args[0]);
        List<TimelineFile> files = evidence(
                LandingZone.scan(new Listed(count), "dms/landing/", LAYOUT).files(TABLE));
        TableTimeline timeline = TableTimeline.of(TABLE, files, TimelineOptions.defaults());
        LedgerSnapshot snapshot = Ledger.open(
                        new InMemoryObjectStore(() -> START), "control", TABLE, new Random(1), Ledger.Backoff.none())
                .snapshot();
        CompactionPlan plan = CompactionPlan.of(timeline, snapshot, CompactionOptions.defaults(), time(count));

        System.out.println(plan.toString().lines().skip(1).findFirst().orElseThrow());
        System.out.println(plan.sources().size() + " + " + plan.waiting().size());
    }

    /** As reading the files would have told. */
    private static List<TimelineFile> evidence(List<RawFile> listed) {
        List<TimelineFile> files = new ArrayList<>(listed.size());
        for (RawFile file : listed) {
            long number = files.size();
            Instant time = ((RawFile.Cdc) file).instant().minusMillis(1);
            files.add(new TimelineFile(
                    file,
                    new FileEvidence(
                            1_000,
                            sequence(time, number * 1_000),
                            sequence(time, number * 1_000 + 999),
                            time.minusMillis(500),
                            time)));
        }

        return files;
    }

    private static String sequence(Instant time, long counter) {
        LocalDateTime at = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(35);
        pad(text, at.getYear(), 4);
        pad(text, at.getMonthValue(), 2);
        pad(text, at.getDayOfMonth(), 2);
        pad(text, at.getHour(), 2);
        pad(text, at.getMinute(), 2);
        pad(text, at.getSecond(), 2);
        pad(text, at.getNano() / 10_000_000, 2);
        pad(text, counter, 19);
        return text.toString();
    }

    private static void pad(StringBuilder text, long number, int digits) {
        String digitsOfNumber = Long.toString(number);
        text.append("0".repeat(digits - digitsOfNumber.length())).append(digitsOfNumber);
    }

    private static Instant time(long number) {
        return START.plusSeconds(20 * number);
    }

    /** A store that only lists: a file every 20 seconds, 5 MB each. */
    private static final class Listed implements ObjectStore {
        private final int count;

        Listed(int count) {
            this.count = count;
        }

        @Override
        public Stream<ObjectStat> listAll(String prefix) {
            return LongStream.range(0, count).mapToObj(number -> {
                Instant time = time(number);
                LocalDateTime at = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
                return ObjectStat.of(key(at), 5 << 20, new ETag(hex(number)), time.plusSeconds(2));
            });
        }

        private static String key(LocalDateTime at) {
            StringBuilder key = new StringBuilder("dms/landing/public/orders/");
            pad(key, at.getYear(), 4);
            pad(key.append('/'), at.getMonthValue(), 2);
            pad(key.append('/'), at.getDayOfMonth(), 2);
            pad(key.append('/'), at.getYear(), 4);
            pad(key, at.getMonthValue(), 2);
            pad(key, at.getDayOfMonth(), 2);
            pad(key.append('-'), at.getHour(), 2);
            pad(key, at.getMinute(), 2);
            pad(key, at.getSecond(), 2);
            return key.append("000.parquet").toString();
        }

        private static String hex(long number) {
            long mixed = number * 0x9E3779B97F4A7C15L;
            String high = Long.toHexString(mixed);
            String low = Long.toHexString(~mixed);
            return "0".repeat(16 - high.length()) + high + "0".repeat(16 - low.length()) + low;
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of();
        }

        @Override
        public String description() {
            return "listed";
        }

        @Override
        public Instant now() {
            return time(count);
        }

        @Override
        public ListPage list(ListRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<ObjectStat> head(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<StoredObject> get(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] read(ObjectStat object, long offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MultipartUpload startMultipart(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deleteIfMatch(String key, ETag etag) {
            throw new UnsupportedOperationException();
        }
    }
}
